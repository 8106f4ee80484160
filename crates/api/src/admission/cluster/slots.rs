//! Replication slots.

use super::{View, parameters};
use crate::admission::Errors;

const SLOTS: &str = "spec.replicationSlots";
const FEEDBACK: &str = "hot_standby_feedback";
const SYNC_SLOTS: &str = "sync_replication_slots";

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    patterns(view, errors);
    if view.version.is_none() {
        return;
    }
    logical_decoding(view, errors);
    if view.uses_failover_slots() {
        failover_slots(view, errors);
    }
}

fn patterns(view: &View<'_>, errors: &mut Errors) {
    let slots = view.spec.replication_slots.as_ref();
    let Some(synchronize) = slots.and_then(|slots| slots.synchronize_replicas.as_ref()) else {
        return;
    };
    for pattern in &synchronize.exclude_patterns {
        if regex::Regex::new(pattern).is_err() {
            errors.invalid(
                format!("{SLOTS}.synchronizeReplicas.excludePatterns"),
                pattern,
                "it is not a regular expression",
                "correct or remove it",
            );
        }
    }
}

/// Since version 17 the server copies logical slots by itself; before, an extension does.
fn logical_decoding(view: &View<'_>, errors: &mut Errors) {
    let slots = view.spec.replication_slots.as_ref();
    let highly_available = slots.and_then(|slots| slots.high_availability.as_ref());
    let wanted = highly_available.and_then(|slots| slots.synchronize_logical_decoding);
    if wanted != Some(true) {
        return;
    }
    if view.version.is_some_and(|version| version.major() < 17) {
        if !view.uses_failover_slots() {
            errors.invalid(
                format!("{SLOTS}.highAvailability.synchronizeLogicalDecoding"),
                true,
                "before PostgreSQL 17 only the extension pg_failover_slots copies logical slots",
                "set parameters of pg_failover_slots, or upgrade",
            );
        }
        return;
    }
    if !view.is_on(FEEDBACK) {
        errors.invalid(
            parameters::path(FEEDBACK),
            view.parameter(FEEDBACK).unwrap_or("off"),
            "synchronizeLogicalDecoding needs it",
            "set it to `on`",
        );
    }
    if !view.is_on(SYNC_SLOTS) && !view.uses_failover_slots() {
        errors.invalid(
            parameters::path(SYNC_SLOTS),
            view.parameter(SYNC_SLOTS).unwrap_or("off"),
            "synchronizeLogicalDecoding needs it, or the extension pg_failover_slots",
            "set it to `on`",
        );
    }
}

fn failover_slots(view: &View<'_>, errors: &mut Errors) {
    if !view.is_on(FEEDBACK) {
        errors.invalid(
            parameters::path(FEEDBACK),
            view.parameter(FEEDBACK).unwrap_or("off"),
            "the extension pg_failover_slots needs it",
            "set it to `on`",
        );
    }
    let problem = "the extension pg_failover_slots needs the slots of the standbys";
    let remedy = "set replicationSlots.highAvailability.enabled to true";
    match &view.spec.replication_slots {
        None => errors.invalid(SLOTS, serde_json::Value::Null, problem, remedy),
        Some(slots) => {
            let enabled = slots.high_availability.as_ref().and_then(|slots| slots.enabled);
            if enabled != Some(true) {
                let path = format!("{SLOTS}.highAvailability");
                errors.invalid(path, &slots.high_availability, problem, remedy);
            }
        }
    }
}
