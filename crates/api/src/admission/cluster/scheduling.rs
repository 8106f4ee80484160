//! Where instances may run, and with which environment.

use k8s_openapi::api::core::v1::Toleration;

use super::View;
use crate::admission::Errors;
use crate::names;

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    let affinity = &view.spec.affinity;
    if let Some(kind) = &affinity.pod_anti_affinity_type
        && !["preferred", "required"].contains(&kind.as_str())
    {
        errors.invalid(
            "spec.affinity.podAntiAffinityType",
            kind,
            "there is no such type",
            "use preferred or required",
        );
    }
    for (index, toleration) in affinity.tolerations.iter().enumerate() {
        let path = format!("spec.affinity.toleration[{index}]");
        check_toleration(&path, toleration, errors);
    }
    for (index, variable) in view.spec.env.iter().enumerate() {
        if is_reserved_variable(&variable.name) {
            errors.invalid(
                format!("spec.postgresql.env[{index}].name"),
                &variable.name,
                "the operator keeps this variable for itself",
                "use another name",
            );
        }
    }
}

/// Whether only the operator may set this variable of the environment.
pub(super) fn is_reserved_variable(name: &str) -> bool {
    let name = name.to_uppercase();
    matches!(name.as_str(), "POD_NAME" | "NAMESPACE" | "CLUSTER_NAME")
        || name.starts_with("PG")
        || name.starts_with("CNPG_")
}

fn check_toleration(path: &str, toleration: &Toleration, errors: &mut Errors) {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let (key, operator) = (text(&toleration.key), text(&toleration.operator));
    let (value, effect) = (text(&toleration.value), text(&toleration.effect));
    if !key.is_empty() && !names::is_label_key(&key) {
        let remedy = "write the key of a taint, as example.com/name";
        errors.invalid(format!("{path}.key"), &key, "no taint can have this key", remedy);
    }
    let path_of_operator = format!("{path}.operator");
    if key.is_empty() && operator != "Exists" {
        errors.invalid(
            path_of_operator.as_str(),
            &operator,
            "without a key every taint is meant",
            "use Exists, or set key",
        );
    }
    if toleration.toleration_seconds.is_some() && effect != "NoExecute" {
        errors.invalid(
            format!("{path}.effect"),
            &effect,
            "only the effect NoExecute is tolerated for a time",
            "use NoExecute, or remove tolerationSeconds",
        );
    }
    match operator.as_str() {
        "" | "Equal" if !names::is_label_value(&value) => {
            let remedy = "write the value of a taint";
            errors.invalid(path_of_operator, &value, "no taint can have this value", remedy);
        }
        "Exists" if !value.is_empty() => {
            let remedy = "remove value, or use Equal";
            errors.invalid(path_of_operator, &value, "Exists compares no value", remedy);
        }
        "" | "Equal" | "Exists" => {}
        other => {
            let remedy = "use Equal or Exists";
            errors.invalid(path_of_operator, other, "there is no such operator", remedy);
        }
    }
    if !["", "NoSchedule", "PreferNoSchedule", "NoExecute"].contains(&effect.as_str()) {
        errors.invalid(
            format!("{path}.effect"),
            &effect,
            "there is no such effect",
            "use NoSchedule, PreferNoSchedule or NoExecute",
        );
    }
}
