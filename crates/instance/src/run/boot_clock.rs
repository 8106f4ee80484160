//! The clock that rights are measured by: it runs while processes are frozen, and never jumps.

use std::time::Duration;

use nix::time::{ClockId, clock_gettime};
use planner::leadership::clock::BootTime;

/// The time since the machine started, suspends included.
pub fn now() -> BootTime {
    let time = clock_gettime(ClockId::CLOCK_BOOTTIME).expect("Linux has this clock");
    let seconds = u64::try_from(time.tv_sec()).unwrap_or_default();
    BootTime(Duration::new(seconds, u32::try_from(time.tv_nsec()).unwrap_or_default()))
}
