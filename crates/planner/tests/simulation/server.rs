//! What happens to PostgreSQL servers: starting, stopping, promotion, replication, commits.

use planner::leadership::instance::{Data, Event, Mode, Role, WhyStop};
use planner::leadership::operator::Label;
use planner::leadership::quorum::Rule;
use planner::leadership::records::InstanceName;
use planner::leadership::sync_names::Loaded;

use crate::postgres::{Process, Receiver};
use crate::protections::Protection;
use crate::world::{Commits, Happening, MS, S, World, trace};

impl World {
    pub fn start(&mut self, index: usize, role: Role) {
        self.eras += 1;
        let era = self.eras;
        let pg = &mut self.nodes[index].pg;
        if pg.process != Process::Down {
            return;
        }
        if role == Role::Primary {
            pg.era = era;
        }
        pg.process = Process::Starting(role);
        pg.life += 1;
        pg.stopping = None;
        let life = pg.life;
        let span = self.rng.range(50 * MS, 800 * MS);
        self.after(span, Happening::Started(index, life));
        self.look_soon(index);
    }

    pub fn started(&mut self, index: usize, life: u64) {
        let pg = &mut self.nodes[index].pg;
        let Process::Starting(role) = pg.process else { return };
        if pg.life != life {
            return;
        }
        match role {
            Role::Primary => self.serve_writes(index),
            Role::Standby => {
                pg.process = Process::Standby;
                pg.receiver = None;
                pg.open = false;
            }
        }
        self.look_soon(index);
    }

    /// The server accepts writes from here on.
    fn serve_writes(&mut self, index: usize) {
        let names = match (self.commits, self.removed) {
            (Commits::Async, _) => Some(Loaded::Rule(Rule::default())),
            (_, Some(Protection::BlockedAtPromotion)) => Some(Loaded::Rule(self.wanted(index))),
            _ => None,
        };
        let pg = &mut self.nodes[index].pg;
        pg.process = Process::Primary;
        pg.data = Data::Primary;
        pg.clean = false;
        pg.open = true;
        pg.receiver = None;
        pg.lsn += 1;
        pg.acked = pg.lsn;
        pg.loaded_at = pg.lsn;
        pg.confirmed.fill(0);
        if let Some(names) = names {
            pg.loaded = names;
        }
        let (timeline, lsn) = pg.end();
        trace!(self, "{} serves writes, timeline {timeline} at {lsn}", self.names[index]);
        self.begins(index);
    }

    pub fn promote(&mut self, index: usize) {
        self.eras += 1;
        let era = self.eras;
        let pg = &mut self.nodes[index].pg;
        if pg.process != Process::Standby {
            return;
        }
        pg.era = era;
        pg.process = Process::Promoting;
        pg.life += 1;
        pg.receiver = None;
        pg.loaded = Loaded::Blocking;
        let life = pg.life;
        let span = self.rng.range(80 * MS, 300 * MS);
        self.after(span, Happening::Promoted(index, life));
        self.look_soon(index);
    }

    pub fn promoted(&mut self, index: usize, life: u64) {
        let pg = &mut self.nodes[index].pg;
        if pg.life != life || pg.process != Process::Promoting {
            return;
        }
        if self.nodes[index].pg_frozen_until > self.now {
            let late = self.nodes[index].pg_frozen_until - self.now + 1;
            self.after(late, Happening::Promoted(index, life));
            return;
        }
        self.checks.promotions += 1;
        let pg = &mut self.nodes[index].pg;
        pg.timeline = self.timelines.fork(pg.timeline, pg.lsn);
        self.serve_writes(index);
        self.look_soon(index);
    }

    pub fn stop(&mut self, index: usize, mode: Mode, why: WhyStop) {
        if why == WhyStop::NoRight && self.removed == Some(Protection::SelfFencing) {
            return;
        }
        let pg = &mut self.nodes[index].pg;
        pg.stopping = Some(mode);
        let life = pg.life;
        match mode {
            Mode::Fast => {
                if self.rng.percent(88) {
                    let span = self.rng.range(5 * MS, 50 * MS);
                    self.after(span, Happening::Stopped(index, life, true));
                }
            }
            Mode::Immediate => {
                let span = self.rng.range(MS, 15 * MS);
                self.after(span, Happening::Stopped(index, life, false));
            }
        }
    }

