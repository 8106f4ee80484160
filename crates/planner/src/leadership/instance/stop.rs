//! When a server that may write must stop, and how hard.

use super::super::clock::{BootTime, FAST_STOP};
use super::super::records::Target;
use super::{Effect, Member, Server};

/// How PostgreSQL is told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    Fast,
    Immediate,
}

/// Why the server is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyStop {
    /// The right to acknowledge is gone, or runs out now.
    NoRight,
    /// Somebody else is to be chosen, or was.
    Deposed,
    /// A switchover: the one to take over is streaming.
    HandOver,
    Fenced,
    Terminate,
}

/// A stop under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    why: WhyStop,
    mode: Mode,
    since: BootTime,
}

impl Member {
    /// Looked at before anything else, on every event.
    pub(super) fn stop_work(&mut self, now: BootTime, effects: &mut Vec<Effect>) {
        let Some(why) = self.why_stop(now) else { return };
        let patience = match why {
            WhyStop::NoRight | WhyStop::Deposed => FAST_STOP,
            WhyStop::HandOver | WhyStop::Fenced | WhyStop::Terminate => {
                self.bounds.switchover_delay
            }
        };
        // Thawed long after the end of the right: nobody may have a second more.
        let overdue = why == WhyStop::NoRight && self.right.overdue(now);
        let stop = match self.stop {
            None => Stop { why, mode: Mode::Fast, since: now },
            // The right ran out during a patient stop: the count begins again, but a short one.
            Some(stop) if stop.why != why && why == WhyStop::NoRight => {
                Stop { why, since: now, ..stop }
            }
            Some(stop) if now - stop.since >= patience => Stop { mode: Mode::Immediate, ..stop },
            Some(stop) => stop,
        };
        let stop = if overdue { Stop { mode: Mode::Immediate, ..stop } } else { stop };
        if self.stop.is_none_or(|told| told.mode < stop.mode) {
            effects.push(Effect::Stop(stop.mode, why));
        }
        self.stop = Some(stop);
    }

    fn why_stop(&self, now: BootTime) -> Option<WhyStop> {
        if !self.may_write() {
            let up = matches!(self.server, Server::Standby { .. });
            return match (up, self.terminating, self.fenced) {
                (true, true, _) => Some(WhyStop::Terminate),
                (true, false, true) => Some(WhyStop::Fenced),
                _ => None,
            };
        }
        if !self.right.entitled(now) {
            return Some(WhyStop::NoRight);
        }
        if self.terminating {
            return Some(WhyStop::Terminate);
        }
        if self.fenced {
            return Some(WhyStop::Fenced);
        }
        let cluster = self.cluster.record.as_ref()?;
        let target = self.others_target()?;
        if cluster.electing() || !cluster.is_current(&self.me.name) {
            return Some(WhyStop::Deposed);
        }
        // A switchover: whoever does not stream would never get the end of the log.
        let ready = matches!((&self.server, target), (Server::Primary { streaming }, Target::Instance(to)) if streaming.contains(to));
        (ready || self.stop.is_some()).then_some(WhyStop::HandOver)
    }
}
