//! The records through which the operator and the instances meet: lease, cluster status, quorum.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use postgres::lsn::Lsn;

use super::quorum::Rule;

/// The name of an instance, which is that of its pod.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceName(Arc<str>);

impl From<&str> for InstanceName {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for InstanceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for InstanceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A resource version: larger is newer, within one object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u64);

/// `targetPrimaryTimestamp`: two equal stamps are the same act of naming a target. Never a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stamp(pub u64);

/// How far a data directory has got: a newer timeline counts before any position on an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub timeline: u32,
    pub lsn: Lsn,
}

/// One life of an instance manager. Two with the same pod never live at the same time: the kubelet
/// starts a container of a pod only when the one before it is dead. Two with the same name may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub pod_uid: Arc<str>,
    pub container_id: Arc<str>,
}

/// Who holds a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub instance: InstanceName,
    pub session: Session,
}

/// Where the log of a cleanly stopped primary ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    pub by: InstanceName,
    pub position: Position,
}

/// The primary lease: who may acknowledge writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseRecord {
    pub version: Version,
    /// `None` says that the last holder acknowledges nothing any more.
    pub holder: Option<Holder>,
    /// Who may claim the lease by waiting, and so must promise not to while the API server is
    /// away. `None`: anyone may, and promises carry nothing.
    pub electors: Option<BTreeSet<InstanceName>>,
    pub hand_over: Option<HandOver>,
    pub transitions: u64,
    /// Different in each renewal, or an API server would not count it as a change.
    pub renewed: u64,
}

impl LeaseRecord {
    #[must_use]
    pub fn held_by(&self, session: &Session) -> bool {
        self.holder.as_ref().is_some_and(|holder| holder.session == *session)
    }
}

/// Who should lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Nobody yet: replicas stop receiving, so that what they have can be compared.
    Pending,
    Instance(InstanceName),
}

impl Target {
    #[must_use]
    pub fn is(&self, name: &InstanceName) -> bool {
        matches!(self, Self::Instance(target) if target == name)
    }
}

/// Written together with the target that an election named: proof that receivers had ended and
/// positions were compared. A person's switchover writes none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Election {
    pub target: InstanceName,
    pub stamp: Stamp,
    /// What the chosen one had then: it must not promote with less.
    pub floor: Position,
    /// The FailoverQuorum record that was judged by. While the old primary has a right to lead, it
    /// may go on to other sync names; then the choice says nothing about its last commits.
    pub quorum: Option<Version>,
}

/// The part of a Cluster's status that is about leadership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterRecord {
    pub version: Version,
    pub target: Target,
    pub stamp: Stamp,
    pub election: Option<Election>,
    /// Who was last allowed to promote: only the holder of the lease writes it, about itself.
    pub current: Option<InstanceName>,
    pub instances: BTreeSet<InstanceName>,
}

impl ClusterRecord {
    /// The election that made the present target, if one did.
    #[must_use]
    pub fn mandate(&self) -> Option<&Election> {
        self.election
            .as_ref()
            .filter(|election| election.stamp == self.stamp && self.target.is(&election.target))
    }

    #[must_use]
    pub fn is_current(&self, name: &InstanceName) -> bool {
        self.current.as_ref() == Some(name)
    }

    /// The target has taken over: nothing is under way.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.current.as_ref().is_some_and(|current| self.target.is(current))
    }

    /// Nobody may receive from the old primary: its log is being compared, or was.
    #[must_use]
    pub fn electing(&self) -> bool {
        self.target == Target::Pending || (self.mandate().is_some() && !self.settled())
    }
}

/// The FailoverQuorum record: which standbys may hold the last acknowledged commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuorumRecord {
    pub version: Version,
    pub primary: InstanceName,
    pub rule: Rule,
}
