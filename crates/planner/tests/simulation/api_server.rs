//! The API server: records with versions, conditional writes, and what the kubelets report.

use planner::leadership::operator::{Label, Proof, Proven, Restart};
use planner::leadership::quorum::Rule;
use planner::leadership::records::{
    ClusterRecord, InstanceName, LeaseRecord, QuorumRecord, Session, Version,
};

/// A request of an instance; the operator's are in `operator.rs`.
#[derive(Debug, Clone)]
pub enum Request {
    ReadLease,
    WriteLease(LeaseRecord),
    ReadCluster,
    WriteCurrent(Version),
    ReadLabel,
    ReadQuorum,
    WriteQuorum(Option<Version>, Rule),
}

/// The answer; `None` in a write is a conflict.
#[derive(Debug, Clone)]
pub enum Response {
    Lease(LeaseRecord),
    LeaseWritten(Option<LeaseRecord>),
    Cluster(ClusterRecord, Option<Version>),
    CurrentWritten(Option<ClusterRecord>),
    Label(Label),
    Quorum(Option<QuorumRecord>),
    QuorumWritten,
}

/// What a read returns.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub lease: LeaseRecord,
    pub cluster: ClusterRecord,
    pub failing_since: Option<u64>,
    pub quorum: Option<QuorumRecord>,
    pub labels: Vec<Label>,
}

pub struct Api {
    pub now: Snapshot,
    /// For the one who reads stale: what was true some seconds ago.
    pub before: Snapshot,
    pub down_until: u64,
    pub dead: Vec<(usize, Session, Restart)>,
    pub fenced: Vec<bool>,
    pub cordoned: Vec<bool>,
    /// Which instances may be sync standbys, as the spec says.
    pub spec_names: u64,
    versions: u64,
    pub conditional: bool,
}

impl Api {
    pub fn new(now: Snapshot, instances: usize) -> Self {
        Self {
            before: now.clone(),
            now,
            down_until: 0,
            dead: Vec::new(),
            fenced: vec![false; instances],
            cordoned: vec![false; instances],
            spec_names: u64::MAX,
            versions: 100,
            conditional: true,
        }
    }

    fn next_version(&mut self) -> Version {
        self.versions += 1;
        Version(self.versions)
    }

    fn refuses(&self, expected: Version, found: Version) -> bool {
        self.conditional && expected != found
    }

    pub fn write_lease(&mut self, record: LeaseRecord) -> Option<LeaseRecord> {
        if self.refuses(record.version, self.now.lease.version) {
            return None;
        }
        self.now.lease = LeaseRecord { version: self.next_version(), ..record };
        Some(self.now.lease.clone())
    }

    pub fn write_cluster(
        &mut self,
        expect: Version,
        change: impl FnOnce(&mut ClusterRecord),
    ) -> Option<ClusterRecord> {
        if self.refuses(expect, self.now.cluster.version) {
            return None;
        }
        let target = self.now.cluster.stamp;
        change(&mut self.now.cluster);
        if self.now.cluster.stamp != target {
            self.now.failing_since = None; // it was about the target before
        }
        self.now.cluster.version = self.next_version();
        Some(self.now.cluster.clone())
    }

    pub fn write_quorum(&mut self, expect: Option<Version>, primary: &InstanceName, rule: Rule) {
        let found = self.now.quorum.as_ref().map(|record| record.version);
        if !self.conditional || found == expect {
            let version = self.next_version();
            self.now.quorum = Some(QuorumRecord { version, primary: primary.clone(), rule });
        }
    }

    pub fn proven(&self) -> Vec<Proven> {
        let proven = |(_, session, restart): &(usize, Session, Restart)| Proven {
            session: session.clone(),
            proof: Proof::ContainerTerminated(*restart),
        };
        self.dead.iter().map(proven).collect()
    }
}
