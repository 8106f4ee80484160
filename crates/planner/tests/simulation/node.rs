//! A pod: its manager, what the kubelet does with it, and what freezes.

use planner::leadership::instance::{
    Bounds, Data, Effect, Event, Identity, Member, Memory, sentinel_kills,
};
use planner::leadership::operator::Restart;
use planner::leadership::records::{Session, Version};
use planner::leadership::sync_names::Loaded;

use crate::postgres::{Postgres, Process};
use crate::protections::Protection;
use crate::rng::Rng;
use crate::world::{Happening, MS, S, World, trace};

pub struct Node {
    pub session: Session,
    pub pod: u64,
    pub container: u64,
    pub restarts: u64,
    pub life: u64,
    pub member: Option<Member>,
    /// Thousandths of true time.
    pub clock_rate: u64,
    pub clock_offset: u64,
    pub frozen_until: u64,
    pub pg_frozen_until: u64,
    pub thawed_at: u64,
    pub watch_delay: u64,
    /// How much longer WAL takes to it at most.
    pub slow: u64,
    pub pg: Postgres,
    pub memory: Memory,
    /// The calls under way, one for each slot.
    pub calls: [u64; 4],
    wake: u64,
    pub names_read: bool,
    pub names_in_doubt: Option<Version>,

    /// Dead until everything is healed.
    pub gone: bool,
    /// Its pod is being deleted: no container of it is started again.
    pub deleting: bool,
}

impl Node {
    pub fn new(index: usize, instances: usize, rng: &mut Rng) -> Self {
        Self {
            session: Session { pod_uid: "".into(), container_id: "".into() },
            pod: 1,
            container: 0,
            restarts: 0,
            life: 0,
            member: None,
            clock_rate: rng.range(900, 1101),
            clock_offset: rng.range(0, 1000) * S,
            frozen_until: 0,
            pg_frozen_until: 0,
            thawed_at: 0,
            watch_delay: 0,
            slow: if rng.percent(40) { rng.range(5 * MS, 1500 * MS) } else { 0 },
            pg: Postgres {
                timeline: 1,
                lsn: 10,
                data: if index == 0 { Data::Primary } else { Data::Standby },
                process: Process::Down,
                life: 0,
                clean: index == 0,
                stopping: None,
                open: false,
                receiver: None,
                loaded: Loaded::Blocking,
                loaded_at: 0,
                confirmed: vec![0; instances],
                acked: 0,
                era: 0,
            },
            memory: Memory::default(),
            calls: [0; 4],
            wake: 0,
            names_read: false,
            names_in_doubt: None,
            gone: false,
            deleting: false,
        }
    }
}

impl World {
    pub fn alive(&self, index: usize, life: u64) -> bool {
        self.nodes[index].life == life && self.nodes[index].member.is_some()
    }

    pub fn tick(&mut self, index: usize, life: u64) {
        if !self.alive(index, life) {
            return;
        }
        self.after(400 * MS, Happening::Tick(index, life));
        if self.reaches(self.api_server(), index) && self.api.down_until <= self.now {
            self.watch(index); // a broken watch is set up again
        }
        self.look(index, life);
        self.names_work(index);
    }

    /// Sends the present lease and status to one instance.
    pub fn watch(&mut self, index: usize) {
        let Node { life, watch_delay, .. } = self.nodes[index];
        let delay = self.rng.range(MS, 15 * MS) + watch_delay;
        let lease = self.lease_for(index, self.api.now.lease.clone());
        let cluster = self.api.now.cluster.clone();
        for event in [Event::SawLease(lease), Event::SawCluster(cluster)] {
            self.after(delay, Happening::Tell(index, life, Box::new(event)));
        }
        let fenced = Event::Fenced(self.api.fenced[index]);
        self.after(delay, Happening::Tell(index, life, Box::new(fenced)));
    }

