//! How often a server may end on its own and be started again in its place.

use std::time::{Duration, Instant};

/// At most so many starts within a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrashLimit {
    pub times: usize,
    pub within: Duration,
}

impl Default for CrashLimit {
    fn default() -> Self {
        Self { times: 3, within: Duration::from_secs(300) }
    }
}

/// When the server ended on its own lately.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Crashes {
    moments: Vec<Instant>,
}

impl Crashes {
    /// Adds one; none when it is one too many.
    #[must_use]
    pub fn another(mut self, now: Instant, limit: &CrashLimit) -> Option<Self> {
        self.moments.retain(|moment| now.saturating_duration_since(*moment) < limit.within);
        self.moments.push(now);
        (self.moments.len() <= limit.times).then_some(self)
    }
}
