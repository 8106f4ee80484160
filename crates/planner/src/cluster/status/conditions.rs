//! The conditions that the operator writes.

use std::collections::BTreeSet;

use api::cluster::status::ClusterStatus;
use api::conditions::{self, reason};
use api::phases::cluster as phases;
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};

use super::super::hibernation::Sleep;
use super::super::view::View;

/// Sets a condition; its time changes with its status only.
pub(super) fn set(
    now: Timestamp,
    status: &mut ClusterStatus,
    kind: &str,
    value: &str,
    reason: &str,
    message: &str,
) {
    let second = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let new = Condition {
        last_transition_time: Time(second),
        message: message.to_owned(),
        observed_generation: None,
        reason: reason.to_owned(),
        status: value.to_owned(),
        type_: kind.to_owned(),
    };
    match status.conditions.iter_mut().find(|one| one.type_ == kind) {
        Some(old) => {
            let since = old.last_transition_time.clone();
            let changed = old.status != new.status;
            *old = new;
            if !changed {
                old.last_transition_time = since;
            }
        }
        None => status.conditions.push(new),
    }
}

/// Whether the cluster is well, as its phase says.
pub(super) fn ready(now: Timestamp, status: &mut ClusterStatus) {
    let (value, reason, message) = match status.phase.as_deref() {
        Some(phases::HEALTHY) => ("True", reason::CLUSTER_IS_READY, "Cluster is Ready"),
        Some(_) | None => ("False", reason::CLUSTER_IS_NOT_READY, "Cluster Is Not Ready"),
    };
    set(now, status, conditions::READY, value, reason, message);
}

pub(in super::super) fn is_initialized(status: &ClusterStatus) -> bool {
    let mut all = status.conditions.iter();
    all.any(|one| one.type_ == conditions::INITIALIZED && one.status == "True")
}

pub(super) fn bootstrapped(now: Timestamp, status: &mut ClusterStatus) {
    let message = "Cluster has been bootstrapped";
    set(now, status, conditions::INITIALIZED, "True", reason::BOOTSTRAP_COMPLETED, message);
}

/// True once an instance exists; it never goes back.
pub(super) fn initialized(view: &View<'_>, status: &mut ClusterStatus) {
    if is_initialized(status) {
        return;
    }
    let now = view.seen.now;
    if view.instances.is_empty() {
        let message = "Cluster has not been bootstrapped yet";
        set(now, status, conditions::INITIALIZED, "False", reason::BOOTSTRAP_PENDING, message);
    } else {
        bootstrapped(now, status);
    }
}

/// Why the last attempt to recover the first instance failed, as that attempt told it.
pub(in super::super) fn recovery_failure(status: &ClusterStatus) -> Option<&str> {
    let mut all = status.conditions.iter();
    let told = all.find(|one| one.type_ == conditions::RECOVERY_FAILING && one.status == "True");
    told.map(|one| one.message.as_str())
}

/// A cluster that has a primary was recovered, or never had to be.
pub(super) fn recovered(status: &mut ClusterStatus) {
    if status.current_primary.is_some() {
        status.conditions.retain(|one| one.type_ != conditions::RECOVERY_FAILING);
    }
}

/// Whether all that answered are copies of one database system.
pub(super) fn system_id(view: &View<'_>, status: &mut ClusterStatus) {
    let ids: BTreeSet<&str> = view
        .seen
        .answers
        .keys()
        .filter_map(|name| view.reported(name))
        .map(|one| one.system_id.as_str())
        .filter(|id| !id.is_empty())
        .collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    status.system_id = None;
    let (value, reason, message) = match ids.as_slice() {
        [] => {
            let message = "No instances are present in the cluster to report a system ID.";
            ("False", reason::SYSTEM_ID_NOT_FOUND, message.to_owned())
        }
        [id] => {
            status.system_id = Some((*id).to_owned());
            let message = "A single, unique system ID was found across reporting instances.";
            ("True", reason::SYSTEM_ID_UNIQUE, message.to_owned())
        }
        several => {
            let several = several.join(", ");
            let message = format!("Multiple differing system IDs reported by instances: {several}");
            ("False", reason::SYSTEM_ID_MISMATCH, message)
        }
    };
    let now = view.seen.now;
    set(now, status, conditions::CONSISTENT_SYSTEM_ID, value, reason, &message);
}

/// How far a cluster that is to sleep has got.
pub(super) fn hibernation(view: &View<'_>, status: &mut ClusterStatus) {
    match Sleep::of(view) {
        None => status.conditions.retain(|one| one.type_ != conditions::HIBERNATION),
        Some(sleep) => {
            let (value, reason, message) = sleep.condition();
            set(view.seen.now, status, conditions::HIBERNATION, value, reason, message);
        }
    }
}
