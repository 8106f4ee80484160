//! The operator: passes of status requests, live reads, one decision and at most one write.

use std::time::Duration;

use planner::leadership::candidate::{Durability, Node as NodeState};
use planner::leadership::clock::lasted;
use planner::leadership::operator::{
    InstanceSeen, Label, Policy, Proof, Proven, Receiver, Report, Restart, Seen, Standing, Verdict,
    decide,
};
use planner::leadership::records::{Election, Stamp, Target, Version};

use crate::api_server::Snapshot;
use crate::protections::Protection;
use crate::world::{Happening, MS, S, World, trace};

/// Where a pass is; each part happens at its own time.
#[derive(Debug, Clone)]
pub enum Step {
    Begin,
    /// Instance, pass.
    StatusAt(usize, u64),
    StatusBack(usize, u64, Report),
    ReadFirst(u64),
    ReadSecond(u64),
    Write(Verdict),
}

/// What a running operator has in its memory; all of it may be lost at any time.
#[derive(Default)]
pub struct Operator {
    pub life: u64,
    /// Its wall clock runs ahead by so much.
    pub wall_ahead: u64,
    pass: u64,
    reading: bool,
    reports: Vec<Option<Report>>,
    first: Option<Snapshot>,
    target_seen: (Stamp, u64),
    failing_seen: (Option<u64>, u64),
    lease_seen: (Version, u64),
}

fn micros(span: u64) -> Duration {
    Duration::from_micros(span)
}

pub fn policy() -> Policy {
    Policy {
        failover_delay: Duration::ZERO,
        isolation: Duration::from_secs(20),
        report_wait: Duration::from_secs(4),
        restart_wait: Duration::from_secs(3),
        take_over: Duration::from_secs(25),
    }
}

impl World {
    pub fn wall(&self) -> u64 {
        self.now + self.operator.wall_ahead
    }

    fn again(&mut self, span: u64) {
        let life = self.operator.life;
        self.after(span, Happening::Operator(life, Box::new(Step::Begin)));
    }

    fn step_after(&mut self, span: u64, step: Step) {
        let life = self.operator.life;
        self.after(span, Happening::Operator(life, Box::new(step)));
    }

    pub fn operator_dies(&mut self) {
        trace!(self, "operator: dies");
        let (life, wall_ahead) = (self.operator.life + 1, self.operator.wall_ahead);
        self.operator = Operator { life, wall_ahead, ..Operator::default() };
        let span = self.rng.range(200 * MS, 4 * S);
        self.again(span);
    }

    pub fn operator_step(&mut self, life: u64, step: Step) {
        if self.operator.life != life {
            return;
        }
        match step {
            Step::Begin => self.pass_begins(),
            Step::StatusAt(index, pass) => self.status_at(index, pass),
            Step::StatusBack(index, pass, report) => {
                if self.operator.pass == pass && !self.operator.reading {
                    self.operator.reports[index] = Some(report);
                    if self.operator.reports.iter().all(Option::is_some) {
                        self.read_first(pass);
                    }
                }
            }
            Step::ReadFirst(pass) => self.read_first(pass),
            Step::ReadSecond(pass) => self.read_second(pass),
            Step::Write(verdict) => self.operator_writes(verdict),
        }
    }

    fn pass_begins(&mut self) {
        self.operator.pass += 1;
        self.operator.reading = false;
        self.operator.reports = vec![None; self.nodes.len()];
        let pass = self.operator.pass;
        for index in 0..self.nodes.len() {
            if self.reaches(self.operator(), index) {
                let delay = self.rng.range(MS / 2, 10 * MS);
                self.step_after(delay, Step::StatusAt(index, pass));
            }
        }
        self.step_after(S, Step::ReadFirst(pass));
    }

    fn status_at(&mut self, index: usize, pass: u64) {
        let node = &self.nodes[index];
        let answers = node.frozen_until <= self.now && self.reaches(index, self.operator());
        let Some(member) = node.member.as_ref().filter(|_| answers) else { return };
        let report = member.report(self.local(index));
        let delay = self.rng.range(MS / 2, 10 * MS);
        self.step_after(delay, Step::StatusBack(index, pass, report));
    }

    fn reads_api(&self) -> bool {
        self.both_ways(self.operator(), self.api_server()) && self.api.down_until <= self.now
    }

    fn snapshot(&self) -> Snapshot {
        if self.removed == Some(Protection::LiveReads) {
            self.api.before.clone()
        } else {
            self.api.now.clone()
        }
    }

    fn read_first(&mut self, pass: u64) {
        if self.operator.pass != pass || self.operator.reading {
            return;
        }
        if !self.reads_api() {
            return self.again(S);
        }
        self.operator.reading = true;
        self.operator.first = Some(self.snapshot());
        let span = self.rng.range(MS, 20 * MS);
        self.step_after(span, Step::ReadSecond(pass));
    }

    fn read_second(&mut self, pass: u64) {
        if self.operator.pass != pass {
            return;
        }
        let (Some(first), true) = (self.operator.first.take(), self.reads_api()) else {
            return self.again(S);
        };
        let settled = first.cluster.settled();
        let seen = self.seen(first);
        let verdict = decide(&seen, &policy());
        trace!(self, "operator: {verdict:?}");
        match verdict {
            Verdict::Keep | Verdict::Wait(_) | Verdict::Refuse(_) => {
                if settled {
                    self.readers_come_back();
                }
                let span = self.rng.range(200 * MS, 700 * MS);
                self.again(span);
            }
            write => {
                let delay = self.delay();
                self.step_after(delay, Step::Write(write));
            }
        }
    }

