//! Time as one machine measures it, and how long a lease lasts.

use std::ops::{Add, Sub};
use std::time::Duration;

/// A moment on the boot-time clock of one machine: it runs while processes are frozen, never
/// jumps, and means nothing on another machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct BootTime(pub Duration);

impl Add<Duration> for BootTime {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span))
    }
}

impl Sub for BootTime {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// The times of a primary lease, as `spec.primaryLease` sets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How long a challenger must have seen no sign of the holder.
    pub lease: Duration,
    /// How long the holder may act after its last successful renewal began.
    pub renew_deadline: Duration,
    /// How often the holder renews.
    pub retry: Duration,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(15),
            renew_deadline: Duration::from_secs(10),
            retry: Duration::from_secs(2),
        }
    }
}

/// A fast shutdown that has not ended after this becomes an immediate one when the right to lead
/// is gone.
pub const FAST_STOP: Duration = Duration::from_secs(1);

/// The sentinel waits this long past the deadline: a manager that runs has stopped the server by
/// then.
pub const SENTINEL_GRACE: Duration = Duration::from_millis(1200);

/// How long something lasts, for waits that end by it.
///
/// `by_record` compares a time in a record with the wall clock, which may have jumped;
/// `by_watching` counts from when this process first saw it. The longer one is taken: a clock set
/// back never makes a wait endless, and one set forward only ends a wait early.
#[must_use]
pub fn lasted(by_record: Option<Duration>, by_watching: Duration) -> Duration {
    by_record.unwrap_or_default().max(by_watching)
}