    pub fn watch_all(&mut self) {
        let api = self.api_server();
        for index in 0..self.nodes.len() {
            if self.reaches(api, index) && self.nodes[index].member.is_some() {
                self.watch(index);
            }
        }
    }

    /// Tells the manager how its server is.
    pub fn look(&mut self, index: usize, life: u64) {
        if !self.alive(index, life) {
            return;
        }
        if self.nodes[index].frozen_until > self.now {
            let late = self.nodes[index].frozen_until - self.now + 1;
            self.after(late, Happening::Look(index, life)); // it will see what is then
            return;
        }
        let streaming = |other: &usize| {
            let receiver = self.nodes[*other].pg.receiver;
            receiver.is_some_and(|one| one.from == index && one.connection.is_some())
        };
        let streaming = (0..self.nodes.len()).filter(streaming).collect();
        let pg = &self.nodes[index].pg;
        let event = Event::Server(pg.server(&self.names, streaming), pg.data);
        self.tell(index, life, event);
    }

    pub fn look_soon(&mut self, index: usize) {
        let life = self.nodes[index].life;
        self.after(1, Happening::Look(index, life));
    }

    pub fn wake(&mut self, index: usize, life: u64, serial: u64) {
        if self.alive(index, life) && self.nodes[index].wake == serial {
            self.tell(index, life, Event::Tick);
        }
    }

    pub fn tell(&mut self, index: usize, life: u64, event: Event) {
        if !self.alive(index, life) {
            return;
        }
        let frozen = self.nodes[index].frozen_until;
        if frozen > self.now {
            let late = frozen - self.now + 1;
            self.after(late, Happening::Tell(index, life, Box::new(event)));
            return;
        }
        let now = self.local(index);
        let member = self.nodes[index].member.as_mut().expect("it is alive");
        let effects = member.on(event, now);
        let wake = member.wake_at();
        for effect in effects {
            self.perform(index, effect);
        }
        if let Some(wake) = wake {
            let at = self.true_time(index, wake);
            if at != self.nodes[index].wake && at > self.now {
                self.nodes[index].wake = at;
                self.after(at - self.now, Happening::Wake(index, life, at));
            }
        }
    }

    fn perform(&mut self, index: usize, effect: Effect) {
        let life = self.nodes[index].life;
        if !matches!(effect, Effect::WriteLease(_) | Effect::ReadLabel | Effect::ReadLease) {
            trace!(self, "{}: {effect:?}", self.names[index]);
        }
        match effect {
            Effect::ReadLease
            | Effect::WriteLease(_)
            | Effect::ReadCluster
            | Effect::WriteCurrent { .. }
            | Effect::ReadLabel => self.ask_api(index, effect),
            Effect::Remember(memory) => self.nodes[index].memory = memory,
            Effect::Ask { round, peers } => self.ask_peers(index, round, &peers),
            Effect::Answer { round, to, promised } => self.answer(index, round, &to, promised),
            Effect::Start(role) => self.start(index, role),
            Effect::OpenToClients => {
                self.opens(index);
                self.nodes[index].pg.open = true;
                self.look_soon(index);
            }
            Effect::Promote => self.promote(index),
            Effect::Stop(mode, why) => self.stop(index, mode, why),
            Effect::EndReceiver => {
                self.nodes[index].pg.receiver = None;
                self.look_soon(index);
            }
            Effect::Receive { from } => self.receive(index, &from),
            Effect::Rejoin { with } => self.rejoin(index, &with),
            Effect::Exit => self.after(MS, Happening::ContainerDies(index, life)),
        }
    }