    fn seen(&mut self, first: Snapshot) -> Seen {
        let (now, wall) = (self.now, self.wall());
        let second = self.snapshot();
        let operator = &mut self.operator;
        let cluster = first.cluster;
        if operator.target_seen.0 != cluster.stamp {
            operator.target_seen = (cluster.stamp, now);
        }
        if operator.failing_seen.0 != first.failing_since {
            operator.failing_seen = (first.failing_since, now);
        }
        if operator.lease_seen.0 != second.lease.version {
            operator.lease_seen = (second.lease.version, now);
        }
        let since = |stamp: u64| Some(micros(wall.saturating_sub(stamp)));
        let target_age = lasted(since(cluster.stamp.0), micros(now - operator.target_seen.1));
        let failing_for = first
            .failing_since
            .map(|stamp| lasted(since(stamp), micros(now - operator.failing_seen.1)));
        let lease_age = micros(now - operator.lease_seen.1);
        let mut reports = std::mem::take(&mut operator.reports);
        if self.removed == Some(Protection::ReceiversEnded) {
            for report in reports.iter_mut().flatten() {
                if let Standing::Standby { receiver, .. } = &mut report.standing {
                    *receiver = Receiver::Ended { under: cluster.stamp };
                }
            }
        }
        let hidden = self.removed == Some(Protection::LabelOffFirst);
        let instances: Vec<InstanceSeen> = reports
            .into_iter()
            .enumerate()
            .map(|(index, report)| InstanceSeen {
                name: self.names[index].clone(),
                label: if hidden && (cluster.electing() || failing_for.is_some()) {
                    Label::Neither
                } else {
                    first.labels[index]
                },
                fenced: self.api.fenced[index],
                node: if self.api.cordoned[index] {
                    NodeState::Cordoned
                } else {
                    NodeState::Schedulable
                },
                priority: 0,
                report,
            })
            .collect();
        let mut dead = self.api.proven();
        if self.removed == Some(Protection::ProofOfDeath) {
            let holder = second.lease.holder.as_ref();
            let silent = holder.filter(|holder| {
                instances.iter().any(|one| one.name == holder.instance && one.report.is_none())
            });
            dead.extend(silent.map(|holder| Proven {
                session: holder.session.clone(),
                proof: Proof::ContainerTerminated(Restart::Late),
            }));
        }
        let durability = match (self.durability(), self.removed) {
            (_, Some(Protection::FailoverQuorum)) => Durability::Async,
            (Durability::Sync(_), Some(Protection::LiveReads)) => {
                Durability::Sync(second.quorum.clone())
            }
            (durability, _) => durability,
        };
        Seen {
            quorum: second.quorum.map(|record| record.version),
            cluster,
            lease: Some(second.lease),
            lease_age,
            renew_deadline: Duration::from_secs(10),
            durability,
            instances,
            dead,
            target_age,
            failing_for,
        }
    }

    /// A stamp that is a time on the writer's wall clock, and different from all others.
    pub fn stamp(&mut self) -> Stamp {
        Stamp(self.wall() + 1 + self.id() % 997)
    }

    /// The rest of a pass: whoever neither leads nor is to is where reads may go.
    fn readers_come_back(&mut self) {
        for index in 0..self.nodes.len() {
            let leads = self.api.now.cluster.target.is(&self.names[index]);
            if !leads && self.api.now.labels[index] == Label::Neither {
                self.labelled(index, Label::Replica);
            }
        }
    }

    fn operator_writes(&mut self, verdict: Verdict) {
        if !self.reaches(self.operator(), self.api_server()) || self.api.down_until > self.now {
            return self.again(2 * S);
        }
        let (wall, stamp) = (self.wall(), self.stamp());
        let written = match verdict {
            Verdict::Keep | Verdict::Wait(_) | Verdict::Refuse(_) => true,
            Verdict::NoteFailing(_) => {
                self.api.now.failing_since.get_or_insert(wall);
                true
            }
            Verdict::ClearFailing => {
                self.api.now.failing_since = None;
                true
            }
            Verdict::ReleaseLease { expect, .. } => {
                let lease = self.api.now.lease.clone();
                let released = planner::leadership::records::LeaseRecord {
                    version: expect,
                    holder: None,
                    hand_over: None,
                    ..lease
                };
                self.api.write_lease(released).is_some()
            }
            Verdict::Label { instance, label } => {
                let index = self.name_index(&instance);
                self.labelled(index, label);
                true
            }
            Verdict::Depose { expect, .. } => self
                .api
                .write_cluster(expect, |status| {
                    status.target = Target::Pending;
                    status.stamp = stamp;
                })
                .is_some(),
            Verdict::Elect { expect, target, floor, quorum } => {
                self.checks.elections += 1;
                self.api
                    .write_cluster(expect, |status| {
                        status.election =
                            Some(Election { target: target.clone(), stamp, floor, quorum });
                        status.target = Target::Instance(target);
                        status.stamp = stamp;
                    })
                    .is_some()
            }
            Verdict::Return { expect, to, .. } => self
                .api
                .write_cluster(expect, |status| {
                    status.target = Target::Instance(to);
                    status.stamp = stamp;
                })
                .is_some(),
        };
        if !written {
            trace!(self, "operator: conflict");
        }
        self.look_at_labels();
        self.watch_all();
        if !self.healed && self.rng.percent(8) {
            self.operator_dies();
        } else {
            self.again(5 * MS);
        }
    }
}
