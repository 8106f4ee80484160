//! Messages: calls of the API server with their lost and late answers, and questions to peers.

use planner::leadership::instance::{Ask, Effect, Event, Written};
use planner::leadership::records::{Holder, InstanceName, LeaseRecord};

use crate::api_server::{Request, Response};
use crate::protections::Protection;
use crate::world::{Happening, S, World, trace};

/// Which call an answer belongs to: one of each may be under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    Lease,
    Cluster,
    Label,
    Names,
}

impl World {
    pub fn ask_api(&mut self, index: usize, effect: Effect) {
        let (slot, request) = match effect {
            Effect::ReadLease => (Slot::Lease, Request::ReadLease),
            Effect::WriteLease(record) => (Slot::Lease, Request::WriteLease(record)),
            Effect::ReadCluster => (Slot::Cluster, Request::ReadCluster),
            Effect::WriteCurrent { expect } => (Slot::Cluster, Request::WriteCurrent(expect)),
            _ => (Slot::Label, Request::ReadLabel),
        };
        self.call(index, slot, request);
    }

    pub fn call(&mut self, index: usize, slot: Slot, request: Request) {
        let (id, life, delay) = (self.id(), self.nodes[index].life, self.delay());
        self.nodes[index].calls[slot as usize] = id;
        if self.reaches(index, self.api_server()) {
            self.after(delay, Happening::Arrive(index, life, slot, id, Box::new(request)));
        }
        self.after(2 * S, Happening::Timeout(index, life, slot, id));
    }

    pub fn arrive(&mut self, index: usize, life: u64, slot: Slot, id: u64, request: Request) {
        if self.api.down_until > self.now {
            return;
        }
        let response = self.serve(index, request);
        if self.reaches(self.api_server(), index) {
            let delay = self.delay();
            self.after(delay, Happening::Reply(index, life, slot, id, Box::new(response)));
        }
    }

    /// Without the lease check, everybody else's lease looks free.
    pub fn lease_for(&self, index: usize, mut record: LeaseRecord) -> LeaseRecord {
        let holder = record.holder.as_ref();
        let other = holder.is_some_and(|holder| holder.instance != self.names[index]);
        if other && self.removed == Some(Protection::LeaseCheck) {
            record.holder = None;
        }
        if other && self.removed == Some(Protection::Electors) {
            record.electors = None;
        }
        if self.removed == Some(Protection::HandOverPosition)
            && let Some(hand_over) = &mut record.hand_over
        {
            hand_over.position.lsn.0 = 0;
        }
        record
    }

    fn serve(&mut self, index: usize, request: Request) -> Response {
        let name = self.names[index].clone();
        match request {
            Request::ReadLease => {
                Response::Lease(self.lease_for(index, self.api.now.lease.clone()))
            }
            Request::WriteLease(record) => {
                let before = self.api.now.lease.holder.clone();
                let claimed = record.holder.is_some() && record.holder != before;
                let released = record.holder.is_none();
                let written = self.api.write_lease(record);
                if written.is_some() {
                    if claimed {
                        trace!(self, "{name} has the lease");
                        self.checks.switches += 1;
                        self.claimed(index);
                    } else if released {
                        trace!(self, "{name} has released the lease");
                    }
                    self.watch_all();
                }
                Response::LeaseWritten(written)
            }
            Request::ReadCluster => {
                let stale = self.removed == Some(Protection::LiveReads);
                let snapshot = if stale { &self.api.before } else { &self.api.now };
                let mut quorum = snapshot.quorum.as_ref().map(|record| record.version);
                if self.removed == Some(Protection::QuorumUnchanged)
                    && let Some(election) = snapshot.cluster.mandate()
                {
                    quorum = election.quorum;
                }
                Response::Cluster(snapshot.cluster.clone(), quorum)
            }
            Request::WriteCurrent(expect) => {
                let written =
                    self.api.write_cluster(expect, |status| status.current = Some(name.clone()));
                if written.is_some() {
                    trace!(self, "currentPrimary: {name}");
                    if !self.api.now.cluster.target.is(&name) {
                        self.violate(format!("{name} became current and was not the target"));
                    }
                    self.watch_all();
                }
                Response::CurrentWritten(written)
            }
            Request::ReadLabel => Response::Label(self.api.now.labels[index]),
            Request::ReadQuorum => Response::Quorum(self.api.now.quorum.clone()),
            Request::WriteQuorum(expect, rule) => {
                trace!(self, "{name}: FailoverQuorum {expect:?} -> {rule:?}");
                self.api.write_quorum(expect, &name, rule);
                Response::QuorumWritten
            }
        }
    }

