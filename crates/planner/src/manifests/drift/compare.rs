//! Comparing stored pod specs by what they mean, not by how they were written.

use api::quantity::Amount;
use k8s_openapi::api::core::v1::ProjectedVolumeSource;
use serde_json::{Map, Value};

use super::super::container::BOOTSTRAP;
use super::super::probes::{ORIGINAL_STARTUP_PERIOD, STARTUP_PERIOD};

/// Parts of a pod spec that a pod is replaced for, and how they are called.
const PARTS: &[(&str, &str)] = &[
    ("securityContext", "security-context"),
    ("affinity", "affinity"),
    ("tolerations", "tolerations"),
    ("nodeSelector", "node-selector"),
    ("topologySpreadConstraints", "topology-spread-constraints"),
    ("serviceAccountName", "service-account-name"),
    ("automountServiceAccountToken", "automount-service-account-token"),
    ("schedulerName", "scheduler-name"),
    ("hostname", "hostname"),
    ("terminationGracePeriodSeconds", "termination-grace-period"),
];

/// The same of a container.
const CONTAINER_PARTS: &[(&str, &str)] = &[
    ("image", "image"),
    ("env", "environment"),
    ("envFrom", "environment"),
    ("readinessProbe", "readiness-probe"),
    ("livenessProbe", "liveness-probe"),
    ("startupProbe", "startup-probe"),
    ("command", "command"),
    ("resources", "resources"),
    ("ports", "ports"),
    ("securityContext", "security-context"),
    ("volumeMounts", "volume-mounts"),
];

/// Prefixes that names of volumes once went without.
const VOLUME_PREFIXES: &[&str] = &["ext-", "tbs-"];

/// The first part in which a stored spec is not the fresh one.
pub(super) fn first_difference(stored: &Value, fresh: &Value) -> Option<String> {
    let mut stored = stored.clone();
    rename_volumes(&mut stored, fresh);
    if !same(&stored["volumes"], &fresh["volumes"]) {
        return Some("volumes".to_owned());
    }
    containers("containers", &stored, fresh)
        .or_else(|| containers("initContainers", &stored, fresh))
        .or_else(|| {
            let changed = PARTS.iter().find(|(key, _)| !same(&stored[*key], &fresh[*key]));
            changed.map(|(_, name)| (*name).to_owned())
        })
}

/// The image of the init container with the manager is a question of its own.
fn containers(list: &str, stored: &Value, fresh: &Value) -> Option<String> {
    let of = |spec: &Value| -> Vec<Value> {
        let all = spec[list].as_array().into_iter().flatten();
        all.filter(|container| container["name"] != BOOTSTRAP).cloned().collect()
    };
    let (stored, fresh) = (of(stored), of(fresh));
    let title = if list == "containers" { "containers" } else { "init-containers" };
    if stored.len() != fresh.len() {
        return Some(title.to_owned());
    }
    stored.iter().zip(&fresh).find_map(|(stored, fresh)| {
        if stored["name"] != fresh["name"] {
            return Some(title.to_owned());
        }
        let changed = CONTAINER_PARTS.iter().find(|(key, _)| {
            let rhythm = *key == "startupProbe" && same_but_slower(&stored[*key], &fresh[*key]);
            !rhythm && !same(&stored[*key], &fresh[*key])
        });
        let name = fresh["name"].as_str().unwrap_or_default();
        changed.map(|(_, part)| format!("{title}, {name}, {part}"))
    })
}

/// Whether pods of the original wait as long for an instance to start, asking less often: no reason
/// to replace one.
fn same_but_slower(stored: &Value, fresh: &Value) -> bool {
    let number = |probe: &Value, key: &str| probe[key].as_i64();
    let (slow, fast) = (i64::from(ORIGINAL_STARTUP_PERIOD), i64::from(STARTUP_PERIOD));
    let beats = |probe: &Value| (number(probe, "periodSeconds"), number(probe, "failureThreshold"));
    let (Some(was), (Some(is), Some(patience))) =
        (number(stored, "failureThreshold"), beats(fresh))
    else {
        return false;
    };
    let mut adjusted = stored.clone();
    adjusted["periodSeconds"] = Value::from(fast);
    adjusted["failureThreshold"] = Value::from(patience);
    let as_long = was == (patience * fast + slow - 1) / slow;
    (number(stored, "periodSeconds"), is) == (Some(slow), fast) && as_long && same(&adjusted, fresh)
}

