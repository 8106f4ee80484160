//! The status as a document for programs: the keys of the original, and what it leaves empty.

use serde_json::{Map, Value, json};

use super::facts::Facts;
use super::gather::{Gathered, Instance};

/// The whole document.
///
/// Beyond the original: `health`, the size, texts in `ErrorList`, and for each instance the way it
/// was read (`readBy`) and what went wrong (`error`).
pub fn document(facts: &Facts<'_>) -> Value {
    let gathered = facts.gathered;
    let items: Vec<_> = gathered.instances.iter().map(instance).collect();
    let errors: Vec<_> = gathered.errors.iter().map(|text| json!({ "message": text })).collect();
    json!({
        "cluster": gathered.raw,
        "instanceStatus": { "items": if items.is_empty() { Value::Null } else { json!(items) } },
        "PrimaryPod": gathered.primary_pod,
        "PodDisruptionBudgetList": gathered.raw_budgets,
        "ErrorList": if errors.is_empty() { Value::Null } else { json!(errors) },
        "TotalClusterSize": size(gathered),
        "health": facts.health(),
    })
}

fn size(gathered: &Gathered) -> &str {
    gathered.size.as_ref().and_then(|size| size.as_deref().ok()).unwrap_or_default()
}

fn instance(instance: &Instance) -> Value {
    let mut document = match &instance.reached.report {
        Ok(report) => report.raw.as_object().cloned().unwrap_or_default(),
        Err(unreachable) => {
            let empty = protocol::status::PostgresqlStatus::default();
            let empty = serde_json::to_value(empty).expect("a status has text keys");
            let mut document = empty.as_object().cloned().unwrap_or_default();
            document.insert("error".to_owned(), json!(unreachable.text));
            document
        }
    };
    fill(&mut document, instance);
    Value::Object(document)
}

/// What only the reader knows.
fn fill(document: &mut Map<String, Value>, instance: &Instance) {
    let node = instance.raw_pod["spec"]["nodeName"].clone();
    document.insert("node".to_owned(), if node.is_null() { json!("") } else { node });
    document.insert("isPodReady".to_owned(), json!(crate::instance::is_ready(&instance.pod)));
    document.insert("pod".to_owned(), instance.raw_pod.clone());
    document.insert("readBy".to_owned(), json!(instance.reached.way.word()));
}
