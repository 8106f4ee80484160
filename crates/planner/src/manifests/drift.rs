//! Why a living pod has to make way for a newer one of the same instance.

mod compare;

use api::annotations;
use k8s_openapi::api::core::v1::{Container, Pod, PodSpec, Volume};
use serde_json::Value;

use super::Manifests;
use super::container::{BOOTSTRAP, POSTGRES};
use super::volumes::PROJECTED_VOLUME;

/// An instance as it runs.
#[derive(Debug, Clone, Copy)]
pub struct Living<'a> {
    pub pod: &'a Pod,
    /// Hash of the manager, as the instance tells it; empty when it does not.
    pub executable_hash: &'a str,
    /// Whether PostgreSQL waits for a restart to use its settings.
    pub pending_restart: bool,
}

/// How a new instance manager comes into the pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManagerUpdates {
    /// With the pods.
    Rollout,
    /// Into the living pods.
    InPlace,
}

/// Why a pod has to be replaced, or PostgreSQL in it restarted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Drift {
    #[error("it does not report the hash of its instance manager")]
    NoExecutableHash,
    #[error("attaching a new PVC to the instance pod: {claim} is not mounted")]
    MissingVolume { claim: String },
    #[error("the projected volume has changed")]
    ProjectedVolume,
    #[error("the PostgreSQL image changed from {from} to {to}")]
    Image { from: String, to: String },
    #[error("a restart was requested")]
    RestartRequested,
    #[error("the operator image changed from {from} to {to}")]
    OperatorImage { from: String, to: String },
    #[error("the definition of the pod has changed: {part}")]
    PodSpec { part: String },
    #[error("the environment has changed")]
    Environment,
    #[error("PostgreSQL has settings that wait for a restart")]
    PendingRestart,
}

impl Drift {
    /// Whether a restart of PostgreSQL inside the pod is enough.
    #[must_use]
    pub fn in_place(&self) -> bool {
        match self {
            Self::PendingRestart | Self::RestartRequested => true,
            Self::NoExecutableHash
            | Self::MissingVolume { .. }
            | Self::ProjectedVolume
            | Self::Image { .. }
            | Self::OperatorImage { .. }
            | Self::PodSpec { .. }
            | Self::Environment => false,
        }
    }
}

/// Asked in this order; the first that has something to say gives the reason.
type Question = fn(&Manifests<'_>, &Living<'_>, ManagerUpdates) -> Option<Drift>;
const QUESTIONS: &[Question] = &[
    executable_hash,
    missing_volume,
    projected_volume,
    image,
    restart_requested,
    definition,
    pending_restart,
];

impl Manifests<'_> {
    /// Why the pod of an instance has to be replaced, if it has to.
    ///
    /// Only for pods that are ready and say how they are.
    #[must_use]
    pub fn drift(&self, living: &Living<'_>, updates: ManagerUpdates) -> Option<Drift> {
        QUESTIONS.iter().find_map(|ask| ask(self, living, updates))
    }
}

fn executable_hash(_: &Manifests<'_>, living: &Living<'_>, _: ManagerUpdates) -> Option<Drift> {
    living.executable_hash.is_empty().then_some(Drift::NoExecutableHash)
}

fn missing_volume(wanted: &Manifests<'_>, living: &Living<'_>, _: ManagerUpdates) -> Option<Drift> {
    let name = living.pod.metadata.name.as_deref().unwrap_or_default();
    let volumes = living.pod.spec.iter().filter_map(|spec| spec.volumes.as_ref()).flatten();
    let claims: Vec<_> = volumes
        .filter_map(|volume| Some(&volume.persistent_volume_claim.as_ref()?.claim_name))
        .collect();
    let mut expected = wanted.claim_kinds().into_iter().map(|kind| kind.name(name));
    let claim = expected.find(|claim| !claims.contains(&claim))?;
    Some(Drift::MissingVolume { claim })
}

fn projected_volume(
    wanted: &Manifests<'_>,
    living: &Living<'_>,
    _: ManagerUpdates,
) -> Option<Drift> {
    let has = |volume: &&Volume| volume.name == PROJECTED_VOLUME;
    let volumes = living.pod.spec.iter().filter_map(|spec| spec.volumes.as_ref()).flatten();
    let theirs = volumes.into_iter().find(has).and_then(|volume| volume.projected.as_ref());
    let ours = wanted.projected_volume().and_then(|volume| volume.projected);
    let same = compare::projections(theirs) == compare::projections(ours.as_ref());
    (!same).then_some(Drift::ProjectedVolume)
}

