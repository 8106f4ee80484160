//! A small Kubernetes in memory: it obeys the actions of plans, and its instances live.

mod act;
mod life;

use std::collections::BTreeMap;
use std::time::Duration;

use api::{Cluster, annotations, labels};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::batch::v1::{Job, JobCondition};
use k8s_openapi::api::core::v1::{Node, PersistentVolumeClaim, Pod, PodCondition};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use postgres::lsn::Lsn;
use postgres::version::Version as PgVersion;
use serde_json::json;

use super::super::plan::Volume;
use super::super::*;
use crate::leadership::candidate::{self, Durability, Fitness};
use crate::leadership::operator::{self, InstanceSeen, Label, Receiver, Report, Standing};
use crate::leadership::records::{
    ClusterRecord, Holder, LeaseRecord, Position, Session, Target, Version,
};
use crate::manifests::{Installation, Manifests, Work};

/// What lies in a data volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    Empty,
    /// It was a primary, or is one.
    Primary(Position),
    Standby(Position),
}

/// What the operator died of, if it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Lives,
    /// After this many writes; the rest of the pass is lost.
    DiesAfter(usize),
}

#[derive(Debug, Clone)]
pub struct World {
    pub cluster: Cluster,
    pub pods: BTreeMap<String, Pod>,
    pub claims: BTreeMap<String, PersistentVolumeClaim>,
    pub jobs: BTreeMap<String, Job>,
    pub nodes: Vec<Node>,
    pub data: BTreeMap<String, Data>,
    pub lease: LeaseRecord,
    lease_at: Timestamp,
    pub now: Timestamp,
    pub events: Vec<String>,
    version: u64,
    uids: u64,
    timeline: u32,
    pub installation: Installation,
}

impl World {
    pub fn new(instances: i64) -> Self {
        let cluster = serde_json::from_value(json!({
            "metadata": {"name": "pg", "namespace": "default", "uid": "u", "resourceVersion": "1"},
            "spec": {"instances": instances, "imageName": "pg:17", "storage": {"size": "1Gi"}},
        }))
        .unwrap();
        let node = |name: &str| {
            serde_json::from_value(json!({"metadata": {"name": name}, "spec": {}})).unwrap()
        };
        let now: Timestamp = "2026-11-21T06:00:00Z".parse().unwrap();
        Self {
            cluster,
            pods: BTreeMap::new(),
            claims: BTreeMap::new(),
            jobs: BTreeMap::new(),
            nodes: vec![node("node1"), node("node2"), node("node3")],
            data: BTreeMap::new(),
            lease: LeaseRecord {
                version: Version(1),
                holder: None,
                electors: None,
                hand_over: None,
                transitions: 0,
                renewed: 0,
            },
            lease_at: now,
            now,
            events: Vec::new(),
            version: 1,
            uids: 0,
            timeline: 0,
            installation: Installation::new("operator", "1.30.0"),
        }
    }

    pub fn status(&mut self) -> &mut api::cluster::status::ClusterStatus {
        self.cluster.status.get_or_insert_default()
    }

    fn read(&self) -> api::cluster::status::ClusterStatus {
        self.cluster.status.clone().unwrap_or_default()
    }

    fn bump(&mut self) {
        self.version += 1;
        self.cluster.metadata.resource_version = Some(self.version.to_string());
    }

    pub fn change_spec(&mut self, change: impl FnOnce(&mut Cluster)) {
        change(&mut self.cluster);
        self.bump();
    }

    fn made(&mut self, meta: &mut ObjectMeta) {
        self.uids += 1;
        meta.uid = Some(format!("uid-{}", self.uids));
        meta.creation_timestamp = Some(Time(self.now));
    }

    pub fn leader(&self) -> Option<String> {
        let holder = self.lease.holder.as_ref()?;
        let name = holder.instance.to_string();
        let uid = self.pods.get(&name)?.metadata.uid.clone()?;
        (*holder.session.pod_uid == *uid && runs(&self.pods[&name])).then_some(name)
    }

    fn streams(&self, name: &str) -> bool {
        let status = self.read();
        let leader = self.leader();
        leader.is_some() && leader != Some(name.to_owned()) && status.target_primary == leader
    }

    fn standing(&self, name: &str) -> Option<Standing> {
        let pod = self.pods.get(name).filter(|pod| runs(pod))?;
        assert_eq!(pod.metadata.name.as_deref(), Some(name));
        let record = ClusterRecord::read(&self.cluster);
        Some(match self.data.get(name).copied().unwrap_or(Data::Empty) {
            Data::Primary(_) if self.leader().as_deref() == Some(name) => Standing::Leading,
            Data::Primary(_) if self.read().current_primary.as_deref() == Some(name) => {
                match record {
                    Some(record) if record.target.is(&name.into()) => Standing::Rising,
                    _ => Standing::FormerPrimary { end: None },
                }
            }
            Data::Primary(_) | Data::Empty => Standing::Rejoining,
            Data::Standby(position) => {
                let receiver = match record {
                    Some(record) if record.electing() => Receiver::Ended { under: record.stamp },
                    _ if self.streams(name) => Receiver::Streaming,
                    _ => Receiver::Searching,
                };
                Standing::Standby { position, receiver }
            }
        })
    }