/// Gives volumes of older pods the names that they have today.
fn rename_volumes(stored: &mut Value, fresh: &Value) {
    let names = |spec: &Value| -> Vec<String> {
        let all = spec["volumes"].as_array().into_iter().flatten();
        all.filter_map(|volume| volume["name"].as_str().map(str::to_owned)).collect()
    };
    let today = names(fresh);
    let renamed: Vec<(String, String)> = names(stored)
        .into_iter()
        .filter(|name| !today.contains(name))
        .filter_map(|name| {
            let mut prefixed = VOLUME_PREFIXES.iter().map(|prefix| format!("{prefix}{name}"));
            prefixed.find(|it| today.contains(it)).map(|it| (name, it))
        })
        .collect();
    let rename = |named: &mut Value| {
        let found = renamed.iter().find(|(old, _)| named["name"] == **old);
        if let Some((_, new)) = found {
            named["name"] = Value::from(new.clone());
        }
    };
    if let Some(volumes) = stored["volumes"].as_array_mut() {
        volumes.iter_mut().for_each(rename);
    }
    for list in ["containers", "initContainers"] {
        for container in stored[list].as_array_mut().into_iter().flatten() {
            let mounts = container["volumeMounts"].as_array_mut();
            mounts.into_iter().flatten().for_each(rename);
        }
    }
}

/// Whether two values mean the same to Kubernetes.
fn same(a: &Value, b: &Value) -> bool {
    meaning(a) == meaning(b)
}

/// A value without what says nothing, and with amounts written in one way.
fn meaning(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(map.iter().filter_map(entry).collect()),
        Value::Array(list) if list.is_empty() => Value::Null,
        Value::Array(list) => list.iter().map(meaning).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn entry((key, value): (&String, &Value)) -> Option<(String, Value)> {
    let value = match (key.as_str(), value) {
        ("limits" | "requests", Value::Object(amounts)) => amounts_of(amounts),
        ("sizeLimit", amount) => amount_of(amount),
        _ => meaning(value),
    };
    // Elsewhere an empty map may choose everything, as selectors do.
    let optional = matches!(key.as_str(), "metadata" | "resources" | "securityContext");
    let empty = optional && value.as_object().is_some_and(Map::is_empty);
    (!value.is_null() && !empty).then(|| (key.clone(), value))
}

fn amounts_of(amounts: &Map<String, Value>) -> Value {
    match amounts.is_empty() {
        true => Value::Null,
        false => amounts.iter().map(|(name, amount)| (name.clone(), amount_of(amount))).collect(),
    }
}

fn amount_of(amount: &Value) -> Value {
    let text = match amount {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let parsed: Option<Amount> = text.parse().ok();
    // Its debug form is exact, and two amounts have the same one only when they are equal.
    parsed.map_or_else(|| amount.clone(), |amount| Value::from(format!("{amount:?}")))
}

/// Projections with the values that the API server fills in; none and an empty one are the same.
pub(super) fn projections(source: Option<&ProjectedVolumeSource>) -> Value {
    let Some(source) = source else { return Value::Null };
    let mut value = serde_json::to_value(source).unwrap_or_default();
    for projection in value["sources"].as_array_mut().into_iter().flatten() {
        fill(projection.get_mut("serviceAccountToken"), "expirationSeconds", 3600.into());
        let items = projection.get_mut("downwardAPI").and_then(|it| it["items"].as_array_mut());
        for item in items.into_iter().flatten() {
            fill(item.get_mut("fieldRef"), "apiVersion", "v1".into());
        }
    }
    let sources = meaning(&value["sources"]);
    if sources.is_null() {
        return Value::Null;
    }
    fill(Some(&mut value), "defaultMode", 0o644.into());
    meaning(&value)
}

fn fill(map: Option<&mut Value>, key: &str, default: Value) {
    if let Some(Value::Object(map)) = map {
        map.entry(key).or_insert(default);
    }
}
