//! Objects of the original read as our types and write back as the same JSON.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{differences, shared};

/// Where a written object differs on purpose: file, start of the difference, reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

#[test]
fn objects_of_the_original_come_back_unchanged() {
    let Some(folder) = shared::compat("admission", "writing objects back") else { return };
    let mut objects = Vec::new();
    for path in shared::files(&folder, "json") {
        objects.push((path.clone(), shared::json(&path)["output"].clone()));
    }
    for path in shared::files(&folder.join("../recorded"), "yaml") {
        let found = shared::yaml(&path).into_iter().flat_map(documents);
        objects.extend(found.map(|it| (path.clone(), it)));
    }
    let mut seen = 0;
    let mut used = vec![false; EXCEPTIONS.len()];
    let mut wrong = Vec::new();
    for (path, object) in objects {
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some(back) = written_back(&object, &path) else { continue };
        seen += 1;
        for line in differences::between(&back, &object) {
            let excuse =
                EXCEPTIONS.iter().position(|(f, start, _)| f == &name && line.starts_with(start));
            match excuse {
                Some(index) => used[index] = true,
                None => wrong.push(format!("{name}{line}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 150, "only {seen} objects were looked at");
    for ((file, start, _), used) in EXCEPTIONS.iter().zip(used) {
        assert!(used, "the exception {file} {start} excuses nothing: drop it");
    }
}

/// The objects of a file, which may hold a list.
fn documents(value: Value) -> Vec<Value> {
    match &value["items"] {
        Value::Array(items) => items.clone(),
        _ => vec![value],
    }
}

fn written_back(object: &Value, path: &Path) -> Option<Value> {
    if object["apiVersion"] != "postgresql.cnpg.io/v1" {
        return None;
    }
    let through = match object["kind"].as_str()? {
        "Backup" => through::<api::Backup>,
        "Cluster" => through::<api::Cluster>,
        "ClusterImageCatalog" => through::<api::ClusterImageCatalog>,
        "Database" => through::<api::Database>,
        "DatabaseRole" => through::<api::DatabaseRole>,
        "FailoverQuorum" => through::<api::FailoverQuorum>,
        "ImageCatalog" => through::<api::ImageCatalog>,
        "Pooler" => through::<api::Pooler>,
        "Publication" => through::<api::Publication>,
        "ScheduledBackup" => through::<api::ScheduledBackup>,
        "Subscription" => through::<api::Subscription>,
        _ => return None,
    };
    Some(through(object).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn through<K: DeserializeOwned + Serialize>(object: &Value) -> serde_json::Result<Value> {
    serde_json::to_value(serde_json::from_value::<K>(object.clone())?)
}
