//! `manager bootstrap`: puts a copy of the running program where another container finds it.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Context as _;

use crate::cli::BootstrapArgs;

/// May be read and run by whoever the other container runs as.
const MODE: u32 = 0o755;

pub fn run(args: &BootstrapArgs) -> anyhow::Result<()> {
    // The link stays valid even when the file it names was replaced meanwhile.
    let own = Path::new("/proc/self/exe");
    let bytes = copy(own, &args.target)
        .with_context(|| format!("failed to copy this program to {}", args.target.display()))?;
    tracing::info!(path = %args.target.display(), bytes, "copied this program");
    Ok(())
}

/// Copies into a file beside the target and renames it: nobody ever sees half a program.
fn copy(source: &Path, target: &Path) -> io::Result<u64> {
    let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    let draft = target.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = write(source, &draft).and_then(|bytes| {
        fs::rename(&draft, target)?;
        Ok(bytes)
    });
    if written.is_err() {
        let _ = fs::remove_file(&draft); // the error that counts is the first one
    }
    written
}

fn write(source: &Path, draft: &Path) -> io::Result<u64> {
    let mut from = File::open(source)?;
    let mut to = File::create(draft)?;
    let bytes = io::copy(&mut from, &mut to)?;
    to.set_permissions(Permissions::from_mode(MODE))?;
    to.sync_all()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_replaces_an_older_one_and_may_be_run() {
        let dir = tempfile::tempdir().expect("a directory");
        let (source, target) = (dir.path().join("source"), dir.path().join("manager"));
        fs::write(&source, "new").expect("source");
        fs::write(&target, "an older program").expect("target");

        assert_eq!(copy(&source, &target).expect("copied"), 3);

        assert_eq!(fs::read_to_string(&target).expect("readable"), "new");
        let mode = fs::metadata(&target).expect("there").permissions().mode();
        assert_eq!(mode & 0o7777, MODE);
        assert_eq!(fs::read_dir(dir.path()).expect("listed").count(), 2, "no draft is left");
    }

    #[test]
    fn a_failed_copy_leaves_the_old_program_and_no_draft() {
        let dir = tempfile::tempdir().expect("a directory");
        let target = dir.path().join("manager");
        fs::write(&target, "old").expect("target");

        copy(&dir.path().join("missing"), &target).expect_err("no source");

        assert_eq!(fs::read_to_string(&target).expect("readable"), "old");
        assert_eq!(fs::read_dir(dir.path()).expect("listed").count(), 1);
    }
}
