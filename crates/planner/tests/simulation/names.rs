//! The primary's manager at work on sync names and their record.

use planner::leadership::quorum::Rule;
use planner::leadership::records::QuorumRecord;
use planner::leadership::sync_names::{CaughtUp, Loaded, NamesSeen, NamesStep, next_names_step};

use crate::api_server::Request;
use crate::calls::Slot;
use crate::postgres::{Process, Receiver};
use crate::protections::Protection;
use crate::world::{Commits, Happening, MS, World, trace};

impl World {
    /// What the spec asks for, as this primary reads it.
    pub fn wanted(&self, index: usize) -> Rule {
        let others = (0..self.nodes.len()).filter(|other| *other != index);
        let streams = |other: &usize| {
            matches!(self.nodes[*other].pg.receiver,
                Some(Receiver { from, connection: Some(_) }) if from == index)
        };
        let listed = |other: &usize| self.api.spec_names & (1 << other) != 0;
        let (mut chosen, number): (Vec<usize>, usize) = match self.commits {
            Commits::Async => return Rule::default(),
            Commits::Required(number) => (others.clone().filter(listed).collect(), number),
            Commits::Preferred(number) => {
                let chosen: Vec<_> = others.clone().filter(streams).collect();
                let number = number.min(chosen.len());
                (chosen, number)
            }
        };
        if chosen.len() < number {
            chosen = others.collect();
        }
        Rule { names: chosen.into_iter().map(|one| self.names[one].clone()).collect(), number }
    }

    fn may_set_names(&self, index: usize) -> bool {
        let node = &self.nodes[index];
        node.pg.process == Process::Primary
            && node.member.as_ref().is_some_and(|member| member.may_set_names(self.local(index)))
    }

    /// Begins a look at the record, unless one is under way.
    pub fn names_work(&mut self, index: usize) {
        let node = &self.nodes[index];
        let idle = node.calls[Slot::Names as usize] == 0 && node.frozen_until <= self.now;
        if self.commits != Commits::Async && idle && self.may_set_names(index) {
            let current = self.wanted(index);
            let quiet = node.pg.loaded == Loaded::Rule(current.clone())
                && self.api.now.quorum.as_ref().is_some_and(|record| record.rule == current);
            if !quiet {
                self.call(index, Slot::Names, Request::ReadQuorum);
            }
        }
    }

    pub fn names_step(&mut self, index: usize, record: Option<&QuorumRecord>) {
        let node = &mut self.nodes[index];
        let version = record.map(|record| record.version);
        if !std::mem::replace(&mut node.names_read, true) {
            node.names_in_doubt = version;
        }
        if !self.may_set_names(index) {
            return;
        }
        let pg = &self.nodes[index].pg;
        let wanted = self.wanted(index);
        let caught = |rule: &Rule| {
            let has = |name| pg.confirmed[self.name_index(name)] >= pg.loaded_at;
            rule.names.iter().filter(|name| has(name)).count() >= rule.number
        };
        let caught_up = if caught(&wanted) || self.removed == Some(Protection::CatchUpBeforeRecord)
        {
            CaughtUp::Yes
        } else {
            CaughtUp::NotYet
        };
        let me = &self.names[index];
        let in_doubt = self.nodes[index].names_in_doubt;
        let seen =
            NamesSeen { me, record, loaded: &pg.loaded, wanted: &wanted, caught_up, in_doubt };
        let mut step = next_names_step(&seen);
        let written = record.is_some_and(|record| record.rule == wanted);
        let loaded = pg.loaded == Loaded::Rule(wanted.clone());
        match self.removed {
            Some(Protection::RecordBeforeNames) if !loaded => step = NamesStep::Load(wanted),
            Some(Protection::NamesBeforeRecord) if !written => {
                step = NamesStep::WriteRecord(wanted);
            }
            Some(Protection::NamesBeforeRecord) if !loaded => step = NamesStep::Load(wanted),
            _ => {}
        }
        match step {
            NamesStep::Done | NamesStep::AwaitStandbys => {}
            NamesStep::WriteRecord(rule) => {
                self.nodes[index].names_in_doubt = version; // until the answer is read
                self.call(index, Slot::Names, Request::WriteQuorum(version, rule));
            }
            NamesStep::Load(rule) => {
                self.nodes[index].calls[Slot::Names as usize] = u64::MAX; // one at a time
                let life = self.nodes[index].pg.life;
                let span = self.rng.range(3 * MS, 60 * MS);
                self.after(span, Happening::Loaded(index, life, Box::new(Loaded::Rule(rule))));
            }
        }
    }

    pub fn loaded(&mut self, index: usize, life: u64, loaded: Loaded) {
        let node = &mut self.nodes[index];
        if node.calls[Slot::Names as usize] == u64::MAX {
            node.calls[Slot::Names as usize] = 0;
        }
        if node.pg.life == life && node.pg.process == Process::Primary {
            trace!(self, "{}: names {loaded:?}", self.names[index]);
            let pg = &mut self.nodes[index].pg;
            if pg.loaded != loaded {
                pg.loaded_at = pg.lsn;
            }
            pg.loaded = loaded;
            self.names_work(index);
        }
    }
}