    pub fn stopped(&mut self, index: usize, life: u64, clean: bool) {
        let node = &self.nodes[index];
        if node.pg.life != life || node.pg.process == Process::Down {
            return;
        }
        if clean && node.pg_frozen_until > self.now {
            let late = node.pg_frozen_until - self.now + self.rng.range(MS, 30 * MS);
            self.after(late, Happening::Stopped(index, life, clean));
            return;
        }
        let clean = clean && matches!(node.pg.process, Process::Primary | Process::Standby);
        self.end_server(index, clean);
    }

    /// The processes are gone; a clean primary has sent the end of its log where it could.
    pub fn end_server(&mut self, index: usize, clean: bool) {
        let pg = &mut self.nodes[index].pg;
        if matches!(pg.process, Process::Down | Process::Rejoining) {
            return;
        }
        let expected = pg.stopping.take().is_some();
        pg.process = Process::Down;
        pg.life += 1;
        pg.receiver = None;
        pg.clean = clean && pg.data == Data::Primary;
        if pg.clean {
            pg.lsn += 1;
        }
        let (drains, end) = (pg.clean, pg.end());
        trace!(self, "{}: server down, clean: {clean}, at {end:?}", self.names[index]);
        for other in 0..self.nodes.len() {
            let Some(receiver) = self.nodes[other].pg.receiver else { continue };
            let (true, Some(connection)) = (receiver.from == index, receiver.connection) else {
                continue;
            };
            let linked = self.both_ways(index, other);
            if drains && linked && self.rng.percent(90) {
                self.after(2 * MS, Happening::Wal { from: index, to: other, connection, end });
            }
            let span = if linked { 5 * MS } else { 3 * S };
            self.after(span, Happening::Disconnect(other, connection));
        }
        if !expected {
            let life = self.nodes[index].life;
            self.after(1, Happening::Tell(index, life, Box::new(Event::Crashed)));
        }
        self.look_soon(index);
    }

    pub fn receive(&mut self, index: usize, from: &InstanceName) {
        let from = self.name_index(from);
        let pg = &mut self.nodes[index].pg;
        if pg.process == Process::Standby && from != index {
            pg.receiver = Some(Receiver { from, connection: None });
            let life = pg.life;
            self.after(10 * MS, Happening::Connect(index, life, from));
            self.look_soon(index);
        }
    }

    pub fn connect(&mut self, index: usize, life: u64, from: usize) {
        let pg = &self.nodes[index].pg;
        let searching = pg.receiver == Some(Receiver { from, connection: None });
        if pg.life != life || pg.process != Process::Standby || !searching {
            return;
        }
        let upstream = &self.nodes[from].pg;
        let up = matches!(upstream.process, Process::Primary | Process::Standby)
            && self.nodes[from].pg_frozen_until <= self.now
            && self.nodes[index].pg_frozen_until <= self.now
            && self.both_ways(index, from);
        let (mine, theirs) = (pg.end(), upstream.end());
        if up && self.timelines.contains(theirs, mine) {
            let connection = self.id();
            self.nodes[index].pg.receiver = Some(Receiver { from, connection: Some(connection) });
            self.after(2 * MS, Happening::Wal { from, to: index, connection, end: theirs });
            self.look_soon(index);
            self.look_soon(from);
        } else if up && upstream.process == Process::Primary && theirs.0 != mine.0 {
            trace!(self, "{} at {mine:?} has left the history of {theirs:?}", self.names[index]);
            self.become_replica_of(index, from);
        } else {
            self.after(700 * MS, Happening::Connect(index, life, from));
        }
    }

    pub fn disconnect(&mut self, index: usize, connection: u64) {
        let pg = &mut self.nodes[index].pg;
        if let Some(receiver) = pg.receiver
            && receiver.connection == Some(connection)
        {
            pg.receiver = Some(Receiver { connection: None, ..receiver });
            let life = pg.life;
            self.after(500 * MS, Happening::Connect(index, life, receiver.from));
            self.look_soon(index);
        }
    }

    pub fn wal(&mut self, from: usize, to: usize, connection: u64, end: (u32, u64)) {
        let node = &self.nodes[to];
        let connected = node.pg.receiver == Some(Receiver { from, connection: Some(connection) });
        if !connected || node.pg.process != Process::Standby {
            return;
        }
        if node.pg_frozen_until > self.now {
            let late = node.pg_frozen_until - self.now + 1;
            self.after(late, Happening::Wal { from, to, connection, end });
            return;
        }
        if !self.timelines.contains(end, node.pg.end()) {
            return;
        }
        (self.nodes[to].pg.timeline, self.nodes[to].pg.lsn) = end;
        if self.reaches(to, from) {
            let (life, delay) = (self.nodes[from].pg.life, self.rng.range(MS / 2, 5 * MS));
            self.after(delay, Happening::Confirm { from: to, to: from, life, end });
        }
    }

