//! What a person sees while a rig comes up: each step with the time since the start, on stderr.

use std::fmt;
use std::io::Write;
use std::time::Instant;

/// Tells steps as they are reached.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    started: Option<Instant>,
}

impl Progress {
    /// Tells every step on stderr.
    #[must_use]
    pub fn on_stderr() -> Self {
        Self { started: Some(Instant::now()) }
    }

    /// Tells nothing.
    #[must_use]
    pub fn silent() -> Self {
        Self { started: None }
    }

    /// Tells a step.
    pub fn step(&self, what: impl fmt::Display) {
        let Some(started) = self.started else { return };
        let seconds = started.elapsed().as_secs_f64();
        // Nobody may be reading any more, which is no reason to stop.
        let _ = writeln!(std::io::stderr(), "{seconds:7.1} s  {what}");
    }
}
