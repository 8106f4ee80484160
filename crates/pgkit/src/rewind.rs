//! Brings the data directory of a former primary in line with its successor.

use std::fs::{OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;
use tokio::time::sleep;

use crate::children::Children;
use crate::tool::{Tool, ToolError};

/// Pauses between attempts.
const PAUSES: &[Duration] =
    &[Duration::from_secs(5), Duration::from_secs(10), Duration::from_secs(20)];

/// Without this file a data directory is lost, and a rewind that is cut short may leave it empty.
const CONTROL: &str = "global/pg_control";
const CONTROL_COPY: &str = "global/pg_control.old";

/// Why the data directory is not in line.
#[derive(Debug, Error)]
pub enum RewindError {
    #[error("cannot keep a copy of {CONTROL}")]
    Protect(#[source] io::Error),
    #[error("{CONTROL} is empty and there is no copy of it: this data directory cannot be used")]
    ControlLost,
    #[error("cannot rewind the data directory")]
    Rewind(#[source] ToolError),
    #[error("cannot remove the copy of {CONTROL}")]
    Clean(#[source] io::Error),
}

/// A rewind of one data directory.
#[derive(Debug, Clone)]
pub struct Rewind {
    pub data_directory: PathBuf,
    /// How to connect to the new primary. No passwords: others may see arguments.
    pub source: String,
    /// Waits between attempts; that of the specification unless a test is in a hurry.
    pub pauses: &'static [Duration],
}

impl Rewind {
    /// A rewind with the usual pauses between its attempts.
    #[must_use]
    pub fn new(data_directory: impl Into<PathBuf>, source: impl Into<String>) -> Self {
        Self { data_directory: data_directory.into(), source: source.into(), pauses: PAUSES }
    }

    /// The program for one attempt; run it through [`Rewind::run`].
    #[must_use]
    pub fn tool(&self, program: impl Into<PathBuf>) -> Tool {
        Tool::new(program)
            .args(["-P", "--source-server", &self.source, "--target-pgdata"])
            .arg(&self.data_directory)
            .arg("--restore-target-wal")
    }

    /// Rewinds, in some attempts.
    ///
    /// # Errors
    /// When the last attempt fails, or the control file cannot be protected.
    pub async fn run(&self, tool: &Tool, children: &Children) -> Result<(), RewindError> {
        let mut pauses = self.pauses.iter();
        loop {
            protect(&self.data_directory)?;
            let error = match tool.run(children).await {
                Ok(_) => break,
                Err(error) => error,
            };
            let Some(pause) = pauses.next() else { return Err(RewindError::Rewind(error)) };
            tracing::warn!(%error, ?pause, "the rewind failed and is tried again");
            sleep(*pause).await;
        }
        match std::fs::remove_file(self.data_directory.join(CONTROL_COPY)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(RewindError::Clean(error)),
            _ => Ok(()),
        }
    }
}

/// What the two files say about how the last attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Control {
    Copy,
    Restore,
    Lost,
}

const fn decide(length: u64, has_copy: bool) -> Control {
    match (length, has_copy) {
        (1.., _) => Control::Copy,
        (0, true) => Control::Restore,
        (0, false) => Control::Lost,
    }
}

/// Makes sure that there are a control file and a copy of it.
fn protect(data: &Path) -> Result<(), RewindError> {
    let (control, copy) = (data.join(CONTROL), data.join(CONTROL_COPY));
    let length = match std::fs::metadata(&control) {
        Ok(found) => found.len(),
        // Renamed away but not yet in its new place is the same as empty.
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(RewindError::Protect(error)),
    };
    let has_copy = copy.metadata().is_ok_and(|found| found.len() > 0);
    match decide(length, has_copy) {
        Control::Copy => duplicate(&control, &copy).map_err(RewindError::Protect),
        Control::Restore => {
            tracing::warn!("the control file is empty, its copy takes its place");
            duplicate(&copy, &control).map_err(RewindError::Protect)
        }
        Control::Lost => Err(RewindError::ControlLost),
    }
}

/// Copies a file so that the copy is whole on the disk, or not there under its name.
fn duplicate(from: &Path, to: &Path) -> io::Result<()> {
    let new = to.with_extension("new");
    std::fs::copy(from, &new)?;
    std::fs::set_permissions(&new, Permissions::from_mode(0o600))?;
    if let Ok(owner) = std::fs::metadata(from)
        && nix::unistd::geteuid().is_root()
    {
        use std::os::unix::fs::MetadataExt as _;
        std::os::unix::fs::chown(&new, Some(owner.uid()), Some(owner.gid()))?;
    }
    OpenOptions::new().read(true).open(&new)?.sync_all()?;
    std::fs::rename(&new, to)?;
    if let Some(directory) = to.parent() {
        std::fs::File::open(directory)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_control_file_survives() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("global")).unwrap();
        let (control, copy) = (folder.path().join(CONTROL), folder.path().join(CONTROL_COPY));
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        for (name, now, expected) in [
            ("good", Some("one"), "one"),
            ("good and newer than its copy", Some("two"), "two"),
            ("empty", Some(""), "two"),
            ("gone", None, "two"),
        ] {
            match now {
                Some(text) => std::fs::write(&control, text).unwrap(),
                None => std::fs::remove_file(&control).unwrap(),
            }
            protect(folder.path()).unwrap();
            assert_eq!((read(&control), read(&copy)), (expected.into(), expected.into()), "{name}");
        }
        std::fs::remove_file(&copy).unwrap();
        std::fs::write(&control, "").unwrap();
        assert!(matches!(protect(folder.path()), Err(RewindError::ControlLost)));
    }
}
