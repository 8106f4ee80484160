//! Writes down what a pass came to: one write of the status, then the events.

use api::cluster::Cluster;
use api::cluster::status::ClusterStatus;
use kube::Api;
use kube::api::{Patch, PatchParams};
use kubekit::calls::{self, LIMIT, within};
use kubekit::events::Note;
use planner::cluster::{Event, Kind};
use serde_json::{Map, Value, json};
use tracing::{debug, warn};

use super::context::Context;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the status was changed by somebody else in between")]
    Conflict,
    #[error("failed to write the status")]
    Write(#[source] calls::Error),
    #[error("the status cannot be written down")]
    Encode(#[from] serde_json::Error),
}

/// Whether there was anything to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    Nothing,
    Status,
}

/// Writes the status if it differs from what was read, provided nobody else wrote in between.
pub async fn status(
    cx: &Context,
    cluster: &Cluster,
    wanted: &ClusterStatus,
) -> Result<Written, Error> {
    let old = serde_json::to_value(cluster.status.clone().unwrap_or_default())?;
    let new = serde_json::to_value(wanted)?;
    let Some(change) = difference(&old, &new) else { return Ok(Written::Nothing) };
    let meta = &cluster.metadata;
    debug!(%change, "the status changes");
    let patch = json!({
        "metadata": {"resourceVersion": meta.resource_version},
        "status": change,
    });
    let namespace = meta.namespace.as_deref().unwrap_or_default();
    let api: Api<Cluster> = Api::namespaced(cx.client.clone(), namespace);
    let (name, params) = (meta.name.as_deref().unwrap_or_default(), PatchParams::default());
    match within(LIMIT, api.patch_status(name, &params, &Patch::Merge(&patch))).await {
        Ok(_) => Ok(Written::Status),
        // One that is gone meanwhile is looked at again, too: there is something to clean up.
        Err(error) if error.is_conflict() || error.is_missing() => Err(Error::Conflict),
        Err(error) => Err(Error::Write(error)),
    }
}

/// The merge patch that makes `new` of `old`.
pub fn difference(old: &Value, new: &Value) -> Option<Value> {
    let (Value::Object(old), Value::Object(new)) = (old, new) else {
        return (old != new).then(|| new.clone());
    };
    let mut change = Map::new();
    for key in old.keys().filter(|key| !new.contains_key(*key)) {
        change.insert(key.clone(), Value::Null);
    }
    for (key, value) in new {
        let part = match old.get(key) {
            Some(old) => difference(old, value),
            None => Some(value.clone()),
        };
        if let Some(part) = part {
            change.insert(key.clone(), part);
        }
    }
    (!change.is_empty()).then_some(Value::Object(change))
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_written() {
        let old = json!({"a": 1, "b": {"x": 1, "y": [1]}, "c": 1});
        let rows = [
            ("the same", old.clone(), None),
            (
                "another value",
                json!({"a": 2, "b": {"x": 1, "y": [1]}, "c": 1}),
                Some(json!({"a": 2})),
            ),
            ("less", json!({"a": 1, "b": {"y": [1]}}), Some(json!({"b": {"x": null}, "c": null}))),
            (
                "lists are whole",
                json!({"a": 1, "b": {"x": 1, "y": [1, 2]}, "c": 1}),
                Some(json!({"b": {"y": [1, 2]}})),
            ),
            (
                "empty objects are written",
                json!({"a": 1, "b": {"x": 1, "y": [1]}, "c": 1, "d": {}}),
                Some(json!({"d": {}})),
            ),
        ];
        for (name, new, expected) in rows {
            assert_eq!(difference(&old, &new), expected, "{name}");
        }
    }
}
