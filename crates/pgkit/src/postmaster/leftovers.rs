//! Processes of a server whose first process is gone.
//!
//! While one of them holds the shared memory, a new server refuses to start. Most notice by
//! themselves and end within milliseconds; one that is busy does not look, so it is told.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use thiserror::Error;
use tokio::time::{Instant, sleep};

/// How long they may take to notice, and then to quit when told.
const NOTICE: Duration = Duration::from_millis(100);
const QUIT: Duration = Duration::from_secs(2);
const KILLED: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(10);

/// Why a new server cannot start yet.
#[derive(Debug, Error)]
pub enum LeftoverError {
    #[error("cannot look for processes of the old server")]
    Look(#[source] io::Error),
    #[error("{0} processes of the old server do not end")]
    Stay(usize),
}

/// Waits for the end of all, and helps.
pub(super) async fn end_all(data_directory: &Path) -> Result<(), LeftoverError> {
    let began = Instant::now();
    let mut told = None;
    loop {
        let left = find(data_directory).map_err(LeftoverError::Look)?;
        if left.is_empty() {
            return Ok(());
        }
        let wanted = match began.elapsed() {
            waited if waited < NOTICE => None,
            waited if waited < QUIT => Some(Signal::SIGQUIT),
            waited if waited < KILLED => Some(Signal::SIGKILL),
            _ => return Err(LeftoverError::Stay(left.len())),
        };
        if wanted != told {
            tracing::warn!(processes = left.len(), signal = ?wanted, "the old server has left some");
            told = wanted;
            for pid in left {
                // It may have ended meanwhile.
                let _ = kill(pid, wanted);
            }
        }
        sleep(LOOK).await;
    }
}

/// All processes that work in a data directory, except the log collector: it ends by itself when it
/// has written what the others said, and holds nothing that a new server needs.
fn find(data_directory: &Path) -> io::Result<Vec<Pid>> {
    let data_directory = data_directory.canonicalize()?;
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let Some(pid) = entry.ok().and_then(|entry| number(&entry.file_name())) else { continue };
        if works_in(pid, &data_directory) && !is_log_collector(pid) {
            found.push(Pid::from_raw(pid));
        }
    }
    Ok(found)
}

fn number(name: &OsStr) -> Option<i32> {
    name.to_str()?.parse().ok()
}

/// Whether a process is a server's, and in this directory. A zombie works nowhere.
pub(super) fn works_in(pid: i32, data_directory: &Path) -> bool {
    let works = std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|at| at == data_directory);
    works && command_line(pid).is_some_and(|line| program(&line).is_some_and(is_server))
}

/// Whether a process is the first of a server, and not one that it has forked.
pub(super) fn is_postmaster(pid: i32) -> bool {
    command_line(pid).is_some_and(|line| !line.starts_with(b"postgres:"))
}

fn is_log_collector(pid: i32) -> bool {
    // `postgres: logger `, or `postgres: <cluster>: logger `; what is overwritten is padded.
    let line = command_line(pid).unwrap_or_default();
    let title = line.split(|byte| *byte == 0).next().unwrap_or_default();
    line.starts_with(b"postgres:") && title.trim_ascii().ends_with(b" logger")
}

fn command_line(pid: i32) -> Option<Vec<u8>> {
    std::fs::read(format!("/proc/{pid}/cmdline")).ok().filter(|line| !line.is_empty())
}

/// The name of the program out of a command line, or out of the title that took its place.
fn program(line: &[u8]) -> Option<&[u8]> {
    if line.starts_with(b"postgres:") {
        return Some(b"postgres");
    }
    line.split(|byte| *byte == 0).next()?.rsplit(|byte| *byte == b'/').next()
}

/// `postgres`, or whatever an image calls it; not a tool or a shell that someone runs in there.
fn is_server(program: &[u8]) -> bool {
    program.starts_with(b"postgres") || program == b"postmaster"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_by_their_command_lines() {
        for (line, name, server) in [
            (b"/usr/lib/postgresql/15/bin/postgres\0-D\0/data\0".as_slice(), "postgres", true),
            (b"postgres: pg: walwriter \0\0\0", "postgres", true),
            (b"postgres: logger ", "postgres", true),
            (b"/bin/sh\0-c\0ls", "sh", false),
            (b"pg_basebackup\0", "pg_basebackup", false),
        ] {
            let program = program(line).unwrap();
            assert_eq!((program, is_server(program)), (name.as_bytes(), server));
        }
    }

    #[test]
    fn this_test_is_no_server() {
        let us = i32::try_from(std::process::id()).unwrap();
        assert!(!works_in(us, &std::env::current_dir().unwrap()));
        assert!(!works_in(i32::MAX, Path::new("/")));
    }
}
