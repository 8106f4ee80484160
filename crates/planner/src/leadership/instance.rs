//! The instance's side: a machine that is told what happened and says what to do.
//!
//! It never waits and touches nothing; whoever runs it carries out the effects in order and
//! reports back. Lost answers are events too, so nothing it asked for stays open.
//!
//! ```text
//!  Standby --target is me, elected or log complete--> claim --live read--> currentPrimary := me
//!     ^                                                 |                        |
//!     |                                  target moved: release                promote
//!  follow / rewind / clone                                                       |
//!     |                                                                          v
//!  Former <---currentPrimary is another--- Closed <--no right, told to stop-- Leading
//!                                             |                                  ^
//!                                             +---lease, live read: still me-----+
//! ```

mod challenge;
mod follow;
mod lease;
mod promises;
mod report;
mod right;
mod rise;
mod stop;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::time::Duration;

pub use challenge::Claim;
pub use promises::Ask;
pub use right::{Right, sentinel_kills};
pub use stop::{Mode, WhyStop};

use super::clock::{BootTime, Terms};
use super::operator::Label;
use super::records::{ClusterRecord, InstanceName, LeaseRecord, Position, Session, Stamp, Version};

/// Whose writes a data directory holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// It has been a primary since it was last a replica.
    Primary,
    Standby,
}

/// What is kept beside the data directory and must outlive the manager.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// Receiving ended under this naming of a target: without it, a restarted manager that reads
    /// an old status would receive again, and confirm commits that the chosen one does not have.
    pub ended: Option<Ended>,
    /// A claim by waiting was sent against this version of the lease and may still arrive.
    pub claim: Option<Version>,
}

/// When receiving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub under: Stamp,
    pub version: Version,
}

/// What the server is started as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Primary,
    Standby,
}

/// Whom a replica receives from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    pub from: InstanceName,
    pub streaming: bool,
}

/// The PostgreSQL server, as its supervisor sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Server {
    /// Where the log ends is known after a clean stop.
    Down {
        end: Option<Position>,
    },
    Starting(Role),
    Standby {
        position: Position,
        upstream: Option<Upstream>,
        open: bool,
    },
    Promoting,
    /// With the replicas that stream from it.
    Primary {
        streaming: BTreeSet<InstanceName>,
    },
    Rejoining,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Event {
    Tick,
    /// By the watch, or as the answer to `ReadLease`.
    SawLease(LeaseRecord),
    /// By the watch.
    SawCluster(ClusterRecord),
    /// The answer to `ReadCluster`: the status, and after it the version of the FailoverQuorum
    /// record, if there is one.
    ReadCluster(Option<(ClusterRecord, Option<Version>)>),
    /// The answer to `ReadLease`; what was read is told by `SawLease` before.
    LeaseRead,
    LeaseWritten(Written<LeaseRecord>),
    CurrentWritten(Written<ClusterRecord>),
    ReadLabel(Option<Label>),
    Server(Server, Data),
    /// The server ended and nobody had told it to.
    Crashed,
    /// The files under the server are gone, though it runs.
    FilesLost,
    Asked(Ask),
    Answered {
        round: u64,
        by: InstanceName,
        promised: bool,
    },
    Fenced(bool),
    Terminate,
}

/// What became of a conditional write.
#[derive(Debug, Clone)]
pub enum Written<T> {
    Done(T),
    Conflict,
    /// No answer: it may have been done, or may still be.
    Unknown,
}

/// What to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    ReadLease,
    ReadCluster,
    ReadLabel,
    WriteLease(LeaseRecord),
    /// `currentPrimary` is me, if the status still has this version.
    WriteCurrent {
        expect: Version,
    },
    /// Durable before the next effect is carried out.
    Remember(Memory),
    Ask {
        round: u64,
        peers: Vec<InstanceName>,
    },
    Answer {
        round: u64,
        to: InstanceName,
        promised: bool,
    },
    Start(Role),
    OpenToClients,
    /// With sync names that let nothing through loaded first, where commits wait for standbys.
    Promote,
    Stop(Mode, WhyStop),
    EndReceiver,
    Receive {
        from: InstanceName,
    },
    /// As `rejoin` decides, against this primary.
    Rejoin {
        with: InstanceName,
    },
    Exit,
}

