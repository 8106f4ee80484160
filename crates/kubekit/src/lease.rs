//! Who of several candidates leads, decided over a Lease object. Pure: no clock, no client.
//!
//! The rules are those of client-go, so that candidates of both kinds can share a Lease:
//! - A candidate never compares its clock with that of others. It measures, on its own monotonic
//!   clock, for how long the Lease has not changed; only then is the holder's term over.
//! - Every write carries the `resourceVersion` that was read, so of two writers one fails.
//! - A leader counts its own term from the moment *before* it sent the last successful write, and
//!   gives up after a shorter time (`renew_deadline`) than others wait (`lease_duration`).
//!
//! So with clocks that run at about the same rate no two candidates hold the Lease at once, even
//! when one of them was frozen: on waking it asks [`Candidate::standing`] before it acts.

pub mod election;

use std::time::Duration;

use jiff::Timestamp;

/// A point on a monotonic clock with an arbitrary origin.
pub type Instant = Duration;

/// The three times of an election; `lease > deadline > retry`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// How long others wait for a sign of life of the holder.
    pub lease: Duration,
    /// After how long without a successful renewal the holder gives up.
    pub deadline: Duration,
    /// The pause between two attempts.
    pub retry: Duration,
}

impl Timing {
    /// Refuses times with which two candidates could lead at once, or nobody for long.
    pub fn new(lease: Duration, deadline: Duration, retry: Duration) -> Result<Self, BadTiming> {
        if lease <= deadline {
            return Err(BadTiming::LeaseNotLonger { lease, deadline });
        }
        if deadline <= retry.mul_f64(JITTER) {
            return Err(BadTiming::DeadlineNotLonger { deadline, retry });
        }
        if retry.is_zero() {
            return Err(BadTiming::NoPause);
        }
        Ok(Self { lease, deadline, retry })
    }
}

/// Pauses are stretched by up to this factor so that candidates do not run in step.
pub const JITTER: f64 = 1.2;

/// Times that do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTiming {
    #[error("the lease ({lease:?}) must last longer than the renew deadline ({deadline:?})")]
    LeaseNotLonger { lease: Duration, deadline: Duration },
    #[error("the renew deadline ({deadline:?}) must be longer than 1.2 retry periods ({retry:?})")]
    DeadlineNotLonger { deadline: Duration, retry: Duration },
    #[error("the retry period must not be zero")]
    NoPause,
}

/// What the Lease says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Empty when the last holder let go.
    pub holder: String,
    pub duration: Duration,
    pub acquired: Option<Timestamp>,
    pub renewed: Option<Timestamp>,
    pub transitions: i32,
}

/// A record, and the `resourceVersion` it was read or written at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned {
    pub record: Record,
    pub version: String,
}

/// What to do now.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// There is no Lease: make one.
    Create(Record),
    /// Overwrite the Lease, provided it is still at this version.
    Update { record: Record, version: String },
    /// Somebody else leads.
    Wait,
}

/// Whether this candidate may act as the leader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Follower,
    /// Leads until this moment, unless the Lease is renewed before.
    Leader {
        until: Instant,
    },
    /// Has led and must never act again: what it started may still be under way elsewhere.
    Lost,
}

/// One of those who want to lead.
#[derive(Debug, Clone)]
pub struct Candidate {
    me: String,
    timing: Timing,
    observed: Option<Observed>,
    /// When the last successful write of ours was started.
    renewed: Option<Instant>,
    lost: bool,
}

/// The last known record, and since when it has been like that.
#[derive(Debug, Clone)]
struct Observed {
    lease: Versioned,
    since: Instant,
}

impl Candidate {
    /// `me` must be unique among all candidates, over restarts too.
    pub fn new(me: impl Into<String>, timing: Timing) -> Self {
        Self { me: me.into(), timing, observed: None, renewed: None, lost: false }
    }

    pub fn me(&self) -> &str {
        &self.me
    }

    pub fn timing(&self) -> &Timing {
        &self.timing
    }

    /// Who holds the Lease as far as is known.
    pub fn holder(&self) -> Option<&str> {
        let holder = &self.observed.as_ref()?.lease.record.holder;
        (!holder.is_empty()).then_some(holder)
    }

    /// Takes note of what was read at `now`; `None` when there is no Lease.
    pub fn observe(&mut self, lease: Option<Versioned>, now: Instant) {
        // Any new version is a sign of life: the times in it are those of a clock that may be wrong,
        // or stand still.
        self.observed = lease.map(|lease| match self.observed.take() {
            Some(known) if known.lease.version == lease.version => known,
            _ => Observed { lease, since: now },
        });
        if self.renewed.is_some() && self.holder() != Some(&self.me) {
            self.lost = true;
        }
    }

    /// What to write, after [`Self::observe`]. `wall` only ends up in the record for people to read.
    pub fn next(&self, now: Instant, wall: Timestamp) -> Step {
        if matches!(self.standing(now), Standing::Lost) {
            return Step::Wait;
        }
        let mut record = Record {
            holder: self.me.clone(),
            duration: self.timing.lease,
            acquired: Some(wall),
            renewed: Some(wall),
            transitions: 0,
        };
        let Some(Observed { lease: Versioned { record: old, version }, since }) = &self.observed
        else {
            return Step::Create(record);
        };
        if old.holder == self.me {
            record.acquired = old.acquired;
            record.transitions = old.transitions;
        } else if old.holder.is_empty() || *since + old.duration <= now {
            record.transitions = old.transitions.saturating_add(1);
        } else {
            return Step::Wait;
        }
        Step::Update { record, version: version.clone() }
    }

    /// A write that began at `started` and ended at `now` went through.
    pub fn written(&mut self, lease: Versioned, started: Instant, now: Instant) {
        // Came too late: others may have waited for us long enough already.
        if !matches!(self.standing(now), Standing::Lost) {
            self.renewed = Some(started);
        }
        self.observed = Some(Observed { lease, since: now });
    }

    pub fn standing(&self, now: Instant) -> Standing {
        match self.renewed {
            _ if self.lost => Standing::Lost,
            None => Standing::Follower,
            Some(renewed) => {
                let until = renewed + self.timing.deadline;
                if now < until { Standing::Leader { until } } else { Standing::Lost }
            }
        }
    }

    /// What lets the others in at once, to be written after the work has ended.
    pub fn release(&self, now: Instant, wall: Timestamp) -> Option<Step> {
        let Standing::Leader { .. } = self.standing(now) else { return None };
        let Versioned { record, version } = &self.observed.as_ref()?.lease;
        let record = Record {
            holder: String::new(),
            duration: Duration::from_secs(1),
            acquired: Some(wall),
            renewed: Some(wall),
            transitions: record.transitions,
        };
        Some(Step::Update { record, version: version.clone() })
    }
}

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
