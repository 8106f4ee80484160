//! Synchronous replication, in its two forms.

use super::View;
use crate::admission::Errors;
use crate::cluster::synchronous::Synchronous;

const SYNCHRONOUS: &str = "spec.postgresql.synchronous";

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    legacy(view, errors);
    if let Some(synchronous) = &view.spec.postgresql.synchronous {
        check_numbers(view, synchronous, errors);
    }
    let constraint = &view.spec.postgresql.sync_replica_election_constraint;
    let no_labels = constraint.node_labels_anti_affinity.is_empty();
    if view.version.is_some() && constraint.enabled && no_labels {
        errors.invalid(
            "spec.postgresql.syncReplicaElectionConstraint.nodeLabelsAntiAffinity",
            &constraint.node_labels_anti_affinity,
            "the constraint is enabled, but names no node labels to compare",
            "name labels, or disable the constraint",
        );
    }
}

fn legacy(view: &View<'_>, errors: &mut Errors) {
    let least = view.spec.min_sync_replicas.unwrap_or_default();
    let most = view.spec.max_sync_replicas.unwrap_or_default();
    if most >= view.spec.instances && most > 0 {
        errors.invalid(
            "spec.maxSyncReplicas",
            most,
            "there are not that many standbys",
            "use a number below spec.instances",
        );
    }
    if least > most {
        errors.invalid(
            "spec.minSyncReplicas",
            least,
            "it is greater than maxSyncReplicas",
            "lower it, or raise maxSyncReplicas",
        );
    }
    if let Some(synchronous) = &view.spec.postgresql.synchronous
        && (least > 0 || most > 0)
    {
        errors.invalid(
            SYNCHRONOUS,
            synchronous,
            "minSyncReplicas and maxSyncReplicas configure the same thing",
            "keep postgresql.synchronous and set those two to 0",
        );
    }
}

fn check_numbers(view: &View<'_>, synchronous: &Synchronous, errors: &mut Errors) {
    let named = synchronous.standby_names_pre.len() + synchronous.standby_names_post.len();
    let named = i64::try_from(named).unwrap_or(i64::MAX);
    if synchronous.number >= view.spec.instances.saturating_add(named) {
        errors.invalid(
            SYNCHRONOUS,
            synchronous,
            "there are not that many standbys",
            "use a number below the instances and the listed standby names together",
        );
    }
    if synchronous.failover_quorum && synchronous.number <= named {
        errors.invalid(
            SYNCHRONOUS,
            synchronous,
            "with failoverQuorum some of the confirming standbys must belong to this cluster",
            "use a number above that of the listed standby names",
        );
    }
}
