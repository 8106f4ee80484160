//! What is built for the recorded clusters is what the original sent to the API server.

use std::collections::BTreeMap;

use api::Cluster;
use api::admission::CheckedCluster;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use planner::manifests::{
    ClaimStatus, DEFAULT_QUERIES, Installation, Living, ManagerUpdates, Manifests, PullSecret,
    Related,
};
use serde::Serialize;
use serde_json::{Value, json};

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
    let installation = installation();
    let manifests = Manifests::new(&checked, &installation);
    let mut wrong = Vec::new();
    for (file, kind, ours) in built(&manifests) {
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
        for mut object in ours {
            let name = object["metadata"]["name"].as_str().unwrap().to_owned();
            drop_additions(kind, &mut object);
            match theirs.remove(&name) {
                Some(mut recorded) => {
                    if kind == "Pod" {
                        ask_sooner(&mut recorded);
                    }
                    differences(
                        &stored::comparable(object),
                        &stored::sent(recorded),
                        &format!("{kind} {name}"),
                        &mut wrong,
                    );
                }
                None => wrong.push(format!("{kind} {name}: not recorded")),
            }
        }
        wrong.extend(theirs.keys().map(|name| format!("{kind} {name}: not built")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn installation() -> Installation {
    Installation::new("ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0", "1.30.0")
}

/// Every kind of object by the file it is recorded in.
fn built(manifests: &Manifests<'_>) -> Vec<(&'static str, &'static str, Vec<Value>)> {
    let pods = [1, 2, 3].map(|serial| manifests.instance_pod(serial).unwrap());
    let claims = [1, 2, 3].into_iter().flat_map(|serial| {
        let kinds = manifests.claim_kinds();
        kinds.into_iter().map(move |kind| (serial, kind))
    });
    // Recorded when all is filled.
    let claims: Vec<_> = claims
        .map(|(serial, kind)| manifests.claim(serial, &kind, ClaimStatus::Ready, None))
        .collect();
    let accounts: Vec<_> = manifests.service_account(PullSecret::None).into_iter().collect();
    vec![
        ("pod.yaml", "Pod", values(&pods)),
        ("pvc.yaml", "PersistentVolumeClaim", values(&claims)),
        ("svc.yaml", "Service", values(&manifests.services())),
        ("serviceaccount.yaml", "ServiceAccount", values(&accounts)),
        ("role.yaml", "Role", values(&[manifests.role(Related::default())])),
        ("rolebinding.yaml", "RoleBinding", values(&[manifests.role_binding()])),
        ("poddisruptionbudget.yaml", "PodDisruptionBudget", values(&manifests.budgets())),
    ]
}

/// What ours has on purpose and theirs has not: a manager reads its own pod, and watches the lease.
fn drop_additions(kind: &str, object: &mut Value) {
    if kind != "Role" {
        return;
    }
    let rules = object["rules"].as_array_mut().unwrap();
    let before = rules.len();
    let ours =
        |rule: &Value| rule["resources"] == json!(["pods"]) || rule["verbs"] == json!(["watch"]);
    rules.retain(|rule| !ours(rule));
    assert_eq!(before, rules.len() + 2, "the exception excuses nothing: drop it");
}

/// Ours asks every second whether an instance has started, and as long: it is ready seconds earlier.
fn ask_sooner(pod: &mut Value) {
    let note = pod["metadata"]["annotations"]["cnpg.io/podSpec"].as_str().map(str::to_owned);
    let mut stored = note.map(|note| serde_json::from_str::<Value>(&note).unwrap());
    for spec in stored.iter_mut().chain([&mut pod["spec"]]) {
        for container in spec["containers"].as_array_mut().unwrap() {
            let Some(probe) = container.get_mut("startupProbe") else { continue };
            assert_eq!(
                (&probe["periodSeconds"], &probe["failureThreshold"]),
                (&json!(10), &json!(360))
            );
            probe["periodSeconds"] = json!(1);
            probe["failureThreshold"] = json!(3600);
        }
    }
    if let Some(stored) = stored {
        pod["metadata"]["annotations"]["cnpg.io/podSpec"] = json!(stored.to_string());
    }
}

#[test]
fn pods_of_the_original_stay() {
    for (name, instances) in [("basic", 3), ("full", 3)] {
        let Some(folder) = stored::folder(name) else { return };
        let cluster = stored::objects(&folder, "cluster.yaml").remove(0);
        let checked = CheckedCluster::try_from(serde_json::from_value::<Cluster>(cluster).unwrap());
        let checked = checked.unwrap();
        let installation = installation();
        let manifests = Manifests::new(&checked, &installation);
        let mut seen = 0;
        for pod in stored::objects(&folder, "pod.yaml") {
            if pod["metadata"]["labels"]["cnpg.io/podRole"] != "instance" {
                continue;
            }
            let pod: Pod = serde_json::from_value(pod).unwrap();
            let living = Living { pod: &pod, executable_hash: "a", pending_restart: false };
            assert_eq!(manifests.drift(&living, ManagerUpdates::Rollout), None, "{name}");
            seen += 1;
        }
        assert_eq!(seen, instances, "{name}");
    }
}

#[test]
fn secrets_have_the_keys_of_the_original() {
    for name in ["basic", "full"] {
        let Some(folder) = stored::folder(name) else { return };
        let cluster = stored::objects(&folder, "cluster.yaml").remove(0);
        let checked = CheckedCluster::try_from(serde_json::from_value::<Cluster>(cluster).unwrap());
        let checked = checked.unwrap();
        let installation = installation();
        let manifests = Manifests::new(&checked, &installation);
        let text = std::fs::read_to_string(folder.join("secrets.json")).unwrap();
        let theirs: Vec<Value> = serde_json::Deserializer::from_str(&text)
            .into_iter()
            .map(Result::unwrap)
            .filter(|secret: &Value| secret["type"] == "kubernetes.io/basic-auth")
            .collect();
        let all = [manifests.app_credentials(), manifests.superuser_credentials()];
        let ours: Vec<Value> = all
            .iter()
            .flatten()
            .map(|credentials| {
                let secret = manifests.credentials_secret(credentials, "PASSWORD");
                let data = secret.data.unwrap().into_iter();
                let data: BTreeMap<String, String> =
                    data.map(|(key, value)| (key, String::from_utf8(value.0).unwrap())).collect();
                json!({
                    "name": secret.metadata.name,
                    "type": secret.type_,
                    "labels": secret.metadata.labels,
                    "annotations": secret.metadata.annotations,
                    "data": data,
                })
            })
            .collect();
        let mut wrong = Vec::new();
        differences(&json!(ours), &json!(theirs), name, &mut wrong);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn every_namespace_gets_the_queries_of_the_original() {
    let Some(folder) = stored::folder("basic") else { return };
    let cluster = stored::objects(&folder, "cluster.yaml").remove(0);
    let checked = CheckedCluster::try_from(serde_json::from_value::<Cluster>(cluster).unwrap());
    let checked = checked.unwrap();
    let installation = installation();
    let theirs = stored::objects(&folder, "configmap-all.yaml").into_iter();
    let theirs = theirs.into_iter().find(|map| map["metadata"]["name"] == DEFAULT_QUERIES);
    let theirs = theirs.unwrap();
    let source: ConfigMap = serde_json::from_value(theirs.clone()).unwrap();
    let ours = Manifests::new(&checked, &installation).default_queries_config_map(&source);
    let mut wrong = Vec::new();
    differences(&json!(ours.unwrap()), &stored::sent(theirs), "queries", &mut wrong);
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
