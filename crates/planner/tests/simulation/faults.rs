//! What goes wrong, and how it ends.

use planner::leadership::instance::Event;
use planner::leadership::records::Target;

use crate::world::{Happening, MS, S, World, trace};

/// A fault, with the instance it is about and how long it lasts.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    ServerCrashes(usize),
    ContainerDies(usize),
    /// Dead until everything is healed.
    Gone(usize),
    ForceDeleted(usize),
    Terminated(usize),
    PodFreezes(usize, u64),
    ManagerFreezes(usize, u64),
    ServerFreezes(usize, u64),
    ApiAway(u64),
    CutFromApi(usize, u64),
    /// Nothing arrives from it any more, or nothing at it.
    OneWay(usize, usize, u64),
    Cut(usize, usize, u64),
    Isolated(usize, u64),
    StaleWatch(usize, u64),
    OperatorDies,
    ClockJumps(u64),
    Switchover(usize),
    NamesChange(u64),
    Fence(usize, u64),
    Unfence(usize),
    /// A new instance, cloned from the primary.
    Joins(usize),
}

const KINDS: u64 = 25;

impl World {
    /// Decides at the start what goes wrong and when, up to `until`.
    pub fn plan_faults(&mut self, until: u64) {
        let count = self.rng.range(2, 14);
        let quiet = 6 * S;
        // A few kinds that come again and again find what all kinds together rarely do.
        let theme: Vec<u64> = (0..4).map(|_| self.rng.range(0, KINDS)).collect();
        for _ in 0..count {
            let at = self.rng.range(quiet, until);
            let fault = self.any_fault(&theme);
            self.after(at, Happening::Fault(fault));
            // What comes close together is what is hard.
            if self.rng.percent(50) {
                let soon = at + self.rng.range(1, 3 * S);
                let fault = self.any_fault(&theme);
                self.after(soon.min(until), Happening::Fault(fault));
            }
        }
        self.after(until, Happening::Heal);
    }

    fn any_fault(&mut self, theme: &[u64]) -> Fault {
        // The first one leads at the beginning: let it have more than its share.
        let nodes = self.nodes.len();
        let one = if self.rng.percent(35) { 0 } else { self.rng.index(nodes) };
        let other = (one + 1 + self.rng.index(nodes + 1)) % (nodes + 2);
        let span = if self.rng.percent(60) {
            self.rng.range(S, 12 * S)
        } else {
            self.rng.range(12 * S, 40 * S)
        };
        let kind = if self.rng.percent(70) {
            theme[self.rng.index(theme.len())]
        } else {
            self.rng.range(0, KINDS)
        };
        match kind {
            0 => Fault::ServerCrashes(one),
            1 | 2 => Fault::ContainerDies(one),
            3 => Fault::Gone(one),
            4 => Fault::ForceDeleted(one),
            5 => Fault::Terminated(one),
            6 | 7 => Fault::PodFreezes(one, span),
            8 => Fault::ManagerFreezes(one, span),
            9 => Fault::ServerFreezes(one, span),
            10 => Fault::ApiAway(span),
            11 | 12 => Fault::CutFromApi(one, span),
            13 => Fault::OneWay(one, other, span),
            14 => Fault::Cut(one, other, span),
            15 | 16 => Fault::Isolated(one, span),
            17 | 18 => Fault::StaleWatch(one, span),
            19 => Fault::OperatorDies,
            20 => Fault::ClockJumps(span),
            21 | 22 => Fault::Switchover(one),
            23 => Fault::NamesChange(self.rng.next()),
            _ => Fault::Fence(one, span),
        }
    }

    fn block(&mut self, from: usize, to: usize, span: u64) {
        let until = self.now + span;
        self.blocked[from][to] = self.blocked[from][to].max(until);
    }

    fn cut(&mut self, one: usize, other: usize, span: u64) {
        self.block(one, other, span);
        self.block(other, one, span);
    }