    pub fn confirm(&mut self, from: usize, to: usize, life: u64, end: (u32, u64)) {
        let frozen = self.nodes[to].pg_frozen_until;
        if frozen > self.now {
            self.after(frozen - self.now + 1, Happening::Confirm { from, to, life, end });
            return;
        }
        let pg = &mut self.nodes[to].pg;
        if pg.life == life && pg.process == Process::Primary && pg.timeline == end.0 {
            pg.confirmed[from] = pg.confirmed[from].max(end.1);
            self.acknowledge(to);
        }
    }

    /// Every server that may write is given something to write.
    pub fn write(&mut self) {
        self.after(self.write_every, Happening::Write);
        for index in 0..self.nodes.len() {
            if !self.serving(index) {
                continue;
            }
            self.nodes[index].pg.lsn += 1;
            let end = self.nodes[index].pg.end();
            for other in 0..self.nodes.len() {
                let Some(Receiver { from, connection: Some(connection) }) =
                    self.nodes[other].pg.receiver
                else {
                    continue;
                };
                if from != index {
                    continue;
                }
                if self.both_ways(index, other) {
                    let slow = self.nodes[other].slow;
                    let delay = self.rng.range(MS / 2, 5 * MS + slow);
                    self.after(delay, Happening::Wal { from, to: other, connection, end });
                } else {
                    self.after(3 * S, Happening::Disconnect(other, connection));
                }
            }
            self.acknowledge(index);
        }
    }

    fn acknowledge(&mut self, index: usize) {
        if !self.serving(index) {
            return;
        }
        let pg = &self.nodes[index].pg;
        let Loaded::Rule(rule) = &pg.loaded else { return };
        let end = if rule.number == 0 {
            pg.lsn
        } else {
            let mut confirmed: Vec<u64> =
                rule.names.iter().map(|name| pg.confirmed[self.name_index(name)]).collect();
            confirmed.sort_unstable_by(|one, other| other.cmp(one));
            confirmed.get(rule.number - 1).copied().unwrap_or(0)
        };
        if end > pg.acked {
            let promised = rule.number > 0;
            self.nodes[index].pg.acked = end;
            self.acknowledged(index, end, promised);
        }
    }

    pub fn rejoin(&mut self, index: usize, with: &InstanceName) {
        let with = self.name_index(with);
        if self.removed == Some(Protection::RejoinFirst) {
            self.start(index, Role::Primary);
        } else if self.nodes[with].pg.process == Process::Primary && self.both_ways(index, with) {
            self.become_replica_of(index, with);
        }
    }

    fn become_replica_of(&mut self, index: usize, with: usize) {
        let pg = &mut self.nodes[index].pg;
        pg.process = Process::Rejoining;
        pg.receiver = None;
        pg.life += 1;
        let life = pg.life;
        let span = self.rng.range(100 * MS, 2 * S);
        self.after(span, Happening::Rejoined(index, life, with));
        self.look_soon(index);
    }

    pub fn rejoined(&mut self, index: usize, life: u64, with: usize) {
        let primary = &self.nodes[with].pg;
        let (end, up) = (primary.end(), primary.process == Process::Primary);
        let linked = self.both_ways(index, with);
        let pg = &mut self.nodes[index].pg;
        if pg.life != life || pg.process != Process::Rejoining {
            return;
        }
        pg.process = Process::Down;
        pg.clean = false;
        pg.life += 1;
        if up && linked {
            trace!(self, "{} has rejoined at {end:?}", self.names[index]);
            let pg = &mut self.nodes[index].pg;
            // A clean directory on the common history keeps its own, shorter log.
            if !self.timelines.contains(end, pg.end()) {
                (pg.timeline, pg.lsn) = end;
            }
            pg.data = Data::Standby;
        }
        self.look_soon(index);
    }

    pub fn labelled(&mut self, index: usize, label: Label) {
        trace!(self, "label of {}: {label:?}", self.names[index]);
        self.api.now.labels[index] = label;
    }
}
