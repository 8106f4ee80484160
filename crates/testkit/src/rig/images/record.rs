//! The record of what is in the images: checked in, so that a change of Debian's is seen.
//!
//! Debian keeps only its newest packages, so an image cannot be made from old ones: the record does
//! not pin, it tells which versions the tests last saw.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Image;
use crate::rig::files;

/// Where the record of an image lies in a checkout, by the name of its recipe.
#[must_use]
pub fn path(checkout: &Path, recipe: &str) -> PathBuf {
    checkout.join("tests/rig/images").join(format!("{recipe}.packages"))
}

/// Records what is in the image now.
///
/// # Errors
/// If the file cannot be written.
pub fn write(checkout: &Path, recipe: &str, image: &Image) -> Result<()> {
    files::write(path(checkout, recipe), image.packages.join("\n") + "\n")
}

/// How the packages of an image differ from a record, a line each.
#[must_use]
pub fn changes(recorded: &str, image: &Image) -> Vec<String> {
    let before: BTreeMap<&str, &str> =
        recorded.lines().filter_map(|line| line.split_once(' ')).collect();
    let now: BTreeMap<&str, &str> =
        image.packages.iter().filter_map(|line| line.split_once(' ')).collect();
    let gone = before.iter().filter(|(name, _)| !now.contains_key(*name));
    let gone = gone.map(|(name, version)| format!("{name}: {version} -> gone"));
    let changed = now.iter().filter_map(|(name, version)| match before.get(name) {
        Some(old) if old == version => None,
        Some(old) => Some(format!("{name}: {old} -> {version}")),
        None => Some(format!("{name}: new, {version}")),
    });
    let mut all: Vec<String> = gone.chain(changed).collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_went_and_changed_is_told_by_name() {
        let packages = ["bash 5.2", "libc6 2.42", "zlib1g 1.3"].map(str::to_owned).to_vec();
        let image = Image { archive: PathBuf::new(), names: Vec::new(), packages };
        let recorded = "bash 5.2\nlibc6 2.41\ntar 1.35\n";
        assert_eq!(
            changes(recorded, &image),
            ["libc6: 2.41 -> 2.42", "tar: 1.35 -> gone", "zlib1g: new, 1.3"]
        );
    }
}