fn image(wanted: &Manifests<'_>, living: &Living<'_>, _: ManagerUpdates) -> Option<Drift> {
    let to = wanted.image()?;
    let from = image_of(living.pod, POSTGRES).unwrap_or_default();
    (from != to).then_some(Drift::Image { from, to })
}

fn restart_requested(
    wanted: &Manifests<'_>,
    living: &Living<'_>,
    _: ManagerUpdates,
) -> Option<Drift> {
    let asked =
        annotation(wanted.cluster.metadata.annotations.as_ref(), annotations::RESTARTED_AT)?;
    let done = annotation(living.pod.metadata.annotations.as_ref(), annotations::RESTARTED_AT);
    (done != Some(asked)).then_some(Drift::RestartRequested)
}

fn definition(
    wanted: &Manifests<'_>,
    living: &Living<'_>,
    updates: ManagerUpdates,
) -> Option<Drift> {
    let notes = wanted.cluster.metadata.annotations.as_ref();
    if annotation(notes, annotations::RECONCILE_POD_SPEC) == Some(annotations::DISABLED) {
        return None;
    }
    let name = living.pod.metadata.name.as_deref()?;
    let serial = super::names::serial(wanted.cluster_name(), name)?;
    // A patch that cannot be applied is an error of its own, never a reason to delete pods.
    let fresh = wanted.instance_pod(serial).ok()?;
    let stored = annotation(living.pod.metadata.annotations.as_ref(), annotations::POD_SPEC);
    let stored = stored.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let operator_image = || operator_image(&fresh, living, updates);
    match stored.filter(Value::is_object) {
        Some(stored) => operator_image().or_else(|| {
            let fresh = serde_json::to_value(fresh.spec.as_ref()?).ok()?;
            let part = compare::first_difference(&stored, &fresh)?;
            Some(Drift::PodSpec { part })
        }),
        None => without_stored_spec(&fresh, living.pod).or_else(operator_image),
    }
}

fn operator_image(fresh: &Pod, living: &Living<'_>, updates: ManagerUpdates) -> Option<Drift> {
    let from = image_of(living.pod, BOOTSTRAP).unwrap_or_default();
    let to = image_of(fresh, BOOTSTRAP)?;
    (updates == ManagerUpdates::Rollout && from != to).then_some(Drift::OperatorImage { from, to })
}

/// What can be told of a pod that was made before specs were stored.
fn without_stored_spec(fresh: &Pod, living: &Pod) -> Option<Drift> {
    let hash = |pod: &Pod| {
        annotation(pod.metadata.annotations.as_ref(), annotations::POD_ENV_HASH).map(str::to_owned)
    };
    if hash(fresh) != hash(living) {
        return Some(Drift::Environment);
    }
    let empty = PodSpec::default();
    let (ours, theirs) =
        (fresh.spec.as_ref().unwrap_or(&empty), living.spec.as_ref().unwrap_or(&empty));
    let changed = |part: &str| Some(Drift::PodSpec { part: part.to_owned() });
    // The API server names the default scheduler where nobody chose one.
    let scheduler = ours.scheduler_name.as_deref().unwrap_or("default-scheduler");
    if theirs.scheduler_name.as_deref().unwrap_or("default-scheduler") != scheduler {
        return changed("scheduler-name");
    }
    let topology = |spec: &PodSpec| spec.topology_spread_constraints.clone().unwrap_or_default();
    if topology(ours) != topology(theirs) {
        return changed("topology-spread-constraints");
    }
    None
}

fn pending_restart(_: &Manifests<'_>, living: &Living<'_>, _: ManagerUpdates) -> Option<Drift> {
    living.pending_restart.then_some(Drift::PendingRestart)
}

fn image_of(pod: &Pod, container: &str) -> Option<String> {
    let spec = pod.spec.as_ref()?;
    let mut all = spec.containers.iter().chain(spec.init_containers.iter().flatten());
    all.find(|it: &&Container| it.name == container)?.image.clone()
}

fn annotation<'m>(
    map: Option<&'m std::collections::BTreeMap<String, String>>,
    name: &str,
) -> Option<&'m str> {
    map?.get(name).map(String::as_str)
}
