//! Conditions in the status of clusters and roles: their types and reasons.

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};

/// The cluster is healthy.
pub const READY: &str = "Ready";
/// The cluster has its first instance; never goes back.
pub const INITIALIZED: &str = "Initialized";
/// All instances belong to the same database system.
pub const CONSISTENT_SYSTEM_ID: &str = "ConsistentSystemID";
/// WAL reaches its archive.
pub const CONTINUOUS_ARCHIVING: &str = "ContinuousArchiving";
/// The latest backup succeeded.
pub const LAST_BACKUP_SUCCEEDED: &str = "LastBackupSucceeded";
/// Synchronous standbys are spread over failure domains as asked.
pub const SYNC_REPLICATION_TOPOLOGY: &str = "SyncReplicationTopologySatisfied";
/// The last attempt to recover the first instance failed; ours, and gone once there is a primary.
pub const RECOVERY_FAILING: &str = "RecoveryFailing";
/// The cluster is asleep.
pub const HIBERNATION: &str = "cnpg.io/hibernation";
/// The designated primary of a replica cluster has changed its role.
pub const DESIGNATED_PRIMARY_TRANSITION: &str = "ReplicaClusterDesignatedPrimaryTransition";
/// The cluster is fenced while it becomes a replica cluster.
pub const REPLICA_CLUSTER_FENCING: &str = "ReplicaClusterFencing";
/// The cluster becomes a replica cluster.
pub const REPLICA_CLUSTER_SWITCH: &str = "ReplicaClusterSwitch";
/// The password secret of a role has changed.
pub const PASSWORD_SECRET_CHANGE: &str = "PasswordSecretChange";

/// What a condition says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'a> {
    pub kind: &'a str,
    pub status: &'a str,
    pub reason: &'a str,
    pub message: &'a str,
}

/// The conditions with this one among them; none when it says so already. Its time changes with its
/// status only.
#[must_use]
pub fn with(known: &[Condition], said: Said<'_>, now: Timestamp) -> Option<Vec<Condition>> {
    let place = known.iter().position(|one| one.type_ == said.kind);
    let before = place.map(|place| &known[place]);
    let words = |one: &Condition| (one.status.clone(), one.reason.clone(), one.message.clone());
    if before.map(words) == Some((said.status.into(), said.reason.into(), said.message.into())) {
        return None;
    }
    let same = before.filter(|one| one.status == said.status);
    let condition = Condition {
        type_: said.kind.to_owned(),
        status: said.status.to_owned(),
        reason: said.reason.to_owned(),
        message: said.message.to_owned(),
        last_transition_time: same.map_or(Time(now), |one| one.last_transition_time.clone()),
        observed_generation: None,
    };
    let mut all = known.to_vec();
    match place {
        Some(place) => all[place] = condition,
        None => all.push(condition),
    }
    Some(all)
}

/// Reasons, which together with the status say what happened.
pub mod reason {
    /// [`super::READY`] is true.
    pub const CLUSTER_IS_READY: &str = "ClusterIsReady";
    /// [`super::READY`] is false.
    pub const CLUSTER_IS_NOT_READY: &str = "ClusterIsNotReady";
    /// No instance exists yet.
    pub const BOOTSTRAP_PENDING: &str = "BootstrapPending";
    /// The first instance exists.
    pub const BOOTSTRAP_COMPLETED: &str = "BootstrapCompleted";
    /// One system identifier for all.
    pub const SYSTEM_ID_UNIQUE: &str = "Unique";
    /// No instance has told its system identifier.
    pub const SYSTEM_ID_NOT_FOUND: &str = "NotFound";
    /// Instances tell different system identifiers.
    pub const SYSTEM_ID_MISMATCH: &str = "Mismatch";
    /// Archiving works.
    pub const ARCHIVING_SUCCESS: &str = "ContinuousArchivingSuccess";
    /// Archiving fails.
    pub const ARCHIVING_FAILING: &str = "ContinuousArchivingFailing";
    /// A backup is running.
    pub const BACKUP_STARTED: &str = "BackupStarted";
    /// The latest backup succeeded.
    pub const LAST_BACKUP_SUCCEEDED: &str = "LastBackupSucceeded";
    /// The latest backup failed.
    pub const LAST_BACKUP_FAILED: &str = "LastBackupFailed";
    /// Nothing that the archive has leads to the recovery target.
    pub const TARGET_NOT_REACHED: &str = "TargetNotReached";
    /// The recovery failed for another reason.
    pub const RECOVERY_FAILED: &str = "RecoveryFailed";
    /// The topology is as asked.
    pub const TOPOLOGY_SATISFIED: &str = "Satisfied";
    /// Labels of nodes or pods could not be read.
    pub const TOPOLOGY_NOT_EXTRACTED: &str = "TopologyNotExtracted";
    /// Too few standbys outside the failure domain of the primary.
    pub const TOPOLOGY_INSUFFICIENT: &str = "InsufficientCrossDomainReplicas";
    /// All pods are gone.
    pub const HIBERNATED: &str = "Hibernated";
    /// Pods are being deleted.
    pub const DELETING_PODS: &str = "DeletingPods";
    /// Pods are terminating.
    pub const WAITING_PODS_DELETION: &str = "WaitingPodsDeletion";
    /// The cluster must be healthy before it may sleep.
    pub const WAITING_FOR_HEALTHY: &str = "WaitingForHealthy";
    /// The cluster turns into a replica cluster.
    pub const REPLICA_CLUSTER_AFTER_CREATION: &str = "ReplicaClusterAfterCreation";
    /// The instance manager has done its part.
    pub const TRANSITION_COMPLETED: &str = "TransitionCompleted";
    /// `replica.enabled` was set on a running cluster.
    pub const REPLICA_ENABLED_SET: &str = "ReplicaEnabledSetTrue";
}
