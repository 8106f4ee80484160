//! Writes down what a pass came to: one write of the status, and only of what changes in it.

use std::fmt::Debug;

use k8s_openapi::NamespaceResourceScope;
use kube::api::{Patch, PatchParams};
use kube::{Api, Client, Resource};
use kubekit::calls::{self, LIMIT, within};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tracing::debug;

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
pub async fn write<K, S>(
    client: &Client,
    object: &K,
    old: Option<&S>,
    wanted: &S,
) -> Result<Written, Error>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + Debug + DeserializeOwned,
    K::DynamicType: Default,
    S: Serialize + Default,
{
    let old = old.map_or_else(|| serde_json::to_value(S::default()), serde_json::to_value)?;
    let new = serde_json::to_value(wanted)?;
    let Some(change) = difference(&old, &new) else { return Ok(Written::Nothing) };
    let meta = object.meta();
    debug!(%change, "the status changes");
    let patch = json!({
        "metadata": {"resourceVersion": meta.resource_version},
        "status": change,
    });
    let namespace = meta.namespace.as_deref().unwrap_or_default();
    let api: Api<K> = Api::namespaced(client.clone(), namespace);
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
