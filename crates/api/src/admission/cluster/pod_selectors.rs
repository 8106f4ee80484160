//! Named selections of pods, and their use in `pg_hba.conf`.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

use super::View;
use crate::admission::Errors;
use crate::admission::field_error::repeated;
use crate::names;

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    let refs = &view.spec.pod_selector_refs;
    for (index, name) in repeated(refs.iter().map(|one| one.name.as_str())) {
        errors.duplicate(format!("spec.podSelectorRefs[{index}].name"), name, "pod selector");
    }
    for (index, one) in refs.iter().enumerate() {
        if let Some(problem) = wrong_selector(&one.selector) {
            errors.invalid(
                format!("spec.podSelectorRefs[{index}].selector"),
                &one.selector,
                problem,
                "correct the selector",
            );
        }
    }
    for (index, line) in view.spec.postgresql.pg_hba.iter().enumerate() {
        if let Some(problem) = wrong_line(view, line) {
            errors.invalid(
                format!("spec.postgresql.pg_hba[{index}]"),
                line,
                problem,
                "use one ${podselector:NAME} a line, with a name of spec.podSelectorRefs",
            );
        }
    }
}

fn wrong_selector(selector: &LabelSelector) -> Option<String> {
    let labels = selector.match_labels.iter().flatten();
    for (key, value) in labels {
        if !names::is_label_key(key) || !names::is_label_value(value) {
            return Some(format!("{key}={value} is not a label"));
        }
    }
    selector.match_expressions.iter().flatten().find_map(wrong_requirement)
}

fn wrong_requirement(requirement: &LabelSelectorRequirement) -> Option<String> {
    let LabelSelectorRequirement { key, operator, values } = requirement;
    let values = values.as_deref().unwrap_or_default();
    if !names::is_label_key(key) {
        return Some(format!("{key:?} is not the key of a label"));
    }
    match (operator.as_str(), values.is_empty()) {
        ("In" | "NotIn", true) => Some(format!("{operator} needs values")),
        ("Exists" | "DoesNotExist", false) => Some(format!("{operator} takes no values")),
        ("In" | "NotIn" | "Exists" | "DoesNotExist", _) => {
            let wrong = values.iter().find(|value| !names::is_label_value(value))?;
            Some(format!("{wrong:?} is not the value of a label"))
        }
        (other, _) => Some(format!("{other:?} is no operator")),
    }
}

/// What is wrong with the placeholders of a line; anything else PostgreSQL judges.
fn wrong_line(view: &View<'_>, line: &str) -> Option<String> {
    let mut selectors = 0;
    let mut rest = line;
    while let Some(start) = rest.find("${") {
        let tail = &rest[start + 2..];
        let Some(end) = tail.find('}') else { break };
        let placeholder = &tail[..end];
        rest = &tail[end + 1..];
        // Without a colon it is no placeholder of ours.
        let Some((kind, name)) = placeholder.split_once(':') else { continue };
        if kind != "podselector" {
            return Some(format!("the placeholder ${{{placeholder}}} is not known"));
        }
        if view.spec.pod_selector_refs.iter().all(|one| one.name != name) {
            return Some(format!("spec.podSelectorRefs has no selector {name:?}"));
        }
        selectors += 1;
    }
    (selectors > 1).then(|| "it has more than one pod selector".to_owned())
}
