//! The second process: it ends the server when the manager is frozen and the right to lead is long
//! gone.
//!
//! The manager writes each deadline into a pipe; whoever is frozen writes nothing, and the last
//! word counts. The end of the pipe is the end of the manager, and with it of the sentinel.

use std::io::Read;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use planner::leadership::clock::BootTime;
use planner::leadership::instance::sentinel_kills;

use crate::run::boot_clock;

/// The hidden argument that makes the program a sentinel.
pub const ARGUMENT: &str = "sentinel";

/// How long the processes of the server have to obey.
const QUIT: Duration = Duration::from_millis(100);

/// What the manager says: the server that may write, and until when it is entitled to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Watched {
    /// The first process of a server that may acknowledge writes.
    pub server: Option<Pid>,
    pub until: Option<BootTime>,
}

/// The size of one word in the pipe; shorter than what a pipe takes in one piece.
pub const WORD: usize = 16;

impl Watched {
    /// The word for the pipe.
    #[must_use]
    pub fn word(&self) -> [u8; WORD] {
        let mut word = [0; WORD];
        let pid = self.server.map_or(0, Pid::as_raw);
        let until = self
            .until
            .map_or(0, |until| u64::try_from(until.0.as_nanos()).unwrap_or(u64::MAX).max(1));
        word[..4].copy_from_slice(&pid.to_le_bytes());
        word[8..].copy_from_slice(&until.to_le_bytes());
        word
    }

    fn read(word: [u8; WORD]) -> Self {
        let (pid, until) = word.split_at(8);
        let pid = i32::from_le_bytes(pid[..4].try_into().expect("four of eight"));
        let until = u64::from_le_bytes(until.try_into().expect("the other eight"));
        Self {
            server: (pid > 0).then(|| Pid::from_raw(pid)),
            until: (until > 0).then(|| BootTime(Duration::from_nanos(until))),
        }
    }
}

/// Watches until the pipe ends.
pub fn run(words: impl Read + AsFd + Send + 'static, data_directory: &Path) {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut words, mut word) = (words, [0; WORD]);
        while words.read_exact(&mut word).is_ok() && send.send(Watched::read(word)).is_ok() {}
    });
    let mut watched = Watched::default();
    loop {
        let pause = pause(&watched, boot_clock::now());
        match receive.recv_timeout(pause) {
            Ok(word) => watched = word,
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(server) = watched.server
            && sentinel_kills(watched.until, boot_clock::now())
        {
            tracing::error!(pid = server.as_raw(), "the manager does not run: ending the server");
            end(server, data_directory);
            watched.server = None;
        }
    }
}

/// How long nothing can happen, unless the manager says something.
fn pause(watched: &Watched, now: BootTime) -> Duration {
    const QUIET: Duration = Duration::from_secs(3600);
    const LEAST: Duration = Duration::from_millis(20);
    match (watched.server, watched.until) {
        (None, _) => QUIET,
        (Some(_), None) => LEAST,
        (Some(_), Some(until)) => {
            let deadline = until + planner::leadership::clock::SENTINEL_GRACE;
            (deadline - now).max(LEAST)
        }
    }
}

/// Immediately, and without asking twice: nothing may be acknowledged any more.
pub fn end(server: Pid, data_directory: &Path) {
    let _ = kill(server, Signal::SIGQUIT);
    std::thread::sleep(QUIT);
    let Ok(directory) = data_directory.canonicalize() else { return };
    // A process that is frozen or busy obeys only this. The first process goes first, so that it
    // starts no others.
    let _ = kill(server, Signal::SIGKILL);
    for pid in processes_in(&directory) {
        let _ = kill(pid, Signal::SIGKILL);
    }
}

fn processes_in(directory: &PathBuf) -> Vec<Pid> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &i32| {
        std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|at| at == *directory)
    })
    .map(Pid::from_raw)
    .filter(|pid| *pid != Pid::this())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_the_pipe() {
        for watched in [
            Watched::default(),
            Watched { server: Some(Pid::from_raw(7)), until: None },
            Watched {
                server: Some(Pid::from_raw(i32::MAX)),
                until: Some(BootTime(Duration::from_nanos(u64::MAX))),
            },
        ] {
            assert_eq!(Watched::read(watched.word()), watched);
        }
    }

    #[test]
    fn the_server_of_a_silent_manager_is_ended_after_the_deadline() {
        let folder = tempfile::tempdir().unwrap();
        let mut victim = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let server = Pid::from_raw(i32::try_from(victim.id()).unwrap());
        let (words, to) = nix::unistd::pipe().unwrap();
        let until = Some(boot_clock::now());
        nix::unistd::write(&to, &Watched { server: Some(server), until }.word()).unwrap();
        let place = folder.path().to_owned();
        let sentinel = std::thread::spawn(move || run(std::fs::File::from(words), &place));
        let began = boot_clock::now();
        assert!(!victim.wait().unwrap().success());
        let waited = boot_clock::now() - began;
        assert!(waited >= planner::leadership::clock::SENTINEL_GRACE - Duration::from_millis(50));
        drop(to);
        sentinel.join().unwrap();
    }
}
