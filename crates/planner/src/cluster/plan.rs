//! What a pass is to do, in which order, and what it is to write down.

use std::collections::BTreeMap;
use std::time::Duration;

use api::cluster::status::ClusterStatus;

use crate::leadership::operator::Proof;
use crate::leadership::records::Version;

pub use crate::manifests::ClaimKind as Volume;

use super::event::Event;

/// What to do in this pass.
///
/// The caller carries out `actions` in their order and stops at the first that fails; then it
/// writes `status`, if it differs from what was read, in one merge patch that carries the resource
/// version that was read: roles and elections are in there, and a lost update would lose data.
/// Where that patch meets a conflict the pass begins anew. Events are told after it.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Those that leave the topology alone come first; at most one changes it, and none does when
    /// `status` names another target than was read.
    pub actions: Vec<Action>,
    /// The whole status as it should read now. Fields that instances write are as they were read.
    pub status: ClusterStatus,
    /// One for each transition, not for each pass.
    pub events: Vec<Event>,
    pub again: Again,
}

/// When to look again, besides whenever something changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Nothing is under way.
    OnChange,
    After(Duration),
}

/// One step; where it is several writes, a later pass finishes what one that died has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    // These leave the topology alone.
    /// Merge these into labels and annotations of a volume claim; `None` removes.
    PatchClaim {
        claim: String,
        metadata: Metadata,
    },
    /// Ask for a larger volume, or another class of it.
    ResizeClaim {
        claim: String,
        request: Option<String>,
        attributes_class: Option<String>,
    },
    /// Merge these into labels and annotations of a pod; `None` removes.
    PatchPod {
        pod: Object,
        metadata: Metadata,
    },
    /// Volumes that an instance with a pod lacks, as after adding `walStorage`.
    CreateClaims {
        serial: u32,
        volumes: Vec<Volume>,
    },
    /// Jobs that are done: delete in the foreground.
    DeleteJob(Object),
    /// Release the lease in the name of a holder that is dead beyond doubt, if it still has this
    /// version.
    ReleaseLease {
        expect: Version,
        proof: Proof,
    },
    /// Patch `spec.instances`: the number asked for is refused.
    SetInstances(i64),
    /// Take over a claim of a restored cluster: make the cluster its owner, and it ready.
    AdoptClaim(Object),
    /// Remove the annotation that fences instances: it was about a life that is over.
    LiftFencing,
    /// Delete a pod without an owner before its claims are adopted.
    DeleteOrphanPod(Object),

    // These change the topology: at most one in a plan.
    /// Create the missing ones of these claims, then the job that fills them.
    CreateInstance {
        serial: u32,
        volumes: Vec<Volume>,
        job: JobKind,
    },
    /// Create the pod of an instance on the claims it has.
    CreatePod {
        serial: u32,
    },
    DeletePod {
        pod: Object,
        grace: Grace,
        why: WhyDelete,
    },
    /// Delete an instance for good: its claims, then its pod, then its jobs.
    DeleteInstance {
        instance: String,
        claims: Vec<Object>,
        pod: Option<Object>,
        jobs: Vec<Object>,
        grace: Grace,
    },
    /// Send the manager of the pod's architecture to the instance, `PUT /update`.
    UpdateManager {
        pod: Object,
        architecture: String,
        hash: String,
    },
}

impl Action {
    /// Whether instances come, go or restart by it.
    #[must_use]
    pub fn changes_topology(&self) -> bool {
        match self {
            Self::CreateInstance { .. }
            | Self::CreatePod { .. }
            | Self::DeletePod { .. }
            | Self::DeleteInstance { .. }
            | Self::UpdateManager { .. } => true,
            Self::PatchClaim { .. }
            | Self::ResizeClaim { .. }
            | Self::PatchPod { .. }
            | Self::CreateClaims { .. }
            | Self::DeleteJob(_)
            | Self::ReleaseLease { .. }
            | Self::SetInstances(_)
            | Self::AdoptClaim(_)
            | Self::LiftFencing
            | Self::DeleteOrphanPod(_) => false,
        }
    }
}

/// Labels and annotations to merge; `None` removes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    pub labels: BTreeMap<String, Option<String>>,
    pub annotations: BTreeMap<String, Option<String>>,
}

impl Metadata {
    /// Whether nothing is to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.annotations.is_empty()
    }
}

/// An object as it was seen; deletions are conditional on the uid, where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub name: String,
    pub uid: Option<String>,
}

/// How a pod is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grace {
    /// With the pod's own grace period.
    Usual,
    /// At once: its node is not there to end it.
    None,
}

/// Why a pod is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyDelete {
    /// It has ended, and is to be made anew.
    Ended,
    /// No node can take it.
    Unschedulable,
    /// It is replaced by a newer one; this uses the rollout slot of the operator.
    Rollout,
    /// The cluster goes to sleep.
    Hibernation,
}

/// What a job does to the volumes of an instance; its name is `<cluster>-<serial>-<kind>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobKind {
    InitDb,
    Import,
    PgBasebackup,
    FullRecovery,
    /// `first`: makes the primary; else a replica.
    SnapshotRecovery {
        first: bool,
    },
    Join,
    MajorUpgrade,
}

impl JobKind {
    /// The role as names and labels have it.
    #[must_use]
    pub fn role(self) -> &'static str {
        match self {
            Self::InitDb => "initdb",
            Self::Import => "import",
            Self::PgBasebackup => "pgbasebackup",
            Self::FullRecovery => "full-recovery",
            Self::SnapshotRecovery { .. } => "snapshot-recovery",
            Self::Join => "join",
            Self::MajorUpgrade => "major-upgrade",
        }
    }
}
