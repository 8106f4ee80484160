//! A cluster asleep: its volumes stay, its pods go.

use api::{annotations, conditions};

use super::next::Next;
use super::plan::{Action, Grace, WhyDelete};
use super::pods;
use super::view::View;

use api::phases::cluster as phases;

/// How far a cluster that is to sleep has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sleep {
    /// It goes to sleep only when it is well.
    Waits,
    Deleting,
    /// Pods are still stopping.
    Stopping,
    Asleep,
}

impl Sleep {
    /// `None`: it is to be awake.
    pub fn of(view: &View<'_>) -> Option<Self> {
        if !view.annotated(annotations::HIBERNATION, annotations::ON) {
            return None;
        }
        let mut all = view.status.conditions.iter();
        let noted = all.find(|one| one.type_ == conditions::HIBERNATION);
        let begun = noted.is_some_and(|one| one.reason != conditions::reason::WAITING_FOR_HEALTHY);
        let well = view.status.phase.as_deref() == Some(phases::HEALTHY);
        let pods = &view.seen.pods;
        Some(match () {
            () if !begun && !well => Self::Waits,
            () if pods.is_empty() => Self::Asleep,
            () if pods.iter().any(|pod| pods::going(&pod.metadata)) => Self::Stopping,
            () => Self::Deleting,
        })
    }

    /// Status, reason and message of the condition.
    pub fn condition(self) -> (&'static str, &'static str, &'static str) {
        use conditions::reason;
        match self {
            Self::Waits => (
                "False",
                reason::WAITING_FOR_HEALTHY,
                "Hibernation starts when the cluster is healthy",
            ),
            Self::Deleting => ("False", reason::DELETING_PODS, "Hibernation is in progress"),
            Self::Stopping => {
                ("False", reason::WAITING_PODS_DELETION, "Hibernation is in progress")
            }
            Self::Asleep => ("True", reason::HIBERNATED, "Cluster has been hibernated"),
        }
    }
}

/// The primary goes first: what it has written last is still sent to the others.
pub(super) fn hibernation(view: &View<'_>) -> Option<Next> {
    match Sleep::of(view)? {
        Sleep::Waits => None,
        Sleep::Asleep => Some(Next::default()),
        Sleep::Stopping => Some(Next::wait(5)),
        Sleep::Deleting => {
            let names = || view.seen.pods.iter().map(|pod| &pod.metadata);
            let first = names().find(|meta| view.current() == Some(pods::name(meta)));
            let pod = pods::object(first.or_else(|| names().next())?);
            let (grace, why) = (Grace::Usual, WhyDelete::Hibernation);
            Some(Next::wait(5).action(Action::DeletePod { pod, grace, why }))
        }
    }
}