    pub fn fault(&mut self, fault: Fault) {
        if self.healed {
            return;
        }
        trace!(self, "FAULT {fault:?}");
        let api = self.api_server();
        match fault {
            Fault::ServerCrashes(one) => self.end_server(one, false),
            Fault::ContainerDies(one) => self.container_dies(one, self.nodes[one].life),
            Fault::Gone(one) => {
                self.nodes[one].gone = true;
                self.container_dies(one, self.nodes[one].life);
            }
            Fault::ForceDeleted(one) => self.force_delete(one),
            Fault::Terminated(one) => {
                let life = self.nodes[one].life;
                self.nodes[one].deleting = true;
                self.after(1, Happening::Tell(one, life, Box::new(Event::Terminate)));
                self.after(20 * S, Happening::ContainerDies(one, life));
            }
            Fault::PodFreezes(one, span) => {
                self.freeze_manager(one, span);
                self.freeze_server(one, span);
            }
            Fault::ManagerFreezes(one, span) => {
                self.freeze_manager(one, span);
                let life = self.nodes[one].life;
                self.after(50 * MS, Happening::Sentinel(one, life));
            }
            Fault::ServerFreezes(one, span) => self.freeze_server(one, span),
            Fault::ApiAway(span) => self.api.down_until = self.now + span,
            Fault::CutFromApi(one, span) => self.cut(one, api, span),
            Fault::OneWay(one, other, span) => self.block(one, other, span),
            Fault::Cut(one, other, span) => self.cut(one, other, span),
            Fault::Isolated(one, span) => {
                for other in (0..self.blocked.len()).filter(|other| *other != one) {
                    self.cut(one, other, span);
                }
            }
            Fault::StaleWatch(one, span) => self.nodes[one].watch_delay = span,
            Fault::OperatorDies => self.operator_dies(),
            Fault::ClockJumps(span) => {
                // Forward by hours, or back to where it should be.
                self.operator.wall_ahead = (self.operator.wall_ahead == 0) as u64 * span * 1000;
            }
            Fault::Switchover(one) => self.switch_over(one),
            Fault::NamesChange(names) => self.api.spec_names = names,
            Fault::Fence(one, span) => {
                self.api.fenced[one] = true;
                self.watch_all();
                self.after(span, Happening::Fault(Fault::Unfence(one)));
            }
            Fault::Joins(one) => self.joins(one),
            Fault::Unfence(one) => {
                self.api.fenced[one] = false;
                self.watch_all();
            }
        }
    }

    fn freeze_manager(&mut self, one: usize, span: u64) {
        let node = &mut self.nodes[one];
        node.frozen_until = node.frozen_until.max(self.now + span);
    }

    fn freeze_server(&mut self, one: usize, span: u64) {
        let node = &mut self.nodes[one];
        node.pg_frozen_until = node.pg_frozen_until.max(self.now + span);
        if node.frozen_until >= node.pg_frozen_until {
            node.thawed_at = node.frozen_until;
        }
    }

    fn joins(&mut self, one: usize) {
        let name = self.names[one].clone();
        let version = self.api.now.cluster.version;
        let written = self.api.write_cluster(version, |status| {
            status.instances.insert(name);
        });
        assert!(written.is_some(), "it has the newest version");
        let source = self.nodes.iter().max_by_key(|node| node.pg.era).map(|node| node.pg.end());
        let node = &mut self.nodes[one];
        (node.pg.timeline, node.pg.lsn) = source.expect("there are instances");
        node.gone = false;
        let life = node.life;
        self.after(1, Happening::ContainerStarts(one, life));
        self.watch_all();
    }

    /// SIGTERM, two seconds, SIGKILL; nobody sees the container terminate.
    fn force_delete(&mut self, one: usize) {
        let life = self.nodes[one].life;
        self.nodes[one].deleting = true;
        self.after(1, Happening::Tell(one, life, Box::new(Event::Terminate)));
        self.after(2 * S, Happening::Replaced(one, life));
    }

    /// A pod of the same name on the same directory, after the old one's processes are gone.
    pub fn replaced(&mut self, one: usize, life: u64) {
        if self.nodes[one].life != life || !self.nodes[one].deleting {
            return;
        }
        trace!(self, "{}: another pod", self.names[one]);
        self.end_server(one, false);
        let node = &mut self.nodes[one];
        node.deleting = false;
        node.member = None;
        node.pod += 1;
        node.container = 0;
        node.restarts = 0;
        let span = self.rng.range(500 * MS, 4 * S);
        self.after(span, Happening::ContainerStarts(one, life));
    }

    /// A person writes the target, knowing nothing.
    fn switch_over(&mut self, one: usize) {
        if self.api.down_until > self.now || !self.api.now.cluster.settled() {
            return;
        }
        let (version, stamp) = (self.api.now.cluster.version, self.stamp());
        let target = Target::Instance(self.names[one].clone());
        let written = self.api.write_cluster(version, |status| {
            status.target = target;
            status.stamp = stamp;
        });
        assert!(written.is_some(), "it has the newest version");
        self.watch_all();
    }

    pub fn heal(&mut self) {
        trace!(self, "everything is healed");
        self.healed = true;
        self.blocked.iter_mut().flatten().for_each(|until| *until = 0);
        self.api.down_until = 0;
        self.api.fenced.fill(false);
        for index in 0..self.nodes.len() {
            let node = &mut self.nodes[index];
            let (now, life) = (self.now, node.life);
            node.watch_delay = 0;
            node.frozen_until = node.frozen_until.min(now + S);
            if node.pg_frozen_until > now + S {
                node.pg_frozen_until = now + S;
                if node.thawed_at > now {
                    node.thawed_at = now + S;
                }
            }
            if std::mem::take(&mut node.gone) && node.member.is_none() {
                self.after(2 * S, Happening::ContainerStarts(index, life));
            }
        }
        self.watch_all();
    }
}
