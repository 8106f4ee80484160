//! What a pass of the operator saw, all of it by live reads, and what bounds its waits.

use std::time::Duration;

use super::super::candidate::{Durability, Finalist, Fitness, Node};
use super::super::records::{
    ClusterRecord, InstanceName, LeaseRecord, Position, Session, Stamp, Target, Version,
};
use super::{Verdict, WhyReturn};

/// Bounds of the operator's waits.
#[derive(Debug, Clone)]
pub struct Policy {
    /// `spec.failoverDelay`.
    pub failover_delay: Duration,
    /// How long a silent holder that still renews is left in peace when no replica reaches it.
    pub isolation: Duration,
    /// How long to wait for receivers to end and for the old primary to stop.
    pub report_wait: Duration,
    /// How long the kubelet may take to bring a container back.
    pub restart_wait: Duration,
    /// How long a target may take to lead.
    pub take_over: Duration,
}

/// The role label of a pod: where -rw and -ro send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    Primary,
    Replica,
    /// Neither of them sends there.
    Neither,
}

/// Why a primary is thought to fail. Hints begin an inquiry; they prove nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    Silent,
    Broken,
    NoRight,
    NotServing,
    TookTooLong,
    /// The sync names have changed since the election.
    Outdated,
}

/// When the kubelet will start a container again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    Soon,
    /// It has, and the session that is dead is an earlier one.
    Done,
    /// It backs off, or the pod is going.
    Late,
}

/// What shows beyond doubt that all processes of a session are dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The pod's status says so about the very container of the session.
    ContainerTerminated(Restart),
    /// A person vouches for it by the out-of-service taint.
    NodeOutOfService,
}

/// A session with the proof of its death.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    pub session: Session,
    pub proof: Proof,
}

/// What a replica does with the log of the primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    Streaming,
    /// It looks for a primary to stream from.
    Searching,
    /// It has stopped because of this naming of a target, and remembers that across restarts.
    Ended {
        under: Stamp,
    },
}

/// What an instance says it is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It acknowledges writes, with the right to.
    Leading,
    /// It takes or has the lease, and starts, recovers or promotes.
    Rising,
    Stopping,
    /// A primary's data directory that would be served if the lease could be renewed.
    NoRight,
    /// A primary's data directory, closed; the end of its log is known after a clean stop.
    FormerPrimary {
        end: Option<Position>,
    },
    Standby {
        position: Position,
        receiver: Receiver,
    },
    /// It becomes a replica again, or its server is down.
    Rejoining,
}

/// The answer of an instance manager to a status request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub standing: Standing,
    pub fitness: Fitness,
    /// The old primary has stopped, and this replica has not received the end of its log.
    pub behind_hand_over: bool,
    /// It will not act on the election with this stamp: the quorum record is another by now.
    pub outdated: Option<Stamp>,
}

/// What was seen of one instance; no report: it did not answer in time.
#[derive(Debug, Clone)]
pub struct InstanceSeen {
    pub name: InstanceName,
    pub label: Label,
    pub fenced: bool,
    pub node: Node,
    pub priority: i32,
    pub report: Option<Report>,
}

/// What a pass saw.
#[derive(Debug, Clone)]
pub struct Seen {
    pub cluster: ClusterRecord,
    pub lease: Option<LeaseRecord>,
    /// How long the lease has not changed.
    pub lease_age: Duration,
    /// After which age a holder that lives would have renewed or lost its right.
    pub renew_deadline: Duration,
    pub durability: Durability,
    /// The version of the FailoverQuorum record, if there is one.
    pub quorum: Option<Version>,
    pub instances: Vec<InstanceSeen>,
    pub dead: Vec<Proven>,
    /// How long the target has stood.
    pub target_age: Duration,
    /// Since when the target is noted as failing.
    pub failing_for: Option<Duration>,
}

impl Seen {
    pub(super) fn instance(&self, name: &InstanceName) -> Option<&InstanceSeen> {
        self.instances.iter().find(|one| one.name == *name)
    }

    pub(super) fn proof_of(&self, session: &Session) -> Option<Proof> {
        self.dead.iter().find(|dead| dead.session == *session).map(|dead| dead.proof)
    }

    /// It says so, may, and the lease does not contradict it.
    pub(super) fn leads(&self, one: &InstanceSeen) -> bool {
        let says = one.report.as_ref().is_some_and(|report| {
            report.standing == Standing::Leading && report.fitness == Fitness::Fit
        });
        let holder = self.lease.as_ref().and_then(|lease| lease.holder.as_ref());
        says && !one.fenced && holder.is_some_and(|holder| holder.instance == one.name)
    }

    /// Its lease is fresh, so somebody is alive there.
    pub(super) fn renews(&self, name: &InstanceName) -> bool {
        let holder = self.lease.as_ref().and_then(|lease| lease.holder.as_ref());
        self.lease_age < self.renew_deadline
            && holder.is_some_and(|holder| {
                holder.instance == *name && self.proof_of(&holder.session).is_none()
            })
    }

    /// For long enough neither the operator nor any replica that answers has reached it.
    pub(super) fn isolated(&self, name: &InstanceName, policy: &Policy) -> bool {
        let mut others = self.instances.iter().filter(|one| one.name != *name);
        self.failing_for.is_some_and(|span| span >= policy.isolation)
            && others.any(|one| one.report.is_some())
            && !self.instances.iter().any(InstanceSeen::streams)
    }

    pub(super) fn target_restarts_soon(&self) -> bool {
        let holder = self.lease.as_ref().and_then(|lease| lease.holder.as_ref());
        holder.is_some_and(|holder| {
            self.cluster.target.is(&holder.instance)
                && self.proof_of(&holder.session) == Some(Proof::ContainerTerminated(Restart::Soon))
        })
    }

    pub(super) fn back_to(&self, to: &InstanceName, why: WhyReturn) -> Verdict {
        Verdict::Return { expect: self.cluster.version, to: to.clone(), why }
    }

    /// Whether anybody should lead at all.
    #[must_use]
    pub fn pending(&self) -> bool {
        self.cluster.target == Target::Pending
    }
}

impl InstanceSeen {
    fn streams(&self) -> bool {
        let receiver = |standing| match standing {
            Standing::Standby { receiver, .. } => Some(receiver),
            _ => None,
        };
        self.report.as_ref().and_then(|report| receiver(report.standing))
            == Some(Receiver::Streaming)
    }

    /// The current primary that does not lead but could again; where its log ends, if known.
    ///
    /// It has all that was ever acknowledged: a primary's directory by itself, a standby's because
    /// it was checked before it became current, and it has not been promoted since.
    pub(super) fn could_lead_again(&self) -> Option<Option<Position>> {
        let report = self.report.as_ref().filter(|report| report.fitness == Fitness::Fit)?;
        match report.standing {
            Standing::FormerPrimary { end } if !self.fenced => Some(end),
            Standing::Standby { position, .. } if !self.fenced => Some(Some(position)),
            _ => None,
        }
    }

    /// A replica that came to rest for this naming of a target.
    pub(super) fn finalist(&self, stamp: Stamp) -> Option<Finalist> {
        let report = self.report.as_ref()?;
        let Standing::Standby { position, receiver } = report.standing else { return None };
        (receiver == Receiver::Ended { under: stamp }).then(|| Finalist {
            name: self.name.clone(),
            position,
            fitness: if self.fenced { Fitness::Fenced } else { report.fitness },
            node: self.node,
            priority: self.priority,
        })
    }
}
