//! An API server in miniature: enough of one to store an object or refuse it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use api::admission::{self, Context, Kind, Operation, OperatorDefaults};
use serde_json::{Value, json};

use crate::admission::schema;

static SCHEMAS: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| {
    api::crd::all().iter().map(|it| (it.kind.clone(), it.schema().clone())).collect()
});

/// What became of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The stored object, or the paths of the fields for which it was refused.
    pub stored: Result<Value, Vec<String>>,
    /// The refusals of the webhook in full, for messages of tests.
    pub told: Vec<String>,
    pub warnings: Vec<String>,
}

/// An operator as it is installed: default queries, no snapshots.
pub fn context() -> Context {
    Context {
        defaults: OperatorDefaults {
            monitoring_queries_config_map: Some("cnpg-default-monitoring-config".into()),
            ..OperatorDefaults::default()
        },
        ..Context::default()
    }
}

pub fn create(object: &Value, context: &Context) -> Answer {
    admit(object, None, context)
}

/// Applies a merge patch to a stored object.
pub fn update(old: &Value, patch: &Value, context: &Context) -> Answer {
    let mut object = old.clone();
    json_patch::merge(&mut object, patch);
    admit(&object, Some(old), context)
}

/// The schema of a kind.
pub fn schema_of(kind: &str) -> &'static Value {
    &SCHEMAS[kind]
}

fn admit(object: &Value, old: Option<&Value>, context: &Context) -> Answer {
    let refuse = |paths| Answer { stored: Err(paths), told: Vec::new(), warnings: Vec::new() };
    let kind = object["kind"].as_str().expect("a test object has a kind");
    let schema = schema_of(kind);
    let unknown = schema::unknown_fields(schema, object);
    if !unknown.is_empty() {
        return refuse(unknown);
    }
    let mut object = object.clone();
    schema::apply_defaults(schema, &mut object);
    let operation = old.map_or(Operation::Create, |old| Operation::Update { old });
    let judged = kind.parse::<Kind>().ok();
    if let Some(kind) = judged
        && let Some(patched) = admission::default(kind, &object, &context.defaults)
    {
        object = patched;
        schema::apply_defaults(schema, &mut object);
    }
    let broken = schema::broken_fields(schema, &object, old);
    if !broken.is_empty() {
        return refuse(broken);
    }
    let outcome = judged.map(|kind| admission::validate(kind, operation, &object, context));
    let outcome = outcome.unwrap_or_default();
    let told = outcome.errors.iter().map(ToString::to_string).collect();
    let paths: Vec<_> = outcome.errors.into_iter().map(|error| error.path).collect();
    let stored = if paths.is_empty() { Ok(object) } else { Err(paths) };
    Answer { stored, told, warnings: outcome.warnings }
}

/// A plain cluster with something else merged over its spec.
pub fn cluster(spec: &Value) -> Value {
    let mut object = json!({
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": "Cluster",
        "metadata": {"name": "c"},
        "spec": {"instances": 3, "storage": {"size": "1Gi"}},
    });
    json_patch::merge(&mut object["spec"], spec);
    object
}
