//! A stop: gentle at first, harder when its time is over, and never gentler again.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::{
    After, Command, CrashLimit, Crashes, Effect, End, Event, FOREVER, Fence, Haste, State,
};

/// How the server is told to stop, in rising order.
/// <https://www.postgresql.org/docs/current/server-shutdown.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// New clients are refused, sessions may go on.
    Smart,
    /// Sessions are ended, a checkpoint is written, WAL is sent to the replicas.
    Fast,
    /// All processes quit where they stand; the next start recovers.
    Immediate,
    /// The first process is killed; the others notice.
    Kill,
}

/// How long each step may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// `smartShutdownTimeout`
    pub smart: Duration,
    /// `stopDelay`
    pub stop: Duration,
    /// `switchoverDelay`
    pub switchover: Duration,
    /// How long sessions may survive a lost lease.
    pub lease_lost: Duration,
    pub immediate: Duration,
    pub crashes: CrashLimit,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            smart: Duration::from_secs(180),
            stop: Duration::from_secs(1800),
            switchover: Duration::from_secs(3600),
            lease_lost: Duration::from_secs(1),
            immediate: Duration::from_secs(60),
            crashes: CrashLimit::default(),
        }
    }
}

/// A stop under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopping {
    pub mode: Mode,
    /// When the next mode is due.
    pub until: Option<Instant>,
    pub after: After,
    fast: Duration,
    crashes: Crashes,
}

/// The first mode of a command and its time, and the time that a fast stop may then take.
fn plan(command: Command, limits: &Limits) -> Option<(Mode, Duration, Duration)> {
    // A smart phase that would not leave time for the fast one is left out.
    let smart = if limits.stop <= limits.smart { Duration::ZERO } else { limits.smart };
    match command {
        Command::Restart(Haste::Orderly) | Command::Terminate(Haste::Orderly)
            if smart > Duration::ZERO =>
        {
            Some((Mode::Smart, smart, limits.stop))
        }
        Command::Restart(_) | Command::Terminate(_) => Some((Mode::Fast, limits.stop, limits.stop)),
        Command::Depose | Command::Fence(Fence::Requested) => {
            Some((Mode::Fast, limits.switchover, limits.switchover))
        }
        Command::Fence(Fence::LeaseLost) => {
            Some((Mode::Fast, limits.lease_lost, limits.lease_lost))
        }
        Command::Reload | Command::LiftFence(_) | Command::Leave => None,
    }
}

impl Stopping {
    /// Begins a stop of a server that is up.
    pub(super) fn begin(
        command: Command,
        crashes: Crashes,
        now: Instant,
        limits: &Limits,
    ) -> (State, Vec<Effect>) {
        let (mode, length, fast) =
            plan(command, limits).unwrap_or((Mode::Fast, limits.stop, limits.stop));
        let after = After::Start.then(command);
        let until = now.checked_add(length);
        let stopping = Self { mode, until, after, fast, crashes };
        (State::Stopping(stopping), vec![Effect::Stop(mode)])
    }

    pub(super) fn on(
        mut self,
        event: Event,
        now: Instant,
        limits: &Limits,
    ) -> (State, Vec<Effect>) {
        match event {
            Event::Exited(_) => self.exited(),
            Event::Ready => (State::Stopping(self), vec![]),
            Event::Deadline => {
                if self.until.is_none_or(|until| now < until) {
                    return (State::Stopping(self), vec![]);
                }
                let (mode, length) = match self.mode {
                    Mode::Smart => (Mode::Fast, self.fast),
                    Mode::Fast => (Mode::Immediate, limits.immediate),
                    Mode::Immediate | Mode::Kill => (Mode::Kill, FOREVER),
                };
                self.mode = mode;
                self.until = now.checked_add(length);
                (State::Stopping(self), vec![Effect::Stop(mode)])
            }
            Event::Asked(Command::Leave) => {
                // Whoever adopts the server finds it stopping, and starts it again if it should.
                (State::Done(End::Left), vec![Effect::Finish(End::Left)])
            }
            Event::Asked(command) => self.asked(command, now, limits),
        }
    }

    /// Another wish during a stop changes what follows, and makes the stop harder or shorter.
    fn asked(mut self, command: Command, now: Instant, limits: &Limits) -> (State, Vec<Effect>) {
        self.after = self.after.then(command);
        let Some((mode, length, fast)) = plan(command, limits) else {
            return (State::Stopping(self), vec![]);
        };
        self.fast = self.fast.min(fast);
        let until = now.checked_add(length);
        if mode > self.mode {
            (self.mode, self.until) = (mode, until);
            return (State::Stopping(self), vec![Effect::Stop(mode)]);
        }
        if mode == self.mode {
            self.until = [self.until, until].into_iter().flatten().min();
        }
        (State::Stopping(self), vec![])
    }

    fn exited(self) -> (State, Vec<Effect>) {
        let crashes = self.crashes;
        match self.after {
            After::Start => (State::Starting { crashes }, vec![Effect::Start]),
            After::StayDown(by) => (State::Fenced { by, crashes }, vec![]),
            After::Finish(end) => (State::Done(end), vec![Effect::Finish(end)]),
        }
    }
}

impl After {
    /// What follows once a further command is known. An end is final; deposed outranks terminated.
    fn then(self, command: Command) -> Self {
        match (self, command) {
            (_, Command::Depose) => Self::Finish(End::Deposed),
            (Self::Finish(end), _) => Self::Finish(end),
            (_, Command::Terminate(_)) => Self::Finish(End::Terminated),
            (Self::StayDown(mut by), Command::Fence(fence)) => {
                by.insert(fence);
                Self::StayDown(by)
            }
            (Self::Start, Command::Fence(fence)) => Self::StayDown(BTreeSet::from([fence])),
            (Self::StayDown(mut by), Command::LiftFence(fence)) => {
                by.remove(&fence);
                if by.is_empty() { Self::Start } else { Self::StayDown(by) }
            }
            (
                after @ (Self::Start | Self::StayDown(_)),
                Command::Reload | Command::Restart(_) | Command::LiftFence(_) | Command::Leave,
            ) => after,
        }
    }
}
