//! Everything that is generated and checked in, from one list.
//!
//! A generator is a pure function to paths and contents, so that writing and checking for
//! staleness are the same walk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::tree::{report, root};

mod completions;
mod crds;
pub mod deploy;
pub mod krew;
mod man;
mod reference;

/// Folders that hold nothing but generated files: what is there and not generated is stale too.
const OWNED: &[&str] = &["completions", "deploy/crds", "docs/man", "docs/reference"];

/// Write all checked-in generated files
#[derive(Debug, clap::Args)]
pub struct GenerateArgs {
    /// Change nothing; fail when a file is stale
    #[arg(long)]
    check: bool,
}

/// Writes the files, or says which are stale.
pub fn run(args: &GenerateArgs) -> Result<()> {
    let stale = stale()?;
    if args.check {
        return refuse(&stale);
    }
    for (path, wanted) in &stale {
        let path_on_disk = root().join(path);
        match wanted {
            Some(content) => {
                let folder = path_on_disk.parent().expect("a generated file lies in a folder");
                fs::create_dir_all(folder)?;
                fs::write(&path_on_disk, content)
                    .with_context(|| format!("failed to write {}", path.display()))?;
                report(format_args!("wrote {}", path.display()));
            }
            None => {
                fs::remove_file(&path_on_disk)?;
                report(format_args!("removed {}", path.display()));
            }
        }
    }
    Ok(())
}

/// Fails with the names of the stale files.
pub fn refuse(stale: &BTreeMap<PathBuf, Option<String>>) -> Result<()> {
    if stale.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = stale.keys().map(|path| path.display().to_string()).collect();
    bail!("stale: {}; run `cargo xtask generate` and commit the result", names.join(", "))
}

/// The files that differ from what they should hold; `None` stands for one that should not exist.
pub fn stale() -> Result<BTreeMap<PathBuf, Option<String>>> {
    let wanted = files()?;
    let mut stale = BTreeMap::new();
    for folder in OWNED {
        for path in present(Path::new(folder))? {
            if !wanted.contains_key(&path) {
                stale.insert(path, None);
            }
        }
    }
    for (path, content) in wanted {
        if fs::read_to_string(root().join(&path)).ok().as_ref() != Some(&content) {
            stale.insert(path, Some(content));
        }
    }
    Ok(stale)
}

fn files() -> Result<BTreeMap<PathBuf, String>> {
    let crds = crds::files()?;
    let all = [
        completions::files(),
        deploy::files(&crds)?,
        crds,
        krew::files()?,
        man::files()?,
        reference::files(),
    ];
    Ok(all.into_iter().flatten().collect())
}

fn present(folder: &Path) -> Result<Vec<PathBuf>> {
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return Ok(Vec::new()) };
    entries.map(|entry| Ok(folder.join(entry?.file_name()))).collect()
}
