//! The world: a queue of happenings, who may reach whom, and the clocks.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use planner::leadership::candidate::Durability;
use planner::leadership::clock::BootTime;
use planner::leadership::instance::{Data, Event};
use planner::leadership::operator::Label;
use planner::leadership::records::{
    ClusterRecord, InstanceName, LeaseRecord, Stamp, Target, Version,
};
use planner::leadership::sync_names::Loaded;

use crate::api_server::{Api, Request, Response, Snapshot};
use crate::calls::Slot;
use crate::checks::Checks;
use crate::faults::Fault;
use crate::node::Node;
use crate::operator::{Operator, Step as OperatorStep};
use crate::postgres::{Receiver, Timelines};
use crate::protections::Protection;
use crate::rng::Rng;
use crate::scripts::Script;

pub const MS: u64 = 1_000;
pub const S: u64 = 1_000_000;

/// What the commits of a world wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commits {
    Async,
    /// For so many, always.
    Required(usize),
    /// For as many as there are, at most this.
    Preferred(usize),
}

/// Something that happens at its time; the numbers after an instance say which life it is meant
/// for.
#[derive(Debug, Clone)]
pub enum Happening {
    Tick(usize, u64),
    Tell(usize, u64, Box<Event>),
    Look(usize, u64),
    Wake(usize, u64, u64),
    Arrive(usize, u64, Slot, u64, Box<Request>),
    Reply(usize, u64, Slot, u64, Box<Response>),
    Timeout(usize, u64, Slot, u64),
    Loaded(usize, u64, Box<Loaded>),
    Started(usize, u64),
    Stopped(usize, u64, bool),
    Promoted(usize, u64),
    Rejoined(usize, u64, usize),
    Connect(usize, u64, usize),
    Disconnect(usize, u64),
    Wal { from: usize, to: usize, connection: u64, end: (u32, u64) },
    Confirm { from: usize, to: usize, life: u64, end: (u32, u64) },
    Write,
    Operator(u64, Box<OperatorStep>),
    ContainerStarts(usize, u64),
    ContainerDies(usize, u64),
    KubeletReports(usize, u64, u64),
    Replaced(usize, u64),
    Sentinel(usize, u64),
    Fault(Fault),
    Heal,
    AgeSnapshot,
}

#[derive(Debug)]
struct Entry(u64, u64, Happening);

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (self.0, self.1) == (other.0, other.1)
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0, self.1).cmp(&(other.0, other.1))
    }
}

pub struct World {
    pub now: u64,
    pub rng: Rng,
    queue: BinaryHeap<Reverse<Entry>>,
    sequence: u64,
    pub names: Vec<InstanceName>,
    pub nodes: Vec<Node>,
    pub api: Api,
    pub operator: Operator,
    pub timelines: Timelines,
    pub commits: Commits,
    pub checks: Checks,
    pub removed: Option<Protection>,
    /// Until when a message from one to another is lost; instances, then API server and operator.
    pub blocked: Vec<Vec<u64>>,
    pub ids: u64,
    pub eras: u64,
    pub healed: bool,
    pub write_every: u64,
    pub trace: Option<Vec<String>>,
}

/// Writes a line when this run is traced.
macro_rules! trace {
    ($world:expr, $($words:tt)*) => {
        if $world.trace.is_some() {
            let line = format!("{:9.3}s {}", $world.now as f64 / 1e6, format!($($words)*));
            $world.trace.get_or_insert_default().push(line);
        }
    };
}
pub(crate) use trace;

