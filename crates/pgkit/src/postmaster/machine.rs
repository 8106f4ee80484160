//! What happens to the server next: the states of its first process, and what moves them.
//!
//! Nothing here waits, or touches a process, or asks for the time.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

pub mod crashes;
mod stopping;

pub use crashes::{CrashLimit, Crashes};
pub use stopping::{Limits, Mode, Stopping};

/// Who keeps the server down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fence {
    /// A person, by annotation.
    Requested,
    /// This instance may not write any more, or does not know whether it may.
    LeaseLost,
}

/// How much time an end may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Haste {
    /// Clients may finish their sessions first.
    Orderly,
    /// Sessions are ended at once.
    Quick,
}

/// What others ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Reload,
    /// Stop and start again.
    Restart(Haste),
    /// Stop, and stay down until the last fence is lifted.
    Fence(Fence),
    LiftFence(Fence),
    /// Stop as fast as data allow, because another instance leads now; never start again.
    Depose,
    /// Stop, because the container ends.
    Terminate(Haste),
    /// Go without stopping the server: another image of this program adopts it.
    Leave,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Asked(Command),
    /// The server takes connections.
    Ready,
    /// The process is gone, or never came to be.
    Exited(Exit),
    /// The moment of [`State::deadline`] has come.
    Deadline,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Code(i32),
    Signal(i32),
    /// It was adopted, and its status belongs to someone else.
    Unknown,
    NeverStarted,
}

/// What to do now.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    Start,
    Reload,
    Stop(Mode),
    Finish(End),
}

/// Why the supervisor ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As asked, the server is down.
    Terminated,
    /// Another instance leads, the server is down.
    Deposed,
    /// As asked, the server runs on.
    Left,
    /// Someone else stopped the server in an orderly way.
    StoppedByOther,
    /// The server ended too often on its own.
    Crashed(Exit),
}

/// The state of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Starting { crashes: Crashes },
    Running { crashes: Crashes },
    Stopping(Stopping),
    Fenced { by: BTreeSet<Fence>, crashes: Crashes },
    Done(End),
}

/// What follows when the server is down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    Start,
    StayDown(BTreeSet<Fence>),
    Finish(End),
}

impl State {
    /// The first state, with the fences that are up already.
    pub fn first(fences: BTreeSet<Fence>) -> (Self, Vec<Effect>) {
        let crashes = Crashes::default();
        if fences.is_empty() {
            (Self::Starting { crashes }, vec![Effect::Start])
        } else {
            (Self::Fenced { by: fences, crashes }, vec![])
        }
    }

    /// When [`Event::Deadline`] is due.
    #[must_use]
    pub const fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Stopping(stopping) => stopping.until,
            Self::Starting { .. } | Self::Running { .. } | Self::Fenced { .. } | Self::Done(_) => {
                None
            }
        }
    }

    /// The next state, and what to do about it.
    pub fn on(self, event: Event, now: Instant, limits: &Limits) -> (Self, Vec<Effect>) {
        match self {
            Self::Starting { crashes } => up(crashes, Up::Starting, event, now, limits),
            Self::Running { crashes } => up(crashes, Up::Running, event, now, limits),
            Self::Stopping(stopping) => stopping.on(event, now, limits),
            Self::Fenced { by, crashes } => down(by, crashes, event),
            Self::Done(end) => (Self::Done(end), vec![]),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Up {
    Starting,
    Running,
}

/// There is a process, and nobody wants it to end.
fn up(
    crashes: Crashes,
    up: Up,
    event: Event,
    now: Instant,
    limits: &Limits,
) -> (State, Vec<Effect>) {
    let same = |crashes| match up {
        Up::Starting => State::Starting { crashes },
        Up::Running => State::Running { crashes },
    };
    let command = match event {
        Event::Ready => return (State::Running { crashes }, vec![]),
        Event::Deadline => return (same(crashes), vec![]),
        Event::Exited(Exit::Code(0)) if up == Up::Running => return finish(End::StoppedByOther),
        Event::Exited(exit) => {
            return match crashes.another(now, &limits.crashes) {
                Some(crashes) => (State::Starting { crashes }, vec![Effect::Start]),
                None => finish(End::Crashed(exit)),
            };
        }
        Event::Asked(command) => command,
    };
    match command {
        Command::Reload => (same(crashes), vec![Effect::Reload]),
        Command::LiftFence(_) => (same(crashes), vec![]),
        Command::Leave => finish(End::Left),
        Command::Restart(_) | Command::Fence(_) | Command::Depose | Command::Terminate(_) => {
            Stopping::begin(command, crashes, now, limits)
        }
    }
}

/// There is no process, and there shall be none.
fn down(mut by: BTreeSet<Fence>, crashes: Crashes, event: Event) -> (State, Vec<Effect>) {
    match event {
        Event::Asked(Command::Terminate(_)) => return finish(End::Terminated),
        Event::Asked(Command::Depose) => return finish(End::Deposed),
        Event::Asked(Command::Leave) => return finish(End::Left),
        Event::Asked(Command::Fence(fence)) => {
            by.insert(fence);
        }
        Event::Asked(Command::LiftFence(fence)) => {
            by.remove(&fence);
            if by.is_empty() {
                return (State::Starting { crashes }, vec![Effect::Start]);
            }
        }
        Event::Asked(Command::Reload | Command::Restart(_))
        | Event::Ready
        | Event::Exited(_)
        | Event::Deadline => {}
    }
    (State::Fenced { by, crashes }, vec![])
}

fn finish(end: End) -> (State, Vec<Effect>) {
    (State::Done(end), vec![Effect::Finish(end)])
}

/// A duration that no stop will ever reach.
const FOREVER: Duration = Duration::MAX;

#[cfg(test)]
mod tests;
