//! Where the webhooks meet the rules of admission, which live in `api`.

use std::fmt;

use serde_json::Value;

/// What is to be judged.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub kind: &'static str,
    pub operation: Operation<'a>,
    pub object: &'a Value,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Operation<'a> {
    Create,
    Update { old: &'a Value },
}

/// The judgement on an object.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verdict {
    /// The object with its defaults, when that is another one.
    pub object: Option<Value>,
    pub errors: Vec<FieldError>,
    pub warnings: Vec<String>,
}

/// One thing that is wrong, as the API server words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    /// The machine's word for it, as `FieldValueInvalid`.
    pub reason: &'static str,
    /// For people, as `Invalid value: "x": it must be y`.
    pub message: String,
}

/// Judges objects. Takes no time worth mentioning and never waits.
pub trait Judge: Send + Sync {
    fn review(&self, question: &Question<'_>) -> Verdict;
}

impl fmt::Debug for dyn Judge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Judge")
    }
}

/// Accepts everything as it is.
#[derive(Debug, Clone, Copy)]
pub struct Lenient;

impl Judge for Lenient {
    fn review(&self, _: &Question<'_>) -> Verdict {
        Verdict::default()
    }
}

/// The rules in force, with what they need to know of this cluster.
pub async fn rules(
    _client: &kube::Client,
    _settings: &crate::settings::Settings,
) -> std::sync::Arc<dyn Judge> {
    std::sync::Arc::new(Lenient)
}
