//! `archive_command` and `restore_command`: what the server calls back.
//!
//! They are started for every WAL file and every second on a standby that searches, so they are
//! plain programs: no runtime, no client of the API server. What they know comes from the local
//! server of the instance manager.

mod local;
mod seen;

use std::io;
use std::path::Path;
use std::time::Duration;

use thiserror::Error;

pub use local::{Local, LocalError};
use seen::{Archive, Restore, Seen};

use crate::http::LOCAL_PORT;

/// Between two failed restores, so that a searching server does not turn in circles.
const PAUSE: Duration = Duration::from_millis(100);

/// Why a file was not archived.
#[derive(Debug, Error)]
pub enum ArchiveError {
    #[error("failed to read the cluster")]
    Cluster(#[from] LocalError),
    #[error(
        "refusing to archive {file}: this is {pod}, and the primary is {primary}: a switchover is in progress"
    )]
    NotPrimary { file: String, pod: String, primary: String },
    #[error(
        "refusing to drop {file}: the cluster archives to an object store, which this version does not support yet"
    )]
    ObjectStore { file: String },
    #[error(
        "refusing to drop {file}: the plugin {plugin} archives, and this version calls no plugins yet"
    )]
    Plugin { file: String, plugin: String },
}

/// Why a file was not restored.
#[derive(Debug, Error)]
pub enum RestoreError {
    #[error("failed to read the cluster")]
    Cluster(#[from] LocalError),
    #[error("{file} is not wanted: it forks from timeline {timeline} of the primary")]
    Fork { file: String, timeline: i64 },
    #[error("there is no archive to look for {file} in")]
    NoArchive { file: String },
    #[error("{file} cannot be looked for: this version supports no object store yet")]
    ObjectStore { file: String },
}

/// Who calls, and whom it asks.
#[derive(Debug, Clone)]
pub struct Caller {
    pub pod: String,
    pub local: Local,
}

impl Caller {
    /// The command of this pod, which asks the instance manager of this pod.
    #[must_use]
    pub fn new(pod: impl Into<String>) -> Self {
        Self { pod: pod.into(), local: Local::new(LOCAL_PORT) }
    }

    /// Archives a file, or says why not; and tells the cluster how it went.
    ///
    /// # Errors
    /// When the file is not safe: PostgreSQL keeps it and asks again.
    pub fn archive(&self, path: &str) -> Result<(), ArchiveError> {
        let outcome = self.try_archive(path);
        if matches!(outcome, Err(ArchiveError::Cluster(_))) {
            return outcome; // who would listen?
        }
        let error = outcome.as_ref().err().map(ToString::to_string).unwrap_or_default();
        if let Err(error) = self.local.report(&protocol::archive::ArchiveOutcome { error }) {
            tracing::warn!(%error, "failed to tell how archiving went");
        }
        outcome
    }

    fn try_archive(&self, path: &str) -> Result<(), ArchiveError> {
        let seen: Seen = self.local.cluster()?;
        let file = Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        match seen.archive(&self.pod) {
            Archive::NotOurs | Archive::Nowhere => Ok(()),
            Archive::NotPrimary { primary } => {
                Err(ArchiveError::NotPrimary { file, pod: self.pod.clone(), primary })
            }
            Archive::ObjectStore => Err(ArchiveError::ObjectStore { file }),
            Archive::Plugin(plugin) => Err(ArchiveError::Plugin { file, plugin }),
        }
    }

    /// Looks for a file in the archive, and takes a breath when there is none.
    ///
    /// # Errors
    /// When there is no such file, or no archive.
    pub fn restore(&self, file: &str) -> Result<(), RestoreError> {
        let outcome = self.try_restore(file);
        if outcome.is_err() {
            std::thread::sleep(PAUSE);
        }
        outcome
    }

    fn try_restore(&self, file: &str) -> Result<(), RestoreError> {
        let seen: Seen = self.local.cluster()?;
        let file = file.to_owned();
        Err(match seen.restore(&self.pod, &file) {
            Restore::Fork { timeline } => RestoreError::Fork { file, timeline },
            Restore::Nowhere => RestoreError::NoArchive { file },
            Restore::ObjectStore => RestoreError::ObjectStore { file },
        })
    }
}

/// The files that wait for the archiver, oldest name first.
///
/// # Errors
/// When the directory of their marks cannot be read.
pub fn queue(data: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(data.join("pg_wal/archive_status"))? {
        let name = entry?.file_name();
        if let Some(name) = name.to_string_lossy().strip_suffix(".ready") {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_is_what_waits() {
        let folder = tempfile::tempdir().unwrap();
        let marks = folder.path().join("pg_wal/archive_status");
        assert!(queue(folder.path()).is_err(), "no data directory is no empty queue");
        std::fs::create_dir_all(&marks).unwrap();
        for name in ["000000010000000000000002.ready", "00000002.history.ready", "a.done"] {
            std::fs::write(marks.join(name), "").unwrap();
        }
        assert_eq!(queue(folder.path()).unwrap(), ["000000010000000000000002", "00000002.history"]);
    }
}