    pub fn reply(&mut self, index: usize, life: u64, slot: Slot, id: u64, response: Response) {
        let node = &mut self.nodes[index];
        if node.life != life || node.calls[slot as usize] != id {
            return;
        }
        if node.frozen_until > self.now {
            let late = node.frozen_until - self.now + 1;
            self.after(late, Happening::Reply(index, life, slot, id, Box::new(response)));
            return;
        }
        node.calls[slot as usize] = 0;
        let events = match response {
            Response::Lease(record) => vec![Event::SawLease(record), Event::LeaseRead],
            Response::LeaseWritten(Some(record)) => {
                vec![Event::LeaseWritten(Written::Done(record))]
            }
            Response::LeaseWritten(None) => vec![Event::LeaseWritten(Written::Conflict)],
            Response::Cluster(record, quorum) => {
                vec![Event::ReadCluster(Some((record, quorum)))]
            }
            Response::CurrentWritten(Some(record)) => {
                vec![Event::CurrentWritten(Written::Done(record))]
            }
            Response::CurrentWritten(None) => vec![Event::CurrentWritten(Written::Conflict)],
            Response::Label(label) => vec![Event::ReadLabel(Some(label))],
            Response::Quorum(record) => {
                self.names_step(index, record.as_ref());
                vec![]
            }
            Response::QuorumWritten => {
                self.names_work(index);
                vec![]
            }
        };
        for event in events {
            self.tell(index, life, event);
        }
    }

    pub fn timeout(&mut self, index: usize, life: u64, slot: Slot, id: u64) {
        let node = &mut self.nodes[index];
        if node.life != life || node.calls[slot as usize] != id {
            return;
        }
        if node.frozen_until > self.now {
            let late = node.frozen_until - self.now + 2;
            self.after(late, Happening::Timeout(index, life, slot, id));
            return;
        }
        node.calls[slot as usize] = 0;
        match slot {
            // Which kind it was the member knows; an unknown write is the careful reading.
            Slot::Lease => self.tell(index, life, Event::LeaseWritten(Written::Unknown)),
            Slot::Cluster => self.tell(index, life, Event::CurrentWritten(Written::Unknown)),
            Slot::Label => self.tell(index, life, Event::ReadLabel(None)),
            Slot::Names => {}
        }
    }

    pub fn ask_peers(&mut self, index: usize, round: u64, peers: &[InstanceName]) {
        self.checks.promise_rounds += 1;
        let node = &self.nodes[index];
        let from = Holder { instance: self.names[index].clone(), session: node.session.clone() };
        for peer in peers {
            let peer = self.name_index(peer);
            if self.reaches(index, peer) {
                let (life, delay) = (self.nodes[peer].life, self.delay());
                let ask = Event::Asked(Ask { round, from: from.clone() });
                self.after(delay, Happening::Tell(peer, life, Box::new(ask)));
            }
        }
    }

    pub fn answer(&mut self, index: usize, round: u64, to: &InstanceName, promised: bool) {
        let to = self.name_index(to);
        if !self.reaches(index, to) {
            return;
        }
        let (life, delay) = (self.nodes[to].life, self.delay());
        let mut names = vec![self.names[index].clone()];
        if promised && self.removed == Some(Protection::PromisesFromAll) {
            names = self.names.clone();
        }
        for by in names {
            let answered = Event::Answered { round, by, promised };
            self.after(delay, Happening::Tell(to, life, Box::new(answered)));
        }
    }
}
