//! Until when a holder may acknowledge writes, on its own clock.

use super::super::clock::{BootTime, FAST_STOP, SENTINEL_GRACE, Terms};

/// The right to lead: where it comes from is a renewal or a round of promises, and what counts is
/// when that was sent, not when it was answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Right {
    until: Option<BootTime>,
    /// When this session became the holder: decisions need reads that are younger.
    acquired: Option<BootTime>,
}

impl Right {
    /// What another image of the same manager had; reads of its time confirm nothing.
    pub(super) fn handed_over(until: BootTime, now: BootTime) -> Self {
        Self { until: Some(until), acquired: Some(now) }
    }

    #[must_use]
    pub fn entitled(&self, now: BootTime) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    /// It ended so long ago that a running manager would have stopped the server already.
    pub(super) fn overdue(&self, now: BootTime) -> bool {
        self.until.is_none_or(|until| now >= until + FAST_STOP)
    }

    #[must_use]
    pub fn until(&self) -> Option<BootTime> {
        self.until
    }

    pub(super) fn acquired(&self) -> Option<BootTime> {
        self.acquired
    }

    pub(super) fn confirmed(&mut self, sent: BootTime, now: BootTime, terms: &Terms) {
        self.until = self.until.max(Some(sent + terms.renew_deadline));
        self.acquired.get_or_insert(now);
    }

    pub(super) fn lost(&mut self) {
        *self = Self::default();
    }
}

/// The sentinel is a second process with one task, for a manager that is frozen alone: it ends the
/// server when the deadline, which it reads from shared memory, is well past.
#[must_use]
pub fn sentinel_kills(until: Option<BootTime>, now: BootTime) -> bool {
    until.is_none_or(|until| now >= until + SENTINEL_GRACE)
}
