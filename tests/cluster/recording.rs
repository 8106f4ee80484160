//! A living cluster beside a recorded one of the original: the same objects, made of the same parts.
//!
//! Values tell of one rig and one day; what is compared is which fields there are, and the words
//! that people's scripts select by.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use testkit::rig::Rig;
use testkit::rig::cluster::Living;

/// The recorded cluster is called so.
const THEIRS: &str = "pg";

/// What is recorded where, and whether other clusters' objects may lie beside it.
const KINDS: &[(&str, &str)] = &[
    ("cluster.yaml", "clusters.postgresql.cnpg.io"),
    ("pod.yaml", "pods"),
    ("pvc.yaml", "persistentvolumeclaims"),
    ("svc.yaml", "services"),
    ("poddisruptionbudget.yaml", "poddisruptionbudgets"),
    ("role.yaml", "roles"),
    ("rolebinding.yaml", "rolebindings"),
    ("serviceaccount.yaml", "serviceaccounts"),
    ("endpointslice.yaml", "endpointslices"),
];

/// Fields that one has and the other has not, and why. Each is a prefix of a path.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("clusters pg: .metadata.annotations.kubectl", "recorded after a client-side apply"),
    ("clusters pg: .metadata.annotations = ", "recorded after a client-side apply"),
    ("clusters pg: .spec.imagePullPolicy", "the recorded one asks for it"),
    ("clusters pg: .spec.storage.storageClass", "the recorded one asks for it"),
    ("pods pg-1: .status.containerStatuses[].lastState", "it had been restarted"),
    ("pods pg-2: .status.containerStatuses[].lastState", "it had been restarted"),
];

/// Fields whose values are words that scripts select by: they are compared as well.
const WORDS: &[&str] = &[".metadata.labels.", ".spec.selector.", ".type = ", ".reason = "];

/// Compares a three-instance cluster that says nothing special; without the recording says so.
pub fn compare(rig: &Rig, namespace: &str, cluster: &Living) -> Result<()> {
    let shared = std::env::var_os("CNPG_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let folder = shared.join("compat/recorded/basic");
    if !folder.is_dir() {
        // Written past the capture of the test runner, so that it is seen.
        let _ = writeln!(std::io::stderr(), "left out: no recordings at {}", folder.display());
        return Ok(());
    }
    let mut wrong = Vec::new();
    for (file, kind) in KINDS {
        let text = std::fs::read_to_string(folder.join(file)).context(*file)?;
        let theirs = shapes(&serde_saphyr::from_multiple(&text)?, THEIRS);
        let text = rig.kubectl(["get", kind, "-n", namespace, "-o", "json"])?;
        let ours = shapes(&[serde_json::from_str(&text)?], cluster.name());
        let kind = kind.split('.').next().unwrap_or(kind);
        ensure!(!theirs.is_empty(), "nothing is recorded in {file}");
        for (name, theirs) in theirs {
            let Some(ours) = ours.get(&name) else {
                wrong.push(format!("{kind} {name}: ours has none"));
                continue;
            };
            let at = |what: &str, path: &String| format!("{kind} {name}: {path} ({what})");
            wrong.extend(theirs.difference(ours).map(|path| at("only theirs", path)));
            wrong.extend(ours.difference(&theirs).map(|path| at("only ours", path)));
        }
    }
    wrong.retain(|line| !EXCEPTIONS.iter().any(|(path, _)| line.starts_with(path)));
    ensure!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

/// The paths of every object of a cluster, by the object's name.
fn shapes(documents: &[Value], cluster: &str) -> BTreeMap<String, BTreeSet<String>> {
    let items = |document: &Value| match &document["items"] {
        Value::Array(items) => items.clone(),
        _ => vec![document.clone()],
    };
    let objects = documents.iter().flat_map(items);
    let mut found = BTreeMap::new();
    for mut object in objects {
        let meta = &mut object["metadata"];
        let name = meta["name"].as_str().unwrap_or_default();
        // Of a slice of endpoints only the beginning is the cluster's.
        let name = meta["generateName"].as_str().unwrap_or(name).trim_end_matches('-');
        let Some(name) = called(name, cluster) else { continue };
        if let Some(meta) = meta.as_object_mut() {
            meta.remove("managedFields");
        }
        let mut paths = BTreeSet::new();
        walk(&object, cluster, String::new(), &mut paths);
        found.insert(name, paths);
    }
    found
}

/// A name as it would be in the recorded cluster; `None` when it is not of this cluster.
fn called(name: &str, cluster: &str) -> Option<String> {
    let rest = name.strip_prefix(cluster)?;
    (rest.is_empty() || rest.starts_with('-')).then(|| format!("{THEIRS}{rest}"))
}

fn walk(value: &Value, cluster: &str, path: String, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                let key = called(key, cluster).unwrap_or_else(|| key.clone());
                walk(value, cluster, format!("{path}.{key}"), found);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for value in list {
                walk(value, cluster, format!("{path}[]"), found);
            }
        }
        leaf => {
            let told = format!("{path} = ");
            if !WORDS.iter().any(|word| told.contains(word)) {
                found.insert(path);
                return;
            }
            let text = leaf.as_str().map_or_else(|| leaf.to_string(), str::to_owned);
            found.insert(told + &called(&text, cluster).unwrap_or(text));
        }
    }
}
