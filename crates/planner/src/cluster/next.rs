//! The answer to a question about a cluster: what to do next, and how to call it.

use std::time::Duration;

use api::cluster::status::election::ElectionStatus;
use api::cluster::status::instances::ImageInfo;
use api::phases::cluster as phases;

use super::event::{Event, Reason};
use super::plan::{Action, Again};

/// What to do next.
#[derive(Debug, Default)]
pub(super) struct Next {
    /// `None`: whatever is going on still goes on.
    pub stage: Option<Stage>,
    pub actions: Vec<Action>,
    pub changes: Vec<Change>,
    pub events: Vec<Event>,
    pub again: Option<Again>,
}

/// What is going on, as the status says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stage {
    pub phase: &'static str,
    pub reason: String,
}

/// A change of the status that is more than a rendering of what was seen.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    /// `targetPrimary`, with the present time; the proof goes with an election only.
    Target {
        name: String,
        election: Option<ElectionStatus>,
    },
    /// The primary begins to fail now.
    Failing,
    NotFailing,
    /// The image that pods and jobs run.
    Image(String),
    /// The image that the data directory belongs to.
    DataImage(ImageInfo),
}

impl Next {
    /// Nothing but waiting.
    pub fn wait(seconds: u64) -> Self {
        Self { again: Some(Again::After(Duration::from_secs(seconds))), ..Self::default() }
    }

    pub fn stage(mut self, phase: &'static str, reason: impl Into<String>) -> Self {
        self.stage = Some(Stage { phase, reason: reason.into() });
        self
    }

    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    pub fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    pub fn event(mut self, reason: Reason, note: impl Into<String>) -> Self {
        self.events.push(Event { reason, note: note.into() });
        self
    }

    pub fn unrecoverable(reason: impl Into<String>) -> Self {
        Self::wait(5).stage(phases::UNRECOVERABLE, reason)
    }
}
