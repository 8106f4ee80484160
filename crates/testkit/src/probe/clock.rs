//! The clock of the probe: time since boot, the same in every process and namespace of a machine.

use std::time::Duration;

use nix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// A point in time, in microseconds since boot.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Moment(pub u64);

impl Moment {
    /// The present.
    #[must_use]
    pub fn now() -> Self {
        let now = clock_gettime(ClockId::CLOCK_BOOTTIME).expect("every Linux has this clock");
        Self(u64::try_from(Duration::from(now).as_micros()).expect("no machine is that old"))
    }

    /// The time from an earlier moment to this one; nothing if it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

/// One moment read on two clocks, so that any other can be told as a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    pub at: Moment,
    pub wall: jiff::Timestamp,
}

impl Anchor {
    /// The present, on both clocks.
    #[must_use]
    pub fn now() -> Self {
        Self { at: Moment::now(), wall: jiff::Timestamp::now() }
    }

    /// The time of day of a moment.
    #[must_use]
    pub fn wall(&self, moment: Moment) -> jiff::Timestamp {
        let (later, earlier) = (moment.since(self.at), self.at.since(moment));
        self.wall + later - earlier
    }
}