/// Who this is.
#[derive(Debug, Clone)]
pub struct Identity {
    pub name: InstanceName,
    pub session: Session,
}

/// How long an instance may take for what it does by itself.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub terms: Terms,
    /// `spec.switchoverDelay`: after it a fast shutdown becomes an immediate one.
    pub switchover_delay: Duration,
    /// This many restarts in place within `restart_window`, then it gives up.
    pub restarts: usize,
    pub restart_window: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            terms: Terms::default(),
            switchover_delay: Duration::from_secs(3600),
            restarts: 3,
            restart_window: Duration::from_secs(300),
        }
    }
}

/// The lease as this instance knows it.
#[derive(Debug, Clone, Default)]
struct LeaseView {
    record: Option<LeaseRecord>,
    /// When it last saw a sign of the holder's right: a change, or a promise it gave itself.
    sign: BootTime,
    /// A call is under way since then.
    calling: Option<BootTime>,
    /// What is known may be old: read before the next write.
    reread: bool,
    not_before: BootTime,
}

/// The cluster's status as this instance knows it.
#[derive(Debug, Clone, Default)]
struct ClusterView {
    record: Option<ClusterRecord>,
    /// When the last live read that confirmed `record` began.
    confirmed: Option<BootTime>,
    /// The quorum record of that read.
    quorum: Option<Version>,
    calling: Option<BootTime>,
    not_before: BootTime,
}

/// One instance's part in leadership.
#[derive(Debug, Clone)]
pub struct Member {
    me: Identity,
    bounds: Bounds,
    memory: Memory,
    data: Data,
    server: Server,
    lease: LeaseView,
    cluster: ClusterView,
    right: Right,
    round: promises::Round,
    stop: Option<stop::Stop>,
    crashes: Vec<BootTime>,
    broken: bool,
    fenced: bool,
    terminating: bool,
    /// What was last told to the server and has not shown yet.
    ordered: Option<(Effect, BootTime)>,
    label_read: BootTime,
    rejoin_tried: BootTime,
    /// An election that was judged by an older quorum record than the last one.
    outdated: Option<Stamp>,
}

impl Member {
    /// A manager that has just started, with what its predecessor remembered.
    #[must_use]
    pub fn new(me: Identity, bounds: Bounds, memory: Memory, data: Data) -> Self {
        Self {
            me,
            bounds,
            memory,
            data,
            server: Server::Down { end: None },
            lease: LeaseView { reread: true, ..LeaseView::default() },
            cluster: ClusterView::default(),
            right: Right::default(),
            round: promises::Round::default(),
            stop: None,
            crashes: Vec::new(),
            broken: false,
            fenced: false,
            terminating: false,
            ordered: None,
            label_read: BootTime::default(),
            rejoin_tried: BootTime::default(),
            outdated: None,
        }
    }

    /// A manager that goes on where another image of the same process ended, with the server that
    /// runs. The session is the same, and so is the right; all else it learns anew.
    #[must_use]
    pub fn resuming(self, server: Server, until: Option<BootTime>, now: BootTime) -> Self {
        let right = until.map(|until| Right::handed_over(until, now)).unwrap_or_default();
        Self { server, right, ..self }
    }

