//! Tells the owner of a cluster what a pass came to.

use api::cluster::Cluster;
use kubekit::events::Note;
use planner::cluster::{Event, Kind};
use tracing::warn;

use super::context::Context;

/// Tells the owner of the cluster; an event that cannot be written stops nothing.
pub async fn events(cx: &Context, cluster: &Cluster, notes: impl IntoIterator<Item = Note>) {
    for note in notes {
        let reason = note.reason.clone();
        if let Err(error) = cx.recorder.publish(cluster, note).await {
            warn!(reason, %error, "failed to write an event");
        }
    }
}

/// The events of a plan.
pub fn notes(events: &[Event]) -> Vec<Note> {
    let note = |event: &Event| match event.reason.kind() {
        Kind::Normal => Note::normal(event.reason.as_str(), event.note.clone()),
        Kind::Warning => Note::warning(event.reason.as_str(), event.note.clone()),
    };
    events.iter().map(note).collect()
}