    /// What a pass would read now.
    pub fn seen(&self) -> Seen {
        let answers = self.pods.keys().filter_map(|name| {
            let answer = match self.standing(name)? {
                Standing::Leading => self.reported(name, true),
                Standing::Standby { .. } => self.reported(name, false),
                _ => Answer::Refused("not yet".to_owned()),
            };
            Some((name.clone(), answer))
        });
        Seen {
            cluster: self.cluster.clone(),
            now: self.now,
            trouble: None,
            pods: self.pods.values().cloned().collect(),
            claims: self.claims.values().cloned().collect(),
            jobs: self.jobs.values().cloned().collect(),
            orphan_claims: Vec::new(),
            orphan_pods: Vec::new(),
            nodes: self.nodes.clone(),
            answers: answers.collect(),
            leadership: self.leadership(),
            objects: Objects::default(),
            operator: Operator {
                drain_taints: vec!["node.kubernetes.io/unschedulable".to_owned()],
                ..Operator::default()
            },
            installation: self.installation.clone(),
            kubernetes: Kubernetes::default(),
            source: Source::Direct,
            catalog: None,
        }
    }

    fn reported(&self, name: &str, is_primary: bool) -> Answer {
        Answer::Reported(Box::new(Reported {
            is_primary,
            system_id: "7".to_owned(),
            timeline_id: self.timeline,
            is_wal_receiver_active: !is_primary && self.streams(name),
            executable_hash: "hash".to_owned(),
            instance_arch: "amd64".to_owned(),
            ..Reported::default()
        }))
    }

    fn since(&self, text: Option<&String>) -> Option<Duration> {
        let then: Timestamp = text?.parse().ok()?;
        Duration::try_from(self.now.duration_since(then)).ok()
    }

    fn leadership(&self) -> Option<operator::Seen> {
        let cluster = ClusterRecord::read(&self.cluster)?;
        let status = self.read();
        let instances = self.pods.iter().map(|(name, pod)| InstanceSeen {
            name: name.as_str().into(),
            label: match pod.metadata.labels.as_ref().and_then(|all| all.get("role")) {
                Some(role) if role == labels::ROLE_PRIMARY => Label::Primary,
                Some(role) if role == labels::ROLE_REPLICA => Label::Replica,
                _ => Label::Neither,
            },
            fenced: false,
            node: candidate::Node::Schedulable,
            priority: 0,
            report: self.standing(name).map(|standing| Report {
                standing,
                fitness: Fitness::Fit,
                behind_hand_over: false,
                outdated: None,
            }),
        });
        Some(operator::Seen {
            cluster,
            lease: Some(self.lease.clone()),
            lease_age: Duration::try_from(self.now.duration_since(self.lease_at)).unwrap(),
            renew_deadline: Duration::from_secs(10),
            durability: Durability::Async,
            quorum: None,
            instances: instances.collect(),
            dead: Vec::new(),
            target_age: self.since(status.target_primary_timestamp.as_ref()).unwrap_or_default(),
            failing_for: self.since(status.current_primary_failing_since_timestamp.as_ref()),
        })
    }

    pub fn kill_pod(&mut self, name: &str) {
        self.pods.remove(name);
    }

    /// A person gives an instance up.
    pub fn mark(&mut self, name: &str) {
        let pod = self.pods.get_mut(name).unwrap();
        let all = pod.metadata.annotations.get_or_insert_default();
        all.insert(annotations::UNRECOVERABLE.to_owned(), annotations::TRUE.to_owned());
    }

    /// A person names another primary.
    pub fn switch(&mut self, name: &str) {
        let now = super::super::status::moment(self.now);
        let status = self.status();
        status.target_primary = Some(name.to_owned());
        status.target_primary_timestamp = Some(now);
        self.bump();
    }

    pub fn cordon(&mut self, index: usize, yes: bool) {
        self.nodes[index].spec.get_or_insert_default().unschedulable = Some(yes);
    }

    /// Nobody wants anything more.
    pub fn quiet(&mut self) {
        self.annotate(annotations::HIBERNATION, annotations::OFF);
        for index in 0..self.nodes.len() {
            self.cordon(index, false);
        }
        for pod in self.pods.values_mut() {
            if let Some(all) = &mut pod.metadata.annotations {
                all.remove(annotations::UNRECOVERABLE);
            }
        }
    }

    pub fn annotate(&mut self, key: &str, value: &str) {
        let all = self.cluster.metadata.annotations.get_or_insert_default();
        all.insert(key.to_owned(), value.to_owned());
        self.bump();
    }

    /// Lets the operator and the world go on, until a pass has nothing to do.
    pub fn settle(&mut self, limit: usize) {
        let mut last = None;
        for _ in 0..limit {
            self.tick();
            let seen = self.seen();
            let plan = plan(&seen);
            assert!(plan.actions.iter().filter(|one| one.changes_topology()).count() <= 1);
            self.act(&seen, &plan, Fate::Lives);
            let rests =
                plan.actions.is_empty() && Some(&plan.status) == seen.cluster.status.as_ref();
            if self.healthy() && rests {
                return;
            }
            last = Some(plan);
        }
        let last = last.unwrap();
        let (status, again) = (&last.status, last.again);
        panic!(
            "no rest after {limit} passes: {:?}, {again:?}\ncurrent {:?}, target {:?}, {:?} {:?}, names \
             {:?}\n{:#?}\n{:?}\n{:?}",
            last.actions,
            status.current_primary,
            status.target_primary,
            status.phase,
            status.phase_reason,
            status.instance_names,
            self.events,
            self.data,
            self.lease,
        );
    }

    pub fn phase(&self) -> String {
        self.read().phase.unwrap_or_default()
    }

    pub fn healthy(&self) -> bool {
        let status = self.read();
        self.phase() == phases::HEALTHY
            && status.instances == Some(self.cluster.spec.instances)
            && status.ready_instances == status.instances
    }
}

/// The container is there.
fn runs(pod: &Pod) -> bool {
    pod.metadata.deletion_timestamp.is_none()
        && pod.status.as_ref().and_then(|status| status.phase.as_deref()) == Some("Running")
}
