//! The images of the rig: PostgreSQL out of Debian's packages, the sandbox of pods, and our own
//! manager.
//!
//! Nothing is pulled from anywhere: root file systems are made by `mmdebstrap`, and the archives
//! around them are written here. An archive is cached under the hash of all it is made from, and
//! the nodes start from a [`store`] that holds the standard images unpacked.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::layout::Cache;

pub mod archive;
pub mod manager;
pub mod recipe;
pub mod record;
pub mod store;

use archive::Config;
use recipe::Recipe;

/// The sandbox of every pod; containerd's configuration names it.
pub const PAUSE: &str = "docker.io/rig/pause:1";

/// PostgreSQL 17, whatever its minor version.
pub const POSTGRESQL_17: &str = "docker.io/rig/postgresql:17";

/// The older major version that upgrades start from.
pub const POSTGRESQL_15: &str = "docker.io/rig/postgresql:15";

/// The images every rig has, by recipe.
pub const STANDARD: [&str; 2] = ["postgresql-17", "postgresql-15"];

const PAUSE_SOURCE: &str = include_str!("../../../../tests/rig/pause.c");

/// An image in the cache, as an OCI archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// The archive; its name is the hash of what it is made from.
    pub archive: PathBuf,
    /// All names the image has, the most exact first.
    pub names: Vec<String>,
    /// The packages in it, `name version` each.
    pub packages: Vec<String>,
}

/// The images every rig has; those not in the cache are built, which takes a minute each.
///
/// # Errors
/// If a program that builds images is missing or fails.
pub fn standard(cache: &Cache) -> Result<Vec<Image>> {
    let mut images = vec![pause(cache)?];
    for name in STANDARD {
        images.push(postgresql(cache, name)?);
    }
    Ok(images)
}

/// The image of a recipe in `tests/rig/images`.
///
/// # Errors
/// If there is no such recipe, or it cannot be built.
pub fn postgresql(cache: &Cache, name: &str) -> Result<Image> {
    let recipe = Recipe::named(name)?;
    cached(cache, &recipe.key(), |draft| recipe.build(draft))
        .with_context(|| format!("build the image {name}"))
}

/// The sandbox image.
///
/// # Errors
/// If there is no C compiler.
pub fn pause(cache: &Cache) -> Result<Image> {
    let key = hash([PAUSE.as_bytes(), PAUSE_SOURCE.as_bytes()]);
    cached(cache, &key, |draft| {
        let source = draft.join("pause.c");
        let program = draft.join("pause");
        fs::write(&source, PAUSE_SOURCE)?;
        run(Command::new("cc").args(["-static", "-Os", "-s", "-o"]).arg(&program).arg(&source))?;
        let layer = draft.join("layer.tar");
        archive::layer(&layer, &[archive::Entry::program("pause", &program)])?;
        let config = Config { entrypoint: vec!["/pause".into()], ..Config::default() };
        let names = vec![PAUSE.to_owned()];
        archive::write(&draft.join("image.tar"), &layer, &config, &names)?;
        Ok(Made { names, packages: Vec::new() })
    })
    .context("build the image of the sandbox")
}

/// What a build reports beside the `image.tar` it leaves in its folder.
struct Made {
    names: Vec<String>,
    packages: Vec<String>,
}

/// The image under this key, built first if it is not there. Builders of one key wait for each other.
fn cached(cache: &Cache, key: &str, build: impl FnOnce(&Path) -> Result<Made>) -> Result<Image> {
    let folder = cache.images();
    fs::create_dir_all(&folder)?;
    let record = folder.join(format!("{key}.json"));
    let lock = File::create(folder.join(format!("{key}.lock")))?;
    lock.lock()?;
    if let Ok(bytes) = fs::read(&record) {
        return Ok(serde_json::from_slice(&bytes)?);
    }
    let draft = draft(&folder, key)?;
    let made = build(draft.path())?;
    let archive = folder.join(format!("{key}.tar"));
    fs::rename(draft.path().join("image.tar"), &archive)?;
    let image = Image { archive, names: made.names, packages: made.packages };
    // Written last: an archive without a record does not count.
    let text = draft.path().join("record");
    fs::write(&text, serde_json::to_vec_pretty(&image)?)?;
    fs::rename(text, &record)?;
    Ok(image)
}

/// A new folder to make the thing with this key in; the caller holds its lock.
///
/// What a killed run has left of the same thing is removed.
pub(super) fn draft(folder: &Path, key: &str) -> Result<TempDir> {
    let prefix = format!("building-{key}-");
    for entry in fs::read_dir(folder)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            // If that does not work it only wastes space.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(tempfile::Builder::new().prefix(&prefix).tempdir_in(folder)?)
}

/// A short hash of all parts, in order.
pub(super) fn hash<const N: usize>(parts: [&[u8]; N]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hex(&hasher.finalize()[..10])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Runs a program to its end; what it said is in the error.
pub(super) fn run(command: &mut Command) -> Result<Vec<u8>> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("start {program}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let tail: Vec<&str> = said.lines().rev().take(12).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    ensure!(output.status.success(), "{program}: {}: {}", output.status, tail.join("\n"));
    Ok(output.stdout)
}

#[cfg(test)]
mod tests;
