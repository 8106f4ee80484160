//! How a refusal is worded, so that `kubectl` shows it like one of the API server's own.

use std::collections::BTreeSet;

use api::admission::FieldError;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Status, StatusCause, StatusDetails};

use super::review::GROUP;

/// The status that says all that is wrong with an object.
pub fn status(kind: &str, name: &str, errors: &[FieldError]) -> Status {
    let mut seen = BTreeSet::new();
    let all: Vec<_> =
        errors.iter().map(ToString::to_string).filter(|text| seen.insert(text.clone())).collect();
    let text = match &all[..] {
        [one] => one.clone(),
        many => format!("[{}]", many.join(", ")),
    };
    let cause = |error: &FieldError| StatusCause {
        field: Some(error.path.clone()),
        message: Some(error.message()),
        reason: Some(error.reason().to_owned()),
    };
    Status {
        status: Some("Failure".to_owned()),
        message: Some(format!("{kind}.{GROUP} \"{name}\" is invalid: {text}")),
        reason: Some("Invalid".to_owned()),
        code: Some(422),
        details: Some(StatusDetails {
            name: Some(name.to_owned()),
            group: Some(GROUP.to_owned()),
            kind: Some(kind.to_owned()),
            causes: Some(errors.iter().map(cause).collect()),
            ..StatusDetails::default()
        }),
        ..Status::default()
    }
}

#[cfg(test)]
mod tests {
    use api::admission::field_error::Fault;
    use serde_json::json;

    use super::*;

    fn error(path: &str, value: u32, problem: &str) -> FieldError {
        FieldError {
            path: path.to_owned(),
            fault: Fault::Invalid,
            value: json!(value),
            problem: problem.to_owned(),
            remedy: "use more".to_owned(),
        }
    }

    #[test]
    fn one_error_stands_alone_and_several_are_a_list() {
        let first = error("spec.instances", 0, "too few");
        let second = error("spec.maxSyncReplicas", 1, "too small");
        let one = status("Cluster", "pg", std::slice::from_ref(&first));
        assert_eq!(
            one.message.as_deref(),
            Some(
                "Cluster.postgresql.cnpg.io \"pg\" is invalid: \
                 spec.instances: Invalid value: 0: too few; use more"
            )
        );
        let two = status("Cluster", "pg", &[first.clone(), second, first]);
        assert_eq!(
            two.message.as_deref(),
            Some(
                "Cluster.postgresql.cnpg.io \"pg\" is invalid: \
                 [spec.instances: Invalid value: 0: too few; use more, \
                 spec.maxSyncReplicas: Invalid value: 1: too small; use more]"
            ),
            "each thing is said once"
        );
        assert_eq!((two.code, two.reason.as_deref()), (Some(422), Some("Invalid")));
        let causes = two.details.and_then(|details| details.causes).expect("causes");
        assert_eq!(causes[1].field.as_deref(), Some("spec.maxSyncReplicas"));
        assert_eq!(causes[1].message.as_deref(), Some("Invalid value: 1: too small; use more"));
    }
}