    pub fn container_starts(&mut self, index: usize, life: u64) {
        let node = &mut self.nodes[index];
        if node.life != life || node.member.is_some() || node.gone {
            return;
        }
        node.life += 1;
        node.container += 1;
        node.wake = 0;
        node.names_read = false;
        node.calls = [0; 4];
        node.session = Session {
            pod_uid: format!("{index}.{}", node.pod).as_str().into(),
            container_id: format!("{index}.{}.{}", node.pod, node.container).as_str().into(),
        };
        if self.removed == Some(Protection::RememberedEnd) {
            node.memory = Memory::default();
        }
        let me = Identity { name: self.names[index].clone(), session: node.session.clone() };
        let mut bounds =
            Bounds { switchover_delay: std::time::Duration::from_secs(8), ..Bounds::default() };
        if self.removed == Some(Protection::PatientChallenger) {
            bounds.terms.lease = std::time::Duration::from_secs(3);
        }
        node.member = Some(Member::new(me, bounds, node.memory.clone(), node.pg.data));
        let life = node.life;
        trace!(self, "{}: container {:?} starts", self.names[index], self.nodes[index].session);
        let back = self.api.dead.iter_mut().filter(|(owner, ..)| *owner == index);
        back.for_each(|(_, _, restart)| *restart = Restart::Done);
        if self.nodes[index].watch_delay > 0 {
            let old = Event::SawCluster(self.api.before.cluster.clone()); // by a stale list
            self.after(1, Happening::Tell(index, life, Box::new(old)));
        }
        let phase = self.rng.range(0, 400 * MS);
        self.after(1, Happening::Look(index, life));
        self.after(phase, Happening::Tick(index, life));
        if self.reaches(self.api_server(), index) {
            self.watch(index);
        }
    }

    /// PID 1 has gone, and all others with it.
    pub fn container_dies(&mut self, index: usize, life: u64) {
        if !self.alive(index, life) {
            return;
        }
        trace!(self, "{}: container dies", self.names[index]);
        self.end_server(index, false);
        let Node { pod, container, .. } = self.nodes[index];
        self.nodes[index].member = None;
        self.after(700 * MS, Happening::KubeletReports(index, pod, container));
        if self.nodes[index].gone {
            return;
        }
        if self.nodes[index].deleting {
            self.after(500 * MS, Happening::Replaced(index, life));
            return;
        }
        self.nodes[index].restarts += 1;
        let restart = if self.nodes[index].restarts == 1 { 850 * MS } else { 11 * S };
        self.after(restart, Happening::ContainerStarts(index, life));
    }

    /// The pod's status says that a container has terminated, when its node reaches the API server.
    pub fn kubelet_reports(&mut self, index: usize, pod: u64, container: u64) {
        if !self.reaches(index, self.api_server()) || self.api.down_until > self.now {
            self.after(S, Happening::KubeletReports(index, pod, container));
            return;
        }
        let node = &self.nodes[index];
        if node.pod != pod {
            return; // its object has gone: nobody will ever see the container terminate
        }
        let session = Session {
            pod_uid: format!("{index}.{pod}").as_str().into(),
            container_id: format!("{index}.{pod}.{container}").as_str().into(),
        };
        let restart = match (node.container > container, node.restarts) {
            (true, _) => Restart::Done,
            (false, 0 | 1) if !node.gone => Restart::Soon,
            (false, _) => Restart::Late,
        };
        self.api.dead.push((index, session, restart));
    }

    /// The second process: it runs while the manager is frozen alone.
    pub fn sentinel(&mut self, index: usize, life: u64) {
        let node = &self.nodes[index];
        if !self.alive(index, life) || node.frozen_until <= self.now {
            return;
        }
        self.after(50 * MS, Happening::Sentinel(index, life));
        let until = self.nodes[index].member.as_ref().expect("it is alive").entitled_until();
        let primary = matches!(
            self.nodes[index].pg.process,
            Process::Primary
                | Process::Promoting
                | Process::Starting(planner::leadership::instance::Role::Primary)
        );
        if primary
            && self.removed != Some(Protection::Sentinel)
            && sentinel_kills(until, self.local(index))
        {
            trace!(self, "{}: the sentinel ends the server", self.names[index]);
            self.end_server(index, false);
        }
    }
}
