//! What is built for the recorded clusters is what the original sent to the API server.

use std::collections::BTreeMap;

use api::Cluster;
use api::admission::CheckedCluster;
use planner::manifests::{ClaimStatus, Installation, Manifests};
use serde::Serialize;
use serde_json::Value;

use crate::stored;

/// Recorded objects that no builder here makes: file, name, reason.
const OTHERS: &[(&str, &str, &str)] =
    &[("svc.yaml", "full-pool", "the Service of a pooler belongs to the pooler")];

#[test]
fn basic() {
    compare("basic");
}

#[test]
fn full() {
    compare("full");
}

fn compare(name: &str) {
    let Some(folder) = stored::folder(name) else { return };
    let cluster: Cluster =
        serde_json::from_value(stored::objects(&folder, "cluster.yaml").remove(0)).unwrap();
    let checked = CheckedCluster::try_from(cluster).unwrap();
    let installation = Installation::new("ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0", "1.30.0");
    let manifests = Manifests::new(&checked, &installation);

    let pods = [1, 2, 3].map(|serial| manifests.instance_pod(serial).unwrap());
    // Recorded when all is filled.
    let claims = [1, 2, 3].into_iter().flat_map(|serial| {
        let kinds = manifests.claim_kinds();
        kinds.into_iter().map(move |kind| (serial, kind))
    });
    let claims: Vec<_> = claims
        .map(|(serial, kind)| manifests.claim(serial, &kind, ClaimStatus::Ready, None))
        .collect();
    let mut wrong = Vec::new();
    for (file, kind, ours) in [
        ("pod.yaml", "Pod", values(&pods)),
        ("pvc.yaml", "PersistentVolumeClaim", values(&claims)),
        ("svc.yaml", "Service", values(&manifests.services())),
    ] {
        let mut theirs: BTreeMap<String, Value> = stored::objects(&folder, file)
            .into_iter()
            .filter(|object| object["kind"] == kind)
            .map(|object| (object["metadata"]["name"].as_str().unwrap().to_owned(), object))
            .filter(|(name, object)| {
                let pooler = object["metadata"]["labels"].get("cnpg.io/poolerName").is_some();
                let other = OTHERS.iter().any(|(at, it, _)| at == &file && it == name);
                !(other || pooler && kind == "Pod")
            })
            .collect();
        assert!(!theirs.is_empty(), "{name}: nothing recorded in {file}");
        for object in ours {
            let name = object["metadata"]["name"].as_str().unwrap().to_owned();
            match theirs.remove(&name) {
                Some(recorded) => differences(
                    &stored::comparable(object),
                    &stored::sent(recorded),
                    &format!("{kind} {name}"),
                    &mut wrong,
                ),
                None => wrong.push(format!("{kind} {name}: not recorded")),
            }
        }
        wrong.extend(theirs.keys().map(|name| format!("{kind} {name}: not built")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn values<T: Serialize>(objects: &[T]) -> Vec<Value> {
    objects.iter().map(|object| serde_json::to_value(object).unwrap()).collect()
}

/// Every place where ours is not theirs.
fn differences(ours: &Value, theirs: &Value, path: &str, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            let mut keys: Vec<_> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let path = format!("{path}/{key}");
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => differences(a, b, &path, found),
                    (Some(a), None) => found.push(format!("{path}: {a}, not there in theirs")),
                    (None, b) => found.push(format!("{path}: missing {}", b.unwrap())),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differences(a, b, &format!("{path}/{index}"), found);
            }
        }
        _ if ours == theirs => {}
        _ => found.push(format!("{path}: {ours}, not {theirs}")),
    }
}
