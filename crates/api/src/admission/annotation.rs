//! Annotations that steer admission itself, and how their values are read.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::annotations;

/// What `cnpg.io/validation` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Validation {
    Enabled,
    Disabled,
    /// A word that means nothing: validated, with a warning.
    Unclear,
}

/// Tells whoever turns the checks off what that means.
pub(super) const DISABLED_WARNING: &str = "the checks of this object are turned off by \
     cnpg.io/validation: every change is accepted, also one that is unsafe or loses data";

/// Reads the wish of an object's owner.
pub(super) fn validation(meta: &ObjectMeta) -> Validation {
    match get(meta, annotations::VALIDATION) {
        None | Some("" | annotations::ENABLED) => Validation::Enabled,
        Some(annotations::DISABLED) => Validation::Disabled,
        Some(_) => Validation::Unclear,
    }
}

/// What to say about the wish, if anything.
pub(super) fn warning(meta: &ObjectMeta) -> Option<String> {
    match validation(meta) {
        Validation::Enabled => None,
        Validation::Disabled => Some(DISABLED_WARNING.to_owned()),
        Validation::Unclear => Some(format!(
            "{} is {:?}, which is neither `enabled` nor `disabled`: the object was checked",
            annotations::VALIDATION,
            get(meta, annotations::VALIDATION).unwrap_or_default(),
        )),
    }
}

/// The value of an annotation.
pub(super) fn get<'a>(meta: &'a ObjectMeta, name: &str) -> Option<&'a str> {
    meta.annotations.as_ref()?.get(name).map(String::as_str)
}

/// The path of an annotation in errors.
pub(super) fn path(name: &str) -> String {
    format!("metadata.annotations.{name}")
}

/// Reads a boolean as Go spells it.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
