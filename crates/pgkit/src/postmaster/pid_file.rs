//! `postmaster.pid`: who owns a data directory, and how far he has come.
//!
//! <https://www.postgresql.org/docs/current/storage-file-layout.html>, and `pidfile.h` of the server.

use std::io;
use std::path::{Path, PathBuf};

use nix::unistd::Pid;

/// The name of the file.
pub const NAME: &str = "postmaster.pid";

/// What the file tells; the first line is there before the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PidFile {
    pub pid: Pid,
    pub data_directory: Option<PathBuf>,
    /// Seconds since 1970.
    pub started: Option<u64>,
    pub port: Option<u16>,
    pub socket_directory: Option<PathBuf>,
    pub status: Option<PidFileStatus>,
}

/// The last line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PidFileStatus {
    Starting,
    Stopping,
    Ready,
    /// A standby that takes no connections.
    Standby,
}

impl PidFile {
    /// Reads the content; none when the first line is no process id.
    #[must_use]
    pub fn parse(content: &str) -> Option<Self> {
        let mut lines = content.lines().map(str::trim);
        let pid = lines.next()?.parse().ok().filter(|pid| *pid > 1)?;
        let mut next = || lines.next().filter(|line| !line.is_empty());
        let data_directory = next().map(PathBuf::from);
        let started = next().and_then(|line| line.parse().ok());
        let port = next().and_then(|line| line.parse().ok());
        let socket_directory = next().map(PathBuf::from);
        let _addresses = next();
        let _shared_memory = next();
        let status = next().and_then(|line| match line {
            "starting" => Some(PidFileStatus::Starting),
            "stopping" => Some(PidFileStatus::Stopping),
            "ready" => Some(PidFileStatus::Ready),
            "standby" => Some(PidFileStatus::Standby),
            _ => None,
        });
        let pid = Pid::from_raw(pid);
        Some(Self { pid, data_directory, started, port, socket_directory, status })
    }

    /// Reads the file of a data directory; none where there is none, or no process id in it.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn read(data_directory: &Path) -> io::Result<Option<Self>> {
        match std::fs::read_to_string(data_directory.join(NAME)) {
            Ok(content) => Ok(Self::parse(&content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_and_half_files() {
        let whole = "42\n/data\n1795241682\n5432\n/controller/run\n*\n  123  456\nready   \n";
        let file = PidFile::parse(whole).unwrap();
        assert_eq!(
            (file.pid, file.port, file.started),
            (Pid::from_raw(42), Some(5432), Some(1_795_241_682))
        );
        assert_eq!(file.socket_directory, Some("/controller/run".into()));
        assert_eq!(file.status, Some(PidFileStatus::Ready));
        let half = PidFile::parse("42\n/data\n").unwrap();
        assert_eq!((half.data_directory, half.status), (Some("/data".into()), None));
        for content in ["", "\n", "x\n", "-42\n", "0\n", "1\n"] {
            assert_eq!(PidFile::parse(content), None, "{content:?}");
        }
    }
}
