//! How a refusal is worded, so that `kubectl` shows it like one of the API server's own.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Status, StatusCause, StatusDetails};

use super::judge::FieldError;
use super::review::GROUP;

/// The status that says all that is wrong with an object.
pub fn status(kind: &str, name: &str, errors: &[FieldError]) -> Status {
    let mut all: Vec<_> =
        errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|text| seen.insert(text.clone()));
    let text = match &all[..] {
        [one] => one.clone(),
        many => format!("[{}]", many.join(", ")),
    };
    let cause = |error: &FieldError| StatusCause {
        field: Some(error.field.clone()),
        message: Some(error.message.clone()),
        reason: Some(error.reason.to_owned()),
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
    use super::*;

    fn error(field: &str, message: &str) -> FieldError {
        let (field, message) = (field.to_owned(), message.to_owned());
        FieldError { field, reason: "FieldValueInvalid", message }
    }

    #[test]
    fn one_error_stands_alone_and_several_are_a_list() {
        let first = error("spec.instances", "Invalid value: 0: too few");
        let second = error("spec.storage.size", "Required value");
        let one = status("Cluster", "pg", std::slice::from_ref(&first));
        assert_eq!(
            one.message.as_deref(),
            Some(
                "Cluster.postgresql.cnpg.io \"pg\" is invalid: \
                 spec.instances: Invalid value: 0: too few"
            )
        );
        let two = status("Cluster", "pg", &[first.clone(), second, first]);
        assert_eq!(
            two.message.as_deref(),
            Some(
                "Cluster.postgresql.cnpg.io \"pg\" is invalid: \
                 [spec.instances: Invalid value: 0: too few, spec.storage.size: Required value]"
            ),
            "each thing is said once"
        );
        assert_eq!((two.code, two.reason.as_deref()), (Some(422), Some("Invalid")));
        let causes = two.details.and_then(|details| details.causes).expect("causes");
        assert_eq!(causes[1].field.as_deref(), Some("spec.storage.size"));
    }
}
