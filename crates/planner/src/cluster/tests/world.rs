//! A small Kubernetes in memory: it obeys the actions of plans, and its instances live.

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
                _ => Label::Replica,
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

    /// Carries out a plan as the operator would, unless it dies.
    pub fn act(&mut self, seen: &Seen, plan: &Plan, fate: Fate) {
        let mut left = match fate {
            Fate::Lives => usize::MAX,
            Fate::DiesAfter(writes) => writes,
        };
        for action in &plan.actions {
            if !self.perform(action, &mut left) {
                return;
            }
        }
        let changed = seen.cluster.status.as_ref() != Some(&plan.status);
        if changed {
            let stale =
                seen.cluster.metadata.resource_version != self.cluster.metadata.resource_version;
            if left == 0 || stale {
                return;
            }
            self.cluster.status = Some(plan.status.clone());
            self.bump();
        }
        self.events.extend(plan.events.iter().map(|event| event.note.clone()));
    }

    /// One action; `false` when the pass ends with it.
    fn perform(&mut self, action: &Action, left: &mut usize) -> bool {
        let mut may = || {
            let goes = *left > 0;
            *left = left.saturating_sub(1);
            goes
        };
        match action {
            Action::PatchClaim { claim, metadata } => {
                let Some(claim) = self.claims.get_mut(claim).filter(|_| may()) else {
                    return false;
                };
                patch(&mut claim.metadata, metadata);
            }
            Action::ResizeClaim { claim, request, .. } => {
                let Some(claim) = self.claims.get_mut(claim).filter(|_| may()) else {
                    return false;
                };
                let request = request.clone().unwrap();
                let spec = claim.spec.as_mut().unwrap().resources.as_mut().unwrap();
                spec.requests.as_mut().unwrap().insert(
                    "storage".to_owned(),
                    k8s_openapi::apimachinery::pkg::api::resource::Quantity(request),
                );
            }
            Action::PatchPod { pod, metadata } => {
                let Some(found) = self.pods.get_mut(&pod.name).filter(|_| may()) else {
                    return false;
                };
                if found.metadata.uid != pod.uid {
                    return false;
                }
                patch(&mut found.metadata, metadata);
            }
            Action::CreateClaims { serial, volumes } => {
                return volumes.iter().all(|volume| may() && self.create_claim(*serial, volume));
            }
            Action::DeleteJob(job) => {
                return may() && self.jobs.remove(&job.name).is_some();
            }
            Action::ReleaseLease { .. } => self.lease.holder = None,
            Action::SetInstances(to) => {
                self.cluster.spec.instances = *to;
                self.bump();
            }
            Action::CreateInstance { serial, volumes, job } => {
                if !volumes.iter().all(|volume| may() && self.create_claim(*serial, volume)) {
                    return false;
                }
                return may() && self.create_job(*serial, *job);
            }
            Action::CreatePod { serial } => return may() && self.create_pod(*serial),
            Action::DeletePod { pod, .. } => {
                return may() && self.delete_pod(pod);
            }
            Action::DeleteInstance { instance, claims, pod, jobs, .. } => {
                for claim in claims {
                    if !may() {
                        return false;
                    }
                    let used = pod.is_some();
                    if let Some(found) = self.claims.get_mut(&claim.name) {
                        found.metadata.deletion_timestamp = Some(Time(self.now));
                        if !used {
                            self.claims.remove(&claim.name);
                        }
                    }
                }
                self.data.remove(instance);
                if let Some(pod) = pod
                    && (!may() || !self.delete_pod(pod))
                {
                    return false;
                }
                for job in jobs {
                    if !may() {
                        return false;
                    }
                    self.jobs.remove(&job.name);
                }
            }
            Action::UpdateManager { .. }
            | Action::AdoptClaim(_)
            | Action::LiftFencing
            | Action::DeleteOrphanPod(_) => {
                panic!("{action:?} does not belong to this world")
            }
        }
        true
    }

    fn create_claim(&mut self, serial: u32, volume: &Volume) -> bool {
        let cluster = self.cluster.clone();
        let installation = self.installation.clone();
        let manifests = Manifests::of(&cluster, PgVersion::new(17, 0), &installation);
        let mut claim = manifests.claim(serial, volume, volume.first_status(), None);
        let name = claim.metadata.name.clone().unwrap();
        if self.claims.contains_key(&name) {
            return false;
        }
        self.made(&mut claim.metadata);
        claim.status.get_or_insert_default().phase = Some("Bound".to_owned());
        if *volume == Volume::Data {
            self.data.insert(name.clone(), Data::Empty);
        }
        self.claims.insert(name, claim);
        true
    }

    fn create_job(&mut self, serial: u32, kind: JobKind) -> bool {
        let cluster = self.cluster.clone();
        let installation = self.installation.clone();
        let manifests = Manifests::of(&cluster, PgVersion::new(17, 0), &installation);
        let work = match kind {
            JobKind::Join => Work::Join,
            _ => Work::InitDb,
        };
        let mut job = manifests.job(serial, &work);
        let name = job.metadata.name.clone().unwrap();
        if self.jobs.contains_key(&name) {
            return false;
        }
        self.made(&mut job.metadata);
        self.jobs.insert(name, job);
        true
    }

    fn create_pod(&mut self, serial: u32) -> bool {
        let cluster = self.cluster.clone();
        let installation = self.installation.clone();
        let manifests = Manifests::of(&cluster, PgVersion::new(17, 0), &installation);
        let mut pod = manifests.instance_pod(serial).unwrap();
        let name = pod.metadata.name.clone().unwrap();
        if self.pods.contains_key(&name) {
            return false;
        }
        self.made(&mut pod.metadata);
        self.pods.insert(name, pod);
        true
    }

    fn delete_pod(&mut self, pod: &Object) -> bool {
        match self.pods.get_mut(&pod.name) {
            Some(found) if found.metadata.uid == pod.uid => {
                found.metadata.deletion_timestamp.get_or_insert(Time(self.now));
                true
            }
            _ => false,
        }
    }

    /// A second goes by: kubelets, jobs and instances do their part.
    pub fn tick(&mut self) {
        self.now += SignedDuration::from_secs(1);
        let gone = |meta: &ObjectMeta| meta.deletion_timestamp.is_some();
        self.pods.retain(|_, pod| !gone(&pod.metadata));
        let used: Vec<String> = self.pods.keys().cloned().collect();
        self.claims.retain(|_, claim| {
            let of = claim.metadata.labels.as_ref().and_then(|all| all.get(labels::INSTANCE_NAME));
            !gone(&claim.metadata) || of.is_some_and(|name| used.contains(name))
        });
        let nodes = self.nodes.clone();
        for (name, pod) in &mut self.pods {
            let phase = pod.status.as_ref().and_then(|status| status.phase.clone());
            if phase.is_none() {
                let number: usize = name.rsplit('-').next().unwrap().parse().unwrap();
                let open = |node: &&Node| node.spec.as_ref().unwrap().unschedulable != Some(true);
                let free: Vec<&Node> = nodes.iter().filter(open).collect();
                if free.is_empty() {
                    continue;
                }
                pod.spec.as_mut().unwrap().node_name =
                    free[number % free.len()].metadata.name.clone();
                pod.status.get_or_insert_default().phase = Some("Running".to_owned());
            }
        }
        self.run_jobs();
        let names: Vec<String> = self.pods.keys().cloned().collect();
        for name in &names {
            self.live(name);
        }
        for name in &names {
            let ready = self.standing(name).is_some_and(|standing| match standing {
                Standing::Leading => true,
                Standing::Standby { .. } => self.streams(name) || self.leader().is_none(),
                _ => false,
            });
            let pod = self.pods.get_mut(name).unwrap();
            pod.status.get_or_insert_default().conditions = Some(vec![PodCondition {
                type_: "Ready".to_owned(),
                status: if ready { "True" } else { "False" }.to_owned(),
                ..PodCondition::default()
            }]);
        }
    }

    fn run_jobs(&mut self) {
        let leader = self.leader();
        for (name, job) in &mut self.jobs {
            let instance = job.metadata.labels.as_ref().unwrap()[labels::INSTANCE_NAME].clone();
            let filled = match self.data.get(&instance) {
                Some(Data::Empty) if name.ends_with("initdb") => {
                    Data::Primary(Position { timeline: 1, lsn: Lsn(1) })
                }
                Some(Data::Empty) if leader.is_some() => {
                    Data::Standby(Position { timeline: self.timeline, lsn: Lsn(1) })
                }
                Some(Data::Empty) | None => continue,
                Some(done) => *done,
            };
            self.data.insert(instance, filled);
            job.status.get_or_insert_default().conditions = Some(vec![JobCondition {
                type_: "Complete".to_owned(),
                status: "True".to_owned(),
                ..JobCondition::default()
            }]);
        }
    }

    /// An instance manager: it takes the lease when it is the target, and gives it up when not.
    fn live(&mut self, name: &str) {
        if !runs(&self.pods[name]) {
            return;
        }
        let Some(record) = ClusterRecord::read(&self.cluster) else { return };
        let me = record.target.is(&name.into());
        let mine = self.leader().as_deref() == Some(name);
        let position = match self.data.get(name).copied().unwrap_or(Data::Empty) {
            Data::Empty => return,
            Data::Primary(position) | Data::Standby(position) => position,
        };
        if mine && me {
            let lsn = Lsn(position.lsn.0 + 1);
            self.data.insert(name.to_owned(), Data::Primary(Position { lsn, ..position }));
            self.lease_at = self.now;
            return;
        }
        if mine {
            self.lease.holder = None;
            self.lease_at = self.now;
            return;
        }
        let age = self.now.duration_since(self.lease_at);
        let free = self.lease.holder.is_none() || age >= SignedDuration::from_secs(15);
        if me && free {
            let uid = self.pods[name].metadata.uid.clone().unwrap();
            let session = Session { pod_uid: uid.as_str().into(), container_id: "c".into() };
            self.lease.holder = Some(Holder { instance: name.into(), session });
            self.lease_at = self.now;
            if !record.is_current(&name.into()) {
                self.status().current_primary = Some(name.to_owned());
                self.bump();
                self.timeline += 1;
            }
            let timeline = self.timeline;
            let data = Data::Primary(Position { timeline, ..position });
            self.data.insert(name.to_owned(), data);
            return;
        }
        let follows = matches!(record.target, Target::Instance(_)) && self.streams(name);
        if let (true, Some(leader)) = (follows, self.leader())
            && let Some(Data::Primary(theirs)) = self.data.get(&leader).copied()
        {
            self.data.insert(name.to_owned(), Data::Standby(theirs));
        }
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

fn patch(meta: &mut ObjectMeta, change: &Metadata) {
    for (into, from) in [
        (meta.labels.get_or_insert_default(), &change.labels),
        (meta.annotations.get_or_insert_default(), &change.annotations),
    ] {
        for (key, value) in from {
            match value {
                Some(value) => drop(into.insert(key.clone(), value.clone())),
                None => drop(into.remove(key)),
            }
        }
    }
}