impl World {
    pub fn new(seed: u64, removed: Option<Protection>, traced: bool) -> Self {
        let mut rng = Rng::new(seed);
        let instances = [2, 3, 3, 3, 3, 4, 5][rng.index(7)];
        let most = instances as u64 - 1;
        let commits = match rng.range(0, 10) {
            0..4 => Commits::Required(1),
            4 => Commits::Required(rng.range(1, most + 1) as usize),
            5..7 => Commits::Preferred(rng.range(1, most + 1) as usize),
            _ => Commits::Async,
        };
        let script = Script::of(seed);
        let instances = if script.is_some() { 3 } else { instances };
        let commits = script.map_or(commits, Script::commits);
        let names: Vec<InstanceName> =
            (0..instances).map(|index| format!("pg-{}", index + 1).as_str().into()).collect();
        let nodes = (0..instances).map(|index| Node::new(index, instances, &mut rng)).collect();
        let snapshot = Snapshot {
            lease: LeaseRecord {
                version: Version(1),
                holder: None,
                electors: None,
                hand_over: None,
                transitions: 0,
                renewed: 0,
            },
            cluster: ClusterRecord {
                version: Version(2),
                target: Target::Instance(names[0].clone()),
                stamp: Stamp(1),
                election: None,
                current: Some(names[0].clone()),
                instances: names.iter().cloned().collect(),
            },
            failing_since: None,
            quorum: None,
            labels: (0..instances)
                .map(|index| if index == 0 { Label::Primary } else { Label::Replica })
                .collect(),
        };
        let mut api = Api::new(snapshot, instances);
        api.conditional = removed != Some(Protection::ConditionalWrites);
        let mut world = Self {
            now: 0,
            write_every: rng.range(40, 250) * MS,
            rng,
            queue: BinaryHeap::new(),
            sequence: 0,
            nodes,
            api,
            operator: Operator::default(),
            timelines: Timelines::new(),
            commits,
            checks: Checks::default(),
            removed,
            blocked: vec![vec![0; instances + 2]; instances + 2],
            ids: 0,
            eras: 0,
            healed: false,
            names,
            trace: traced.then(Vec::new),
        };
        trace!(world, "{instances} instances, commits: {commits:?}, staged: {script:?}");
        if script == Some(Script::Stranger) {
            world.nodes[2].gone = true;
            let name = world.names[2].clone();
            world.api.now.cluster.instances.remove(&name);
        }
        for index in 0..instances {
            world.after(index as u64 * MS, Happening::ContainerStarts(index, 0));
        }
        world.after(20 * MS, Happening::Write);
        world.after(30 * MS, Happening::Operator(0, Box::new(OperatorStep::Begin)));
        world.after(10 * S, Happening::AgeSnapshot);
        world
    }

    pub fn after(&mut self, span: u64, happening: Happening) {
        self.sequence += 1;
        self.queue.push(Reverse(Entry(self.now + span, self.sequence, happening)));
    }

    pub fn id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    pub fn api_server(&self) -> usize {
        self.nodes.len()
    }

    pub fn operator(&self) -> usize {
        self.nodes.len() + 1
    }

    pub fn reaches(&self, from: usize, to: usize) -> bool {
        self.blocked[from][to] <= self.now
    }

    pub fn both_ways(&self, one: usize, other: usize) -> bool {
        self.reaches(one, other) && self.reaches(other, one)
    }

    /// How long a message takes: mostly a few milliseconds, sometimes seconds.
    pub fn delay(&mut self) -> u64 {
        if !self.healed && self.rng.percent(2) {
            self.rng.range(50 * MS, 3 * S)
        } else {
            self.rng.range(MS / 2, 8 * MS)
        }
    }

    pub fn local(&self, index: usize) -> BootTime {
        let node = &self.nodes[index];
        let micros = node.clock_offset + (self.now as u128 * node.clock_rate as u128 / 1000) as u64;
        BootTime(Duration::from_micros(micros))
    }

    /// The true moment at which the clock of an instance shows that time.
    pub fn true_time(&self, index: usize, time: BootTime) -> u64 {
        let node = &self.nodes[index];
        let micros = (time.0.as_micros() as u64).saturating_sub(node.clock_offset);
        (micros as u128 * 1000).div_ceil(node.clock_rate as u128) as u64
    }

    pub fn durability(&self) -> Durability {
        match self.commits {
            Commits::Async => Durability::Async,
            Commits::Required(_) | Commits::Preferred(_) => {
                Durability::Sync(self.api.now.quorum.clone())
            }
        }
    }

