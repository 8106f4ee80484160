//! What was seen, by instance and ready for questions.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use api::cluster::ClusterSpec;
use api::cluster::status::ClusterStatus;
use api::{annotations, labels};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{Node, PersistentVolumeClaim, Pod};
use postgres::version::Version;

use crate::manifests::{Manifests, names};

use super::claims::{self, Class};
use super::plan::Volume;
use super::pods;
use super::seen::{Answer, Reported, Seen};

/// `targetPrimary` while nobody should lead.
pub(super) use crate::leadership::wire::PENDING;

/// An instance: it exists as long as one of its claims does.
#[derive(Debug)]
pub(super) struct Instance<'a> {
    pub name: String,
    pub serial: u32,
    pub claims: Vec<&'a PersistentVolumeClaim>,
    pub pod: Option<&'a Pod>,
}

/// What was seen, with what follows from it at once.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub seen: &'a Seen,
    pub spec: &'a ClusterSpec,
    /// As it was read.
    pub status: ClusterStatus,
    pub name: &'a str,
    /// By name, as the status lists them.
    pub instances: Vec<Instance<'a>>,
    /// By the name of the claim.
    pub classes: BTreeMap<&'a str, Class>,
}

impl<'a> View<'a> {
    pub fn new(seen: &'a Seen) -> Self {
        let name = pods::name(&seen.cluster.metadata);
        let mut groups: BTreeMap<String, Instance<'a>> = BTreeMap::new();
        for claim in seen.claims.iter().filter(|claim| claims::exists(claim)) {
            let Some(serial) = claims::serial(claim) else { continue };
            let instance = names::instance(name, serial);
            let pod = seen.pods.iter().find(|pod| pods::name(&pod.metadata) == instance);
            let new = Instance { name: instance.clone(), serial, claims: Vec::new(), pod };
            groups.entry(instance).or_insert(new).claims.push(claim);
        }
        Self {
            seen,
            spec: &seen.cluster.spec,
            status: seen.cluster.status.clone().unwrap_or_default(),
            name,
            instances: groups.into_values().collect(),
            classes: claims::classify(seen, name),
        }
    }

    pub fn instance(&self, name: &str) -> Option<&Instance<'a>> {
        self.instances.iter().find(|one| one.name == name)
    }

    pub fn pod(&self, name: &str) -> Option<&'a Pod> {
        self.seen.pods.iter().find(|pod| pods::name(&pod.metadata) == name)
    }

    pub fn node(&self, name: &str) -> Option<&'a Node> {
        self.seen.nodes.iter().find(|node| pods::name(&node.metadata) == name)
    }

    pub fn current(&self) -> Option<&str> {
        self.status.current_primary.as_deref()
    }

    pub fn target(&self) -> Option<&str> {
        self.status.target_primary.as_deref()
    }

    /// Somebody leads, and nobody else is to.
    pub fn settled(&self) -> bool {
        self.current().is_some() && self.current() == self.target()
    }

    /// It leads, or is to.
    pub fn leads(&self, name: &str) -> bool {
        self.current() == Some(name) || self.target() == Some(name)
    }

    pub fn active_pods(&self) -> impl Iterator<Item = &'a Pod> {
        self.seen.pods.iter().filter(|pod| pods::active(pod))
    }

    pub fn ready_pods(&self) -> impl Iterator<Item = &'a Pod> {
        self.active_pods().filter(|pod| pods::ready(pod))
    }

    pub fn reported(&self, name: &str) -> Option<&'a Reported> {
        match self.seen.answers.get(name)? {
            Answer::Reported(reported) => Some(reported),
            Answer::Refused(_) | Answer::Unreachable(_) => None,
        }
    }

    /// How many run as they should, or are known to be away for a moment.
    pub fn reporting(&self) -> usize {
        let away = |pod: &&Pod| {
            self.reported(pods::name(&pod.metadata)).is_some_and(|one| one.might_be_unavailable)
        };
        self.active_pods().filter(|pod| pods::ready(pod) || away(pod)).count()
    }

    /// The active pods with the best candidate for the primary first.
    pub fn ranking(&self) -> Vec<&'a Pod> {
        let mut all: Vec<&Pod> = self.active_pods().collect();
        all.sort_by(|one, other| self.rank(one, other));
        all
    }

    fn rank(&self, one: &Pod, other: &Pod) -> Ordering {
        let (a, b) = (pods::name(&one.metadata), pods::name(&other.metadata));
        let facts = |name| {
            let reported = self.reported(name);
            let of = |get: fn(&Reported) -> bool| reported.is_some_and(get);
            let first_here = self.current() == Some(name);
            (
                reported.is_some(),
                of(|one| one.is_primary),
                reported.map(|one| (one.received_lsn, one.replay_lsn)),
                first_here,
            )
        };
        facts(b).cmp(&facts(a)).then_with(|| a.cmp(b))
    }

    pub fn expected_volumes(&self) -> Vec<Volume> {
        Volume::expected(self.spec)
    }

    /// Volumes that an instance should have and does not.
    pub fn missing_volumes(&self, instance: &str) -> Vec<Volume> {
        let there = |volume: &Volume| {
            let name = volume.name(instance);
            self.seen.claims.iter().any(|claim| pods::name(&claim.metadata) == name)
        };
        self.expected_volumes().into_iter().filter(|volume| !there(volume)).collect()
    }

    /// Some claim of the instance is being deleted.
    pub fn claims_going(&self, instance: &str) -> bool {
        let mut claims = self.seen.claims.iter();
        claims.any(|claim| {
            pods::going(&claim.metadata)
                && pods::label(&claim.metadata, labels::INSTANCE_NAME) == Some(instance)
        })
    }

    pub fn jobs_of(&self, instance: &str) -> impl Iterator<Item = &'a Job> {
        self.seen
            .jobs
            .iter()
            .filter(move |job| pods::label(&job.metadata, labels::INSTANCE_NAME) == Some(instance))
    }

    /// The objects of the cluster as they would be made now.
    pub fn manifests(&self) -> Manifests<'a> {
        let major = self.status.pgdata_image_info.as_ref().map_or(0, |info| info.major_version);
        let version = Version::new(u32::try_from(major).unwrap_or(0), 0);
        Manifests::of(&self.seen.cluster, version, &self.seen.installation)
    }

    pub fn annotated(&self, key: &str, value: &str) -> bool {
        pods::annotation(&self.seen.cluster.metadata, key) == Some(value)
    }

    pub fn fenced(&self, instance: &str) -> bool {
        let text = pods::annotation(&self.seen.cluster.metadata, annotations::FENCED_INSTANCES);
        let names: Vec<String> =
            text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        names.iter().any(|name| name == "*" || name == instance)
    }

    pub fn is_replica_cluster(&self) -> bool {
        self.spec.replica.as_ref().is_some_and(|replica| match replica.enabled {
            Some(enabled) => enabled,
            None => {
                let own = replica.self_name.as_deref().unwrap_or(self.name);
                replica.primary.as_deref() != Some(own)
            }
        })
    }

    /// Nodes are under maintenance, and pods wait for theirs to come back.
    pub fn maintenance(&self) -> Maintenance {
        let window = self.spec.node_maintenance_window.as_ref();
        match window.filter(|window| window.in_progress == Some(true)) {
            None => Maintenance::No,
            Some(window) if window.reuse_pvc == Some(false) => Maintenance::Replace,
            Some(_) => Maintenance::Wait,
        }
    }
}

/// Whether nodes are under maintenance, and what to do with their instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maintenance {
    No,
    /// Wait for the node and its volumes.
    Wait,
    /// Make them anew elsewhere.
    Replace,
}
