//! Labels and annotations of pods and volume claims that follow what is going on.

use std::collections::BTreeMap;

use api::{annotations, labels};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::claims::{self, Class};
use super::next::Next;
use super::plan::{Action, Metadata};
use super::pods;
use super::view::View;

/// Seconds between a job and the claims it was made for, whichever of them is made first.
const ANOTHER_LIFE: i64 = 60;

/// Roles that follow from who leads; nobody's role changes by it.
pub(super) fn roles(view: &View<'_>) -> Vec<Action> {
    roles_of_claims(view).chain(replicas(view)).collect()
}

/// What people want on pods and claims. It may be refused, and must not stand in the way of a
/// failover then.
pub(super) fn in_sync(view: &View<'_>) -> Option<Next> {
    let actions = lacking_by_instance(view);
    (!actions.is_empty()).then(|| Next { actions, ..Next::wait(0) })
}

/// The two labels that say the role, where they differ from what they should be.
pub(super) fn role(meta: &ObjectMeta, role: &str) -> BTreeMap<String, Option<String>> {
    [labels::INSTANCE_ROLE, labels::LEGACY_INSTANCE_ROLE]
        .into_iter()
        .filter(|key| pods::label(meta, key) != Some(role))
        .map(|key| (key.to_owned(), Some(role.to_owned())))
        .collect()
}

/// The role as it is read: the older label wins.
pub(super) fn role_of(meta: &ObjectMeta) -> Option<&str> {
    pods::label(meta, labels::LEGACY_INSTANCE_ROLE)
        .or_else(|| pods::label(meta, labels::INSTANCE_ROLE))
}

/// Claims carry the role of their instance, and whether a pod may start on them.
fn roles_of_claims<'a>(view: &'a View<'_>) -> impl Iterator<Item = Action> + 'a {
    view.instances.iter().flat_map(move |instance| {
        instance.claims.iter().filter_map(move |claim| {
            let meta = &claim.metadata;
            let mut metadata = Metadata::default();
            if let (true, Some(current)) = (view.settled(), view.current()) {
                let is = if current == instance.name {
                    labels::ROLE_PRIMARY
                } else {
                    labels::ROLE_REPLICA
                };
                metadata.labels = role(meta, is);
            }
            if claims::status(claim) != claims::READY && may_be_ready(view, meta) {
                let ready = Some(claims::READY.to_owned());
                metadata.annotations.insert(annotations::PVC_STATUS.to_owned(), ready);
            }
            let claim = pods::name(meta).to_owned();
            (!metadata.is_empty()).then_some(Action::PatchClaim { claim, metadata })
        })
    })
}

/// Labels that objects are found by, and what they inherit from the cluster.
fn lacking_by_instance(view: &View<'_>) -> Vec<Action> {
    let manifests = view.manifests();
    let (labels, notes) = manifests.inherited();
    let mut all = Vec::new();
    for instance in &view.instances {
        if let Some(pod) = instance.pod.filter(|pod| !pods::going(&pod.metadata)) {
            let mut wanted = manifests.instance_pod_labels(instance.serial);
            wanted.extend(labels.clone());
            let metadata = lacking(&pod.metadata, &wanted, &notes);
            if !metadata.is_empty() {
                all.push(Action::PatchPod { pod: pods::object(&pod.metadata), metadata });
            }
        }
        for volume in view.expected_volumes() {
            let name = volume.name(&instance.name);
            let claim = instance.claims.iter().find(|claim| pods::name(&claim.metadata) == name);
            let Some(claim) = claim else { continue };
            let fresh = manifests.claim(instance.serial, &volume, volume.first_status(), None);
            let mut notes = fresh.metadata.annotations.unwrap_or_default();
            notes.remove(annotations::PVC_STATUS);
            let labels = fresh.metadata.labels.unwrap_or_default();
            let metadata = lacking(&claim.metadata, &labels, &notes);
            if !metadata.is_empty() {
                all.push(Action::PatchClaim { claim: name, metadata });
            }
        }
    }
    all
}

type Map = BTreeMap<String, String>;

/// What an object should carry and does not.
fn lacking(meta: &ObjectMeta, labels: &Map, annotations: &Map) -> Metadata {
    let missing = |there: &Option<Map>, wanted: &Map| {
        let has = |key: &String, value: &String| there.as_ref()?.get(key).map(|one| one == value);
        let lacks = wanted.iter().filter(|(key, value)| has(key, value) != Some(true));
        lacks.map(|(key, value)| (key.clone(), Some(value.clone()))).collect()
    };
    Metadata {
        labels: missing(&meta.labels, labels),
        annotations: missing(&meta.annotations, annotations),
    }
}

/// A pod runs on it, or the job that fills it is done.
fn may_be_ready(view: &View<'_>, meta: &ObjectMeta) -> bool {
    let claim = pods::name(meta);
    match view.classes.get(claim) {
        Some(Class::Healthy | Class::Resizing) => true,
        Some(Class::Dangling | Class::Unusable) => view.seen.jobs.iter().any(|job| {
            pods::job_state(job) == pods::JobState::Completed
                && pods::job_claims(job).contains(&claim)
                && !before(&job.metadata, meta)
        }),
        Some(Class::Initializing | Class::Ignored) | None => false,
    }
}

/// Long enough before to be of another life of the instance: serial numbers are used again.
fn before(one: &ObjectMeta, other: &ObjectMeta) -> bool {
    let at = |meta: &ObjectMeta| meta.creation_timestamp.as_ref().map(|time| time.0.as_second());
    let (Some(one), Some(other)) = (at(one), at(other)) else { return false };
    one + ANOTHER_LIFE < other
}

/// A replica without a role, or an old primary that is one now, is where reads may go.
fn replicas<'a>(view: &'a View<'_>) -> impl Iterator<Item = Action> + 'a {
    let pods = view.seen.pods.iter().filter(|_| view.settled());
    pods.filter(|pod| !pods::going(&pod.metadata)).filter_map(|pod| {
        let meta = &pod.metadata;
        if view.is_replica_cluster() && view.current() == Some(pods::name(meta)) {
            let labels = role(meta, labels::ROLE_PRIMARY);
            let metadata = Metadata { labels, ..Metadata::default() };
            let pod = pods::object(meta);
            return (!metadata.is_empty()).then_some(Action::PatchPod { pod, metadata });
        }
        let former = view.is_replica_cluster() && role_of(meta) == Some(labels::ROLE_PRIMARY);
        let settled =
            !former && matches!(role_of(meta), Some(labels::ROLE_PRIMARY | labels::ROLE_REPLICA));
        if view.current() == Some(pods::name(meta)) || settled {
            return None; // the primary's label moves with leadership only
        }
        let labels = role(meta, labels::ROLE_REPLICA);
        let metadata = Metadata { labels, ..Metadata::default() };
        Some(Action::PatchPod { pod: pods::object(meta), metadata })
    })
}
