//! Server-side apply that writes nothing when nothing would change.

use kube::api::{Api, Patch, PatchParams};
use kube::core::NamespaceResourceScope;
use kube::{Client, Resource};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::calls::{self, LIMIT, within};

/// What applying an object came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    Unchanged,
    Created,
    Changed,
}

/// Brings the object to what `wanted` says, as `manager`; fields `wanted` does not name stay.
///
/// `known` is what was last seen of it, if it was seen.
pub async fn apply<K>(
    client: &Client,
    manager: &str,
    known: Option<&K>,
    wanted: &K,
) -> Result<Applied, calls::Error>
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
        + Serialize
        + DeserializeOwned
        + Clone
        + std::fmt::Debug,
{
    if let Some(known) = known {
        let [known, wanted] = [known, wanted].map(serde_json::to_value);
        let (known, wanted) =
            (known.map_err(kube::Error::SerdeError)?, wanted.map_err(kube::Error::SerdeError)?);
        if covers(&known, &wanted) {
            return Ok(Applied::Unchanged);
        }
    }
    let meta = wanted.meta();
    let name = meta.name.as_deref().unwrap_or_default();
    let api: Api<K> =
        Api::namespaced(client.clone(), meta.namespace.as_deref().unwrap_or_default());
    let params = PatchParams::apply(manager).force();
    within(LIMIT, api.patch(name, &params, &Patch::Apply(wanted))).await?;
    Ok(if known.is_some() { Applied::Changed } else { Applied::Created })
}

/// Whether `living` has all that `wanted` says.
///
/// Maps may have more; lists are compared element by element and have the same length. What is
/// empty may also be absent.
pub fn covers(living: &Value, wanted: &Value) -> bool {
    match (living, wanted) {
        (Value::Object(living), Value::Object(wanted)) => {
            wanted.iter().all(|(key, wanted)| match living.get(key) {
                Some(living) => covers(living, wanted),
                None => is_empty(wanted),
            })
        }
        (Value::Array(living), Value::Array(wanted)) => {
            living.len() == wanted.len()
                && living.iter().zip(wanted).all(|(living, wanted)| covers(living, wanted))
        }
        (living, wanted) => living == wanted || (is_empty(living) && is_empty(wanted)),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.values().all(is_empty),
        Value::Array(list) => list.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_others_add_is_no_difference() {
        let living = json!({"a": {"x": 1, "y": 2}, "l": [{"p": 1, "q": 2}], "z": 0});
        let rows = [
            ("the same", json!({"a": {"x": 1}, "l": [{"p": 1}]}), true),
            ("another value", json!({"a": {"x": 2}}), false),
            ("a new key", json!({"a": {"w": 1}}), false),
            ("a longer list", json!({"l": [{"p": 1}, {"p": 2}]}), false),
            ("a shorter list", json!({"l": []}), false),
            ("nothing, said in words", json!({"n": {}, "m": [], "o": null, "p": {"q": {}}}), true),
        ];
        for (name, wanted, expected) in rows {
            assert_eq!(covers(&living, &wanted), expected, "{name}");
        }
    }
}