    pub fn name_index(&self, name: &InstanceName) -> usize {
        self.names.iter().position(|one| one == name).expect("only known names")
    }

    /// Runs until `end`, or to the first violation.
    pub fn run(&mut self, end: u64) {
        while self.queue.peek().is_some_and(|next| next.0.0 <= end) {
            if self.checks.violation.is_some() {
                return;
            }
            let Reverse(Entry(at, _, happening)) = self.queue.pop().expect("it was seen");
            self.now = at;
            self.checks.events += 1;
            self.happen(happening);
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Tick(index, life) => self.tick(index, life),
            Happening::Tell(index, life, event) => self.tell(index, life, *event),
            Happening::Look(index, life) => self.look(index, life),
            Happening::Wake(index, life, serial) => self.wake(index, life, serial),
            Happening::Arrive(index, life, slot, id, request) => {
                self.arrive(index, life, slot, id, *request);
            }
            Happening::Reply(index, life, slot, id, response) => {
                self.reply(index, life, slot, id, *response);
            }
            Happening::Timeout(index, life, slot, id) => self.timeout(index, life, slot, id),
            Happening::Loaded(index, life, loaded) => self.loaded(index, life, *loaded),
            Happening::Started(index, life) => self.started(index, life),
            Happening::Stopped(index, life, clean) => self.stopped(index, life, clean),
            Happening::Promoted(index, life) => self.promoted(index, life),
            Happening::Rejoined(index, life, with) => self.rejoined(index, life, with),
            Happening::Connect(index, life, from) => self.connect(index, life, from),
            Happening::Disconnect(index, connection) => self.disconnect(index, connection),
            Happening::Wal { from, to, connection, end } => self.wal(from, to, connection, end),
            Happening::Confirm { from, to, life, end } => self.confirm(from, to, life, end),
            Happening::Write => self.write(),
            Happening::Operator(life, step) => self.operator_step(life, *step),
            Happening::ContainerStarts(index, life) => self.container_starts(index, life),
            Happening::ContainerDies(index, life) => self.container_dies(index, life),
            Happening::KubeletReports(index, pod, container) => {
                self.kubelet_reports(index, pod, container);
            }
            Happening::Replaced(index, life) => self.replaced(index, life),
            Happening::Sentinel(index, life) => self.sentinel(index, life),
            Happening::Fault(fault) => self.fault(fault),
            Happening::Heal => self.heal(),
            Happening::AgeSnapshot => {
                self.api.before = self.api.now.clone();
                self.after(8 * S, Happening::AgeSnapshot);
            }
        }
    }

    /// Serves, with all others behind it: what every run must come to.
    pub fn converged(&self) -> Result<(), String> {
        let cluster = &self.api.now.cluster;
        if !cluster.settled() {
            return Err(format!("target {:?}, current {:?}", cluster.target, cluster.current));
        }
        let leader = self.name_index(cluster.current.as_ref().expect("it is settled"));
        if !self.serving(leader) || self.checks.last_ack.1 + 3 * S < self.now {
            return Err(format!("{} acknowledges nothing", self.names[leader]));
        }
        for (index, node) in self.nodes.iter().enumerate() {
            let leads = index == leader;
            if (self.api.now.labels[index] == Label::Primary) != leads {
                return Err(format!("label of {}", self.names[index]));
            }
            let streams = matches!(node.pg.receiver,
                Some(Receiver { from, connection: Some(_) }) if from == leader);
            if !leads && (!streams || node.pg.data != Data::Standby || !node.pg.open) {
                return Err(format!("{} does not follow", self.names[index]));
            }
        }
        if self.commits != Commits::Async {
            let wanted = self.wanted(leader);
            if self.nodes[leader].pg.loaded != Loaded::Rule(wanted.clone())
                || self.api.now.quorum.as_ref().is_none_or(|record| record.rule != wanted)
            {
                return Err("sync names are not as wanted".to_owned());
            }
        }
        Ok(())
    }
}
