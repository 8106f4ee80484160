//! Recorded objects without what the API server and other controllers added to them.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// The folder of a recorded cluster; without it says so in one line.
pub fn folder(cluster: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("CNPG_SHARED").map_or_else(beside_the_checkout, PathBuf::from);
    let folder = shared.join("compat/recorded").join(cluster);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("left out: manifests of {cluster}, because {} is not there", folder.display());
    None
}

fn beside_the_checkout() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.expect("this crate lies two folders below the root").join("../shared")
}

/// The objects of a file, whether it holds one or a list.
pub fn objects(folder: &Path, file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let documents: Vec<Value> = serde_saphyr::from_multiple(&text).unwrap();
    let items = |document: Value| match &document["items"] {
        Value::Array(items) => items.clone(),
        _ => vec![document],
    };
    documents.into_iter().flat_map(items).collect()
}

/// Where the API server, a controller or the kubelet added something: a path and the value that
/// says nothing (any, where it is null). `*` stands for every entry of a list.
const ADDED: &[(&str, &str)] = &[
    ("metadata/creationTimestamp", "null"),
    ("metadata/generation", "null"),
    ("metadata/resourceVersion", "null"),
    ("metadata/uid", "null"),
    ("metadata/finalizers", r#"["kubernetes.io/pvc-protection"]"#),
    ("status", "null"),
    // Storage.
    ("metadata/annotations/pv.kubernetes.io~1bind-completed", "null"),
    ("metadata/annotations/pv.kubernetes.io~1bound-by-controller", "null"),
    ("metadata/annotations/volume.beta.kubernetes.io~1storage-provisioner", "null"),
    ("metadata/annotations/volume.kubernetes.io~1selected-node", "null"),
    ("metadata/annotations/volume.kubernetes.io~1storage-provisioner", "null"),
    ("spec/volumeMode", r#""Filesystem""#),
    ("spec/volumeName", "null"),
    // Services.
    ("spec/clusterIP", "null"),
    ("spec/clusterIPs", "null"),
    ("spec/internalTrafficPolicy", r#""Cluster""#),
    ("spec/ipFamilies", "null"),
    ("spec/ipFamilyPolicy", r#""SingleStack""#),
    ("spec/sessionAffinity", r#""None""#),
    // Pods.
    ("spec/dnsPolicy", r#""ClusterFirst""#),
    ("spec/enableServiceLinks", "true"),
    ("spec/nodeName", "null"),
    ("spec/preemptionPolicy", r#""PreemptLowerPriority""#),
    ("spec/priority", "0"),
    ("spec/restartPolicy", r#""Always""#),
    ("spec/schedulerName", r#""default-scheduler""#),
    ("spec/serviceAccount", "null"),
    ("spec/containers/*/terminationMessagePath", r#""/dev/termination-log""#),
    ("spec/containers/*/terminationMessagePolicy", r#""File""#),
    ("spec/containers/*/livenessProbe/failureThreshold", "3"),
    ("spec/containers/*/livenessProbe/successThreshold", "1"),
    ("spec/containers/*/readinessProbe/failureThreshold", "3"),
    ("spec/containers/*/readinessProbe/successThreshold", "1"),
    ("spec/containers/*/startupProbe/successThreshold", "1"),
    ("spec/initContainers/*/terminationMessagePath", r#""/dev/termination-log""#),
    ("spec/initContainers/*/terminationMessagePolicy", r#""File""#),
    (
        "spec/tolerations",
        r#"[{"effect":"NoExecute","key":"node.kubernetes.io/not-ready","operator":"Exists","tolerationSeconds":300},
            {"effect":"NoExecute","key":"node.kubernetes.io/unreachable","operator":"Exists","tolerationSeconds":300}]"#,
    ),
    // Roles come when it is known who leads.
    ("metadata/labels/cnpg.io~1instanceRole", "null"),
    ("metadata/labels/role", "null"),
];

/// What was sent to the API server.
pub fn sent(mut object: Value) -> Value {
    for (path, value) in ADDED {
        let value: Value = serde_json::from_str(value).unwrap();
        let parts: Vec<String> = path.split('/').map(|part| part.replace("~1", "/")).collect();
        remove(&mut object, &parts, &value);
    }
    comparable(object)
}

/// An object with its embedded JSON read, because its text may be ours.
pub fn comparable(mut object: Value) -> Value {
    let Some(notes) = object["metadata"]["annotations"].as_object_mut() else { return object };
    for name in ["cnpg.io/podSpec", "cnpg.io/lastAppliedSpec", "cnpg.io/managedSecrets"] {
        if let Some(Value::String(text)) = notes.get(name) {
            let parsed = serde_json::from_str(text).unwrap();
            notes.insert(name.to_owned(), parsed);
        }
    }
    // Only ever compared with its own kind, so the hash is ours.
    if notes.contains_key("cnpg.io/podEnvHash") {
        notes.insert("cnpg.io/podEnvHash".to_owned(), json!("some hash"));
    }
    object
}

fn remove(object: &mut Value, path: &[String], value: &Value) {
    match (path, object) {
        ([last], Value::Object(map))
            if map.get(last).is_some_and(|found| value.is_null() || found == value) =>
        {
            map.remove(last);
        }
        ([star, rest @ ..], Value::Array(list)) if star == "*" => {
            list.iter_mut().for_each(|entry| remove(entry, rest, value));
        }
        ([first, rest @ ..], Value::Object(map)) if !rest.is_empty() => {
            if let Some(inner) = map.get_mut(first) {
                remove(inner, rest, value);
            }
        }
        _ => {}
    }
}