    /// Takes in what happened, and says what to do. The right to lead is looked at before anything
    /// else, so that a thawed manager stops the server first.
    #[must_use]
    pub fn on(&mut self, event: Event, now: BootTime) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.take_in(event, now, &mut effects);
        self.stop_work(now, &mut effects);
        self.follow_work(now, &mut effects);
        self.lease_work(now, &mut effects);
        self.promise_work(now, &mut effects);
        self.rise_work(now, &mut effects);
        effects
    }

    /// When `on` should be called at the latest, besides a slow tick.
    #[must_use]
    pub fn wake_at(&self) -> Option<BootTime> {
        [self.right.until(), self.claim_due()].into_iter().flatten().min()
    }

    /// For the sentinel: until when the server may run as a primary.
    #[must_use]
    pub fn entitled_until(&self) -> Option<BootTime> {
        self.right.until()
    }

    /// The quorum record and the sync names may be touched: a server that has lost its right, and
    /// may be thawing after its successor began, must not speak for the cluster.
    #[must_use]
    pub fn may_set_names(&self, now: BootTime) -> bool {
        matches!(self.server, Server::Primary { .. })
            && self.stop.is_none()
            && self.right.entitled(now)
    }

    fn take_in(&mut self, event: Event, now: BootTime, effects: &mut Vec<Effect>) {
        match event {
            Event::Tick => {}
            Event::SawLease(record) => self.saw_lease(record, now),
            Event::LeaseRead => self.lease.calling = None,
            Event::LeaseWritten(written) => self.lease_written(written, now),
            Event::SawCluster(record) => self.saw_cluster(record),
            Event::ReadCluster(record) => self.cluster_read(record, now),
            Event::CurrentWritten(written) => {
                self.cluster.confirmed = None;
                match written {
                    Written::Done(record) => {
                        let quorum = self.cluster.quorum;
                        self.cluster_read(Some((record, quorum)), now);
                    }
                    Written::Conflict => self.cluster.calling = None,
                    Written::Unknown => self.cluster_read(None, now),
                }
            }
            Event::ReadLabel(label) => {
                let closed = matches!(self.server, Server::Standby { open: false, .. });
                if closed && label == Some(Label::Replica) {
                    effects.push(Effect::OpenToClients);
                }
            }
            Event::Server(server, data) => {
                self.server = server;
                self.data = data;
                self.ordered = None;
                if !self.may_write() {
                    self.stop = None;
                }
            }
            Event::Crashed => self.crashes.push(now),
            Event::FilesLost => self.broken = true,
            Event::Asked(ask) => effects.push(self.answer(ask, now)),
            Event::Answered { round, by, promised } => self.answered(round, &by, promised),
            Event::Fenced(fenced) => self.fenced = fenced,
            Event::Terminate => self.terminating = true,
        }
    }

    fn saw_cluster(&mut self, record: ClusterRecord) {
        let known = self.cluster.record.as_ref();
        if known.is_none_or(|known| known.version < record.version) {
            self.cluster.record = Some(record);
            self.cluster.confirmed = None;
        }
    }

    fn cluster_read(&mut self, read: Option<(ClusterRecord, Option<Version>)>, now: BootTime) {
        let began = self.cluster.calling.take().unwrap_or(now);
        let Some((record, quorum)) = read else {
            self.cluster.not_before = now + self.bounds.terms.retry / 4;
            return;
        };
        let version = record.version;
        self.saw_cluster(record);
        if self.cluster.record.as_ref().is_some_and(|known| known.version == version) {
            self.cluster.confirmed = Some(began);
            self.cluster.quorum = quorum;
        }
    }

    /// Asks for a live read, unless one is under way or has just failed.
    fn read_cluster(&mut self, now: BootTime, effects: &mut Vec<Effect>) {
        if self.cluster.calling.is_none() && now >= self.cluster.not_before {
            self.cluster.calling = Some(now);
            effects.push(Effect::ReadCluster);
        }
    }

    /// The server acknowledges writes, or may be about to.
    fn may_write(&self) -> bool {
        matches!(
            self.server,
            Server::Starting(Role::Primary) | Server::Promoting | Server::Primary { .. }
        )
    }

    /// Tells the server something once, and again when it has not shown after a while.
    fn order(&mut self, effect: Effect, now: BootTime, effects: &mut Vec<Effect>) {
        const AGAIN: Duration = Duration::from_secs(5);
        let told = self.ordered.as_ref();
        if told.is_none_or(|(told, since)| *told != effect || now - *since >= AGAIN) {
            self.ordered = Some((effect.clone(), now));
            effects.push(effect);
        }
    }
}
