//! The invariants, looked at when something happens that could break them.

use planner::leadership::instance::Data;
use planner::leadership::operator::Label;
use planner::leadership::records::Target;

use crate::postgres::Process;
use crate::world::{MS, World, trace};

/// What was acknowledged, and the first thing that went wrong.
#[derive(Debug, Default)]
pub struct Checks {
    pub violation: Option<String>,
    /// The last acknowledged position on each timeline, where commits waited for standbys.
    promised: Vec<(u32, u64)>,
    /// The youngest server that has acknowledged, and when.
    pub last_ack: (u64, u64),
    pub acks: u64,
    pub events: u64,
    pub promotions: u64,
    pub switches: u64,
    pub elections: u64,
    pub promise_rounds: u64,
    pub late_acks: u64,
}

/// A thawed server may finish what was in its hands before anybody can stop it.
const THAW_WINDOW: u64 = 150 * MS;

impl World {
    pub fn violate(&mut self, what: String) {
        trace!(self, "VIOLATION {what}");
        self.checks.violation.get_or_insert(what);
    }

    pub fn serving(&self, index: usize) -> bool {
        let node = &self.nodes[index];
        node.pg.process == Process::Primary && node.pg_frozen_until <= self.now
    }

    fn just_thawed(&self, index: usize) -> bool {
        let thawed = self.nodes[index].thawed_at;
        thawed > 0 && self.now < thawed + THAW_WINDOW
    }

    /// Invariant 1: who acknowledges is the youngest server that ever has.
    pub fn acknowledged(&mut self, index: usize, lsn: u64, promised: bool) {
        let pg = &self.nodes[index].pg;
        let (era, timeline) = (pg.era, pg.timeline);
        self.checks.acks += 1;
        if era < self.checks.last_ack.0 {
            if self.just_thawed(index) {
                self.checks.late_acks += 1;
                if promised && !self.leader_has((timeline, lsn)) {
                    self.violate(format!("{} acknowledged a lost commit", self.names[index]));
                }
                return;
            }
            self.violate(format!("{} acknowledges after its successor", self.names[index]));
        }
        self.checks.last_ack = (era, self.now);
        if promised {
            match self.checks.promised.iter_mut().find(|(known, _)| *known == timeline) {
                Some((_, end)) => *end = lsn.max(*end),
                None => self.checks.promised.push((timeline, lsn)),
            }
        }
    }

    /// The youngest server holds that position.
    fn leader_has(&self, position: (u32, u64)) -> bool {
        let youngest = self.nodes.iter().max_by_key(|node| node.pg.era);
        youngest.is_some_and(|node| self.timelines.contains(node.pg.end(), position))
    }

    /// Invariants 3, 4 and 6: who begins to serve as a primary.
    pub fn begins(&mut self, index: usize) {
        if self.just_thawed(index) {
            return; // it goes on where it was frozen; the manager is about to end it
        }
        let name = self.names[index].clone();
        if !self.api.now.cluster.is_current(&name) {
            self.violate(format!("{name} serves though deposed"));
        }
        let session = self.nodes[index].session.clone();
        if !self.api.now.lease.held_by(&session) {
            self.violate(format!("{name} begins to serve without the lease"));
        }
        let end = self.nodes[index].pg.end();
        let lost = self.checks.promised.iter().find(|one| !self.timelines.contains(end, **one));
        if let Some(lost) = lost {
            let lost = *lost;
            self.violate(format!("{name} serves from {end:?} without the promised {lost:?}"));
        }
    }

    /// Invariant 2: the lease has changed hands.
    pub fn claimed(&mut self, index: usize) {
        for other in 0..self.nodes.len() {
            if other != index && self.serving(other) && !self.just_thawed(other) {
                let (name, holder) = (&self.names[index], &self.names[other]);
                self.violate(format!("{name} has the lease while {holder} may acknowledge"));
            }
        }
    }

    /// Invariant 5, over what the API server holds.
    pub fn look_at_labels(&mut self) {
        let cluster = &self.api.now.cluster;
        let allowed = match (&cluster.target, cluster.electing()) {
            (Target::Pending, _) => None,
            (Target::Instance(target), true) => Some(target.clone()),
            (Target::Instance(_), false) => return,
        };
        for (index, label) in self.api.now.labels.iter().enumerate() {
            if *label == Label::Primary && allowed.as_ref() != Some(&self.names[index]) {
                let name = self.names[index].clone();
                self.violate(format!("{name} is labelled primary during an election"));
                return;
            }
        }
    }

    /// Invariant 5, for a standby that opens.
    pub fn opens(&mut self, index: usize) {
        if self.api.now.labels[index] == Label::Primary {
            let name = self.names[index].clone();
            self.violate(format!("{name} opens as a replica behind -rw"));
        }
    }

    /// At the end no promised commit is missing anywhere that follows the leader.
    pub fn look_at_the_end(&mut self) {
        if self.checks.violation.is_some() {
            return;
        }
        if let Err(what) = self.converged() {
            self.violate(format!("does not converge: {what}"));
            return;
        }
        let leader =
            (0..self.nodes.len()).find(|index| self.nodes[*index].pg.data == Data::Primary);
        if let Some(leader) = leader {
            let end = self.nodes[leader].pg.end();
            let promised = &self.checks.promised;
            let lost = promised.iter().find(|one| !self.timelines.contains(end, **one)).copied();
            if let Some(lost) = lost {
                self.violate(format!("promised {lost:?} is lost"));
            }
        }
    }
}
