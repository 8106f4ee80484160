//! The right to lead, watched past everything else: by a thread of its own, and by the sentinel.
//!
//! The leadership loop stops the server itself when the right ends. This is for the case that the
//! loop waits for a disk, or that the whole manager is frozen.

use std::io::{PipeWriter, Write as _};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use pgkit::children::{AwaitedChild, Children};
use planner::leadership::clock::{BootTime, FAST_STOP};

use super::boot_clock;
use crate::sentinel::{self, Watched};

/// What the thread looks at; changes wake it up.
#[derive(Debug, Default)]
struct Shared {
    watched: Mutex<Watched>,
    changed: Condvar,
}

/// The watch over the right to lead.
#[derive(Debug)]
pub struct Guard {
    shared: Arc<Shared>,
    last: Watched,
    sentinel: Option<(AwaitedChild, PipeWriter)>,
}

impl Guard {
    /// Starts the thread, and the sentinel from this very program.
    pub fn start(data_directory: PathBuf, children: &Children) -> Self {
        let shared = Arc::<Shared>::default();
        let watcher = Arc::clone(&shared);
        let watch = move || {
            super::leave_signals();
            watch(&watcher);
        };
        std::thread::Builder::new()
            .name("right".to_owned())
            .stack_size(128 << 10)
            .spawn(watch)
            .expect("a thread can be started");
        let sentinel = sentinel(&data_directory, children);
        if let Err(error) = &sentinel {
            tracing::error!(%error, "no sentinel: a frozen manager would not be noticed");
        }
        Self { shared, last: Watched::default(), sentinel: sentinel.ok() }
    }

    /// The end of the pipe to the sentinel: it holds by the last word, whoever has it.
    pub fn hand_over(&mut self) -> Option<OwnedFd> {
        self.sentinel.take().map(|(_, pipe)| pipe.into())
    }

    /// Says which server may write, and until when.
    pub fn say(&mut self, watched: Watched) {
        if watched == self.last {
            return;
        }
        self.last = watched;
        *self.shared.watched.lock().unwrap_or_else(PoisonError::into_inner) = watched;
        self.shared.changed.notify_one();
        if let Some((_, pipe)) = &mut self.sentinel
            && let Err(error) = pipe.write_all(&watched.word())
        {
            tracing::error!(%error, "the sentinel has gone");
            self.sentinel = None;
        }
    }
}

fn sentinel(
    data_directory: &std::path::Path,
    children: &Children,
) -> std::io::Result<(AwaitedChild, PipeWriter)> {
    let (words, pipe) = std::io::pipe()?;
    let mut command = Command::new("/proc/self/exe");
    command
        .args(["instance", sentinel::ARGUMENT])
        .arg(data_directory)
        .stdin(Stdio::from(words))
        .stdout(Stdio::inherit())
        .stderr(Stdio::inherit());
    let mut command = tokio::process::Command::from(command);
    command.process_group(0); // it ends with the pipe
    Ok((children.spawn(&mut command)?, pipe))
}

/// Ends a server whose right has ended: fast, and after a second immediately.
fn watch(shared: &Shared) {
    let mut watched = shared.watched.lock().unwrap_or_else(PoisonError::into_inner);
    let mut told: Option<(Watched, Signal)> = None;
    loop {
        let now = boot_clock::now();
        let due = due(&watched, told.filter(|(whom, _)| *whom == *watched), now);
        if let (Some(server), Due::Signal(signal)) = (watched.server, due) {
            tracing::warn!(pid = server.as_raw(), ?signal, "the right to lead has ended");
            let _ = kill(server, signal);
            told = Some((*watched, signal));
            continue;
        }
        let pause = match due {
            Due::In(pause) => pause,
            Due::Signal(_) | Due::Never => Duration::from_secs(3600),
        };
        watched =
            shared.changed.wait_timeout(watched, pause).unwrap_or_else(PoisonError::into_inner).0;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Signal(Signal),
    In(Duration),
    Never,
}

/// What is due about a server, given what it was told already.
fn due(watched: &Watched, told: Option<(Watched, Signal)>, now: BootTime) -> Due {
    let (Some(_), Some(until)) = (watched.server, watched.until) else {
        // Without a right at all the loop has told the server to stop before it said so here.
        return Due::Never;
    };
    let immediately = until + FAST_STOP;
    match told.map(|(_, signal)| signal) {
        Some(Signal::SIGQUIT) => Due::Never,
        _ if now >= immediately => Due::Signal(Signal::SIGQUIT),
        Some(_) => Due::In(immediately - now),
        None if now >= until => Due::Signal(Signal::SIGINT),
        None => Due::In(until - now),
    }
}

#[cfg(test)]
mod tests {
    use nix::unistd::Pid;

    use super::*;

    #[test]
    fn a_server_without_a_right_is_stopped_fast_and_then_immediately() {
        let at = |seconds| BootTime(Duration::from_secs(seconds));
        let watched = Watched { server: Some(Pid::from_raw(1)), until: Some(at(10)) };
        let told = |signal| Some((watched, signal));
        for (name, told, now, expected) in [
            ("entitled", None, 8, Due::In(Duration::from_secs(2))),
            ("ended", None, 10, Due::Signal(Signal::SIGINT)),
            ("told", told(Signal::SIGINT), 10, Due::In(FAST_STOP)),
            ("does not obey", told(Signal::SIGINT), 11, Due::Signal(Signal::SIGQUIT)),
            ("thawed late", None, 20, Due::Signal(Signal::SIGQUIT)),
            ("all was said", told(Signal::SIGQUIT), 30, Due::Never),
        ] {
            assert_eq!(due(&watched, told, at(now)), expected, "{name}");
        }
        assert_eq!(due(&Watched::default(), None, at(99)), Due::Never);
    }
}
