//! What is wrong with a field, and what would be right.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// How a field is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    Invalid,
    Required,
    Duplicate,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field as it is reported, as `spec.storage.size`; empty for the whole object.
    pub path: String,
    pub fault: Fault,
    /// What stands there; `Null` when nothing does.
    pub value: Value,
    pub problem: String,
    /// What to write instead, as an order.
    pub remedy: String,
}

impl FieldError {
    /// The machine's word for the fault, as the API server spells it.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self.fault {
            Fault::Invalid => "FieldValueInvalid",
            Fault::Required => "FieldValueRequired",
            Fault::Duplicate => "FieldValueDuplicate",
        }
    }

    /// The sentence for people, without the path.
    #[must_use]
    pub fn message(&self) -> String {
        let Self { value, problem, remedy, .. } = self;
        match self.fault {
            Fault::Invalid => format!("Invalid value: {value}: {problem}; {remedy}"),
            Fault::Required => format!("Required value: {problem}; {remedy}"),
            Fault::Duplicate => format!("Duplicate value: {value}: {problem}; {remedy}"),
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message())
        } else {
            write!(f, "{}: {}", self.path, self.message())
        }
    }
}

impl std::error::Error for FieldError {}

/// Collects what is wrong, so that everything is told at once.
#[derive(Debug, Clone, Default)]
pub struct Errors(Vec<FieldError>);

impl Errors {
    /// A value that may not stand there.
    pub fn invalid(
        &mut self,
        path: impl Into<String>,
        value: impl Serialize,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.add(Fault::Invalid, path.into(), value, problem.into(), remedy.into());
    }

    /// A value that is missing.
    pub fn required(
        &mut self,
        path: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.add(Fault::Required, path.into(), Value::Null, problem.into(), remedy.into());
    }

    /// A name that was given before.
    pub fn duplicate(&mut self, path: impl Into<String>, value: impl Serialize, what: &str) {
        let problem = format!("another {what} has this name");
        self.add(Fault::Duplicate, path.into(), value, problem, "give it a name of its own".into());
    }

    /// All that was collected, each fault once, in the order it was found.
    #[must_use]
    pub fn into_vec(self) -> Vec<FieldError> {
        self.0
    }

    fn add(
        &mut self,
        fault: Fault,
        path: String,
        value: impl Serialize,
        problem: String,
        remedy: String,
    ) {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        let error = FieldError { path, fault, value, problem, remedy };
        if !self.0.contains(&error) {
            self.0.push(error);
        }
    }
}

/// The names in a list that stood there before, with their positions.
pub fn repeated<'a>(
    names: impl IntoIterator<Item = &'a str>,
) -> impl Iterator<Item = (usize, &'a str)> {
    let mut seen = std::collections::BTreeSet::new();
    names.into_iter().enumerate().filter(move |(_, name)| !seen.insert(*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_field_value_problem_and_remedy() {
        let mut errors = Errors::default();
        errors.invalid("spec.a", "x", "it is bad", "write y");
        errors.invalid("spec.a", "x", "it is bad", "write y");
        errors.required("spec.b", "it is missing", "add it");
        errors.duplicate("spec.c[1].name", "z", "role");
        let errors = errors.into_vec();
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "spec.a: Invalid value: \"x\": it is bad; write y",
                "spec.b: Required value: it is missing; add it",
                "spec.c[1].name: Duplicate value: \"z\": another role has this name; \
                 give it a name of its own",
            ]
        );
        assert_eq!(errors[1].reason(), "FieldValueRequired");
    }

    #[test]
    fn repetitions_are_found() {
        let found: Vec<_> = repeated(["a", "b", "a", "a"]).collect();
        assert_eq!(found, [(2, "a"), (3, "a")]);
    }
}
