//! `archive_command` and `restore_command`: what the server calls back.
//!
//! They are started for every WAL file and every second on a standby that searches, so they are
//! plain programs that ask the manager through a socket: no runtime, no client of the API server.
//! The manager does the work, warm and ahead of the questions: [`start`].

mod archiver;
mod decide;
mod ending;
mod inherited;
mod listener;
mod opened;
mod owner;
mod recovery;
mod restorer;
mod room;
mod service;
mod socket;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

pub use recovery::Recovery as RecoveryService;
pub use service::start;

use crate::paths::Paths;
use socket::{Answer, Ask};

/// After a restore that failed, so that a server that searches does not turn in circles. One that
/// is told that there is no such file waits in its own time, except while it is promoted: then it
/// asks for several, and clients wait for the answers.
const PAUSE: Duration = Duration::from_millis(100);

/// Why a file was not archived.
#[derive(Debug, Error)]
pub enum ArchiveError {
    #[error("the instance manager does not answer at {socket}")]
    Manager { socket: PathBuf, source: io::Error },
    #[error("{0}")]
    Refused(String),
}

/// Why a file was not restored.
#[derive(Debug, Error)]
pub enum RestoreError {
    #[error("the instance manager does not answer at {socket}")]
    Manager { socket: PathBuf, source: io::Error },
    /// The archive has no such file.
    #[error("{0}")]
    Nothing(String),
    #[error("{0}")]
    Failed(String),
    /// Recovery must not go on as if this were the end of the log.
    #[error("{0}")]
    Fatal(String),
}

/// A command, and whom it asks.
#[derive(Debug, Clone)]
pub struct Caller {
    socket: PathBuf,
}

impl Default for Caller {
    fn default() -> Self {
        Self::new(&Paths::default())
    }
}

impl Caller {
    /// A command in the container with these places.
    #[must_use]
    pub fn new(paths: &Paths) -> Self {
        Self { socket: paths.archive_socket() }
    }

    fn ask(&self, ask: &Ask) -> Result<Answer, (PathBuf, io::Error)> {
        socket::ask(&self.socket, ask).map_err(|error| (self.socket.clone(), error))
    }

    /// Archives a file, or says why not.
    ///
    /// # Errors
    /// When the file is not safe: PostgreSQL keeps it and asks again.
    pub fn archive(&self, path: &str) -> Result<(), ArchiveError> {
        let of = |(socket, source)| ArchiveError::Manager { socket, source };
        match self.ask(&Ask::Archive { path: path.to_owned() }).map_err(of)? {
            Answer::Done => Ok(()),
            Answer::Nothing(why) | Answer::Failed(why) | Answer::Fatal(why) => {
                Err(ArchiveError::Refused(why))
            }
        }
    }

    /// Archives all that waits, while the server does not run.
    ///
    /// # Errors
    /// When something is not safe yet.
    pub fn sweep(&self) -> Result<(), ArchiveError> {
        let of = |(socket, source)| ArchiveError::Manager { socket, source };
        match self.ask(&Ask::Sweep).map_err(of)? {
            Answer::Done => Ok(()),
            Answer::Nothing(why) | Answer::Failed(why) | Answer::Fatal(why) => {
                Err(ArchiveError::Refused(why))
            }
        }
    }

    /// Brings a file from the archive.
    ///
    /// # Errors
    /// When there is no such file, no archive, or no way to it.
    pub fn restore(&self, file: &str, to: &Path, rewind: bool) -> Result<(), RestoreError> {
        let of = |(socket, source)| RestoreError::Manager { socket, source };
        let to = to.to_string_lossy().into_owned();
        let ask = Ask::Restore { file: file.to_owned(), to, rewind };
        let outcome = match self.ask(&ask).map_err(of) {
            Ok(Answer::Done) => Ok(()),
            Ok(Answer::Nothing(why)) => Err(RestoreError::Nothing(why)),
            Ok(Answer::Failed(why)) => Err(RestoreError::Failed(why)),
            Ok(Answer::Fatal(why)) => Err(RestoreError::Fatal(why)),
            Err(error) => Err(error),
        };
        if matches!(outcome, Err(RestoreError::Manager { .. } | RestoreError::Failed(_))) {
            std::thread::sleep(PAUSE);
        }
        outcome
    }
}

/// The files that wait for the archiver, oldest name first.
///
/// # Errors
/// When the directory of their marks cannot be read.
pub fn queue(data: &Path) -> io::Result<Vec<String>> {
    queue_in(&data.join("pg_wal/archive_status"))
}

fn queue_in(status: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(status)? {
        let name = entry?.file_name();
        if let Some(name) = name.to_string_lossy().strip_suffix(".ready") {
            names.push(name.to_owned());
        }
    }
    // Histories first, as PostgreSQL does it: who looks for a free timeline finds them.
    names.sort_by_key(|name| (!name.ends_with(".history"), name.clone()));
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
        assert_eq!(queue(folder.path()).unwrap(), ["00000002.history", "000000010000000000000002"]);
    }
}
