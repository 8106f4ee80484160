//! Volume claims: to which instance they belong, and what becomes of each.

use std::collections::{BTreeMap, BTreeSet};

use api::cluster::ClusterSpec;
use api::{annotations, labels};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;

use crate::manifests::names;

use super::plan::Volume;
use super::pods::{self, JobState};
use super::seen::Seen;

/// Values of the annotation that says how far a claim is.
pub(super) const INITIALIZING: &str = "initializing";
pub(super) const READY: &str = "ready";
const EMPTY: &str = "";

/// What a volume claim is to its cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// It goes, or was taken out of the cluster.
    Ignored,
    /// Its group lacks a claim, or it should not be in it.
    Unusable,
    Resizing,
    Healthy,
    /// Nothing uses it.
    Dangling,
    /// A job works on it.
    Initializing,
}

impl Volume {
    /// The volumes that every instance has.
    pub(super) fn expected(spec: &ClusterSpec) -> Vec<Self> {
        let mut all = vec![Self::Data];
        all.extend(spec.wal_storage.as_ref().map(|_| Self::Wal));
        all.extend(spec.tablespaces.iter().map(|one| Self::Tablespace(one.name.clone())));
        all
    }
}

pub(super) fn status(claim: &PersistentVolumeClaim) -> &str {
    pods::annotation(&claim.metadata, annotations::PVC_STATUS).unwrap_or(EMPTY)
}

pub(super) fn serial(claim: &PersistentVolumeClaim) -> Option<u32> {
    pods::annotation(&claim.metadata, annotations::NODE_SERIAL)?.parse().ok()
}

/// The role label, as it is read: the older name wins.
pub(super) fn role(claim: &PersistentVolumeClaim) -> Option<&str> {
    pods::label(&claim.metadata, labels::LEGACY_INSTANCE_ROLE)
        .or_else(|| pods::label(&claim.metadata, labels::INSTANCE_ROLE))
}

pub(super) fn resizing(claim: &PersistentVolumeClaim) -> bool {
    let conditions = claim.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.into_iter().flatten().any(|one| one.type_ == "Resizing" && one.status == "True")
}

/// Counts for the existence of an instance.
pub(super) fn exists(claim: &PersistentVolumeClaim) -> bool {
    let phase = claim.status.as_ref().and_then(|status| status.phase.as_deref());
    !pods::going(&claim.metadata) && matches!(phase.unwrap_or("Pending"), "Pending" | "Bound")
}

/// The class of every claim, by its name.
pub(super) fn classify<'a>(seen: &'a Seen, cluster: &str) -> BTreeMap<&'a str, Class> {
    let expected = Volume::expected(&seen.cluster.spec);
    let in_pods: BTreeSet<&str> =
        seen.pods.iter().flat_map(|pod| pods::claims_of(pod.spec.as_ref())).collect();
    let unfinished = seen.jobs.iter().filter(|job| pods::job_state(job) != JobState::Completed);
    let in_jobs: BTreeSet<&str> = unfinished.flat_map(pods::job_claims).collect();
    let usable = |claim: &&PersistentVolumeClaim| {
        !pods::going(&claim.metadata) && matches!(status(claim), READY | INITIALIZING | EMPTY)
    };
    let present: BTreeSet<&str> =
        seen.claims.iter().filter(usable).map(|claim| pods::name(&claim.metadata)).collect();
    let class = |claim: &PersistentVolumeClaim| {
        if !usable(&claim) {
            return Class::Ignored;
        }
        let name = pods::name(&claim.metadata);
        let group: BTreeSet<String> = serial(claim)
            .map(|serial| {
                let instance = names::instance(cluster, serial);
                expected.iter().map(|volume| volume.name(&instance)).collect()
            })
            .unwrap_or_default();
        let whole = group.iter().all(|name| present.contains(name.as_str()));
        match () {
            () if !whole || !group.contains(name) => Class::Unusable,
            () if in_pods.contains(name) && resizing(claim) => Class::Resizing,
            () if in_pods.contains(name) => Class::Healthy,
            () if resizing(claim) => Class::Dangling,
            () if in_jobs.contains(name) => Class::Initializing,
            () => Class::Dangling,
        }
    };
    seen.claims.iter().map(|claim| (pods::name(&claim.metadata), class(claim))).collect()
}
