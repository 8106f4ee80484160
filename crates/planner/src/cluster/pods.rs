//! What a pod or a job says about itself.

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::plan::Object;

/// Name of the container that PostgreSQL runs in.
pub(crate) const CONTAINER: &str = "postgres";

/// Exit code of an instance manager whose volume is full.
const DISK_FULL: i32 = 4;

pub(crate) fn name(meta: &ObjectMeta) -> &str {
    meta.name.as_deref().unwrap_or_default()
}

pub(crate) fn object(meta: &ObjectMeta) -> Object {
    Object { name: name(meta).to_owned(), uid: meta.uid.clone() }
}

pub(crate) fn label<'a>(meta: &'a ObjectMeta, key: &str) -> Option<&'a str> {
    meta.labels.as_ref()?.get(key).map(String::as_str)
}

pub(crate) fn annotation<'a>(meta: &'a ObjectMeta, key: &str) -> Option<&'a str> {
    meta.annotations.as_ref()?.get(key).map(String::as_str)
}

pub(crate) fn going(meta: &ObjectMeta) -> bool {
    meta.deletion_timestamp.is_some()
}

pub(crate) fn phase(pod: &Pod) -> &str {
    pod.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or("Pending")
}

/// It has ended, and will not run again.
pub(crate) fn ended(pod: &Pod) -> bool {
    matches!(phase(pod), "Succeeded" | "Failed")
}

/// It runs, and is to go on.
pub(crate) fn active(pod: &Pod) -> bool {
    !going(&pod.metadata) && !ended(pod) && phase(pod) != "Pending"
}

fn condition(pod: &Pod, kind: &str, status: &str, reason: Option<&str>) -> bool {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.into_iter().flatten().any(|one| {
        one.type_ == kind
            && one.status == status
            && reason.is_none_or(|reason| one.reason.as_deref() == Some(reason))
    })
}

pub(crate) fn ready(pod: &Pod) -> bool {
    condition(pod, "Ready", "True", None)
}

/// No node can take it.
pub(crate) fn unschedulable(pod: &Pod) -> bool {
    phase(pod) == "Pending" && condition(pod, "PodScheduled", "False", Some("Unschedulable"))
}

fn containers(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    pod.status.iter().flat_map(|status| status.container_statuses.iter().flatten())
}

/// Active, and the kubelet does not back off from starting it.
pub(crate) fn alive(pod: &Pod) -> bool {
    let backs_off = |one: &ContainerStatus| {
        let waiting = one.state.as_ref().and_then(|state| state.waiting.as_ref());
        waiting.and_then(|waiting| waiting.reason.as_deref()) == Some("CrashLoopBackOff")
    };
    active(pod) && !containers(pod).any(backs_off)
}

/// What the kubelet says about an image that it cannot get: its name, the reason, the message.
pub(super) fn unpullable(pod: &Pod) -> Option<(&str, &str, &str)> {
    const REASONS: [&str; 6] = [
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
        "ErrImageNeverPull",
        "ImageInspectError",
        "RegistryUnavailable",
    ];
    let status = pod.status.as_ref()?;
    let first = status.init_container_statuses.iter().flatten();
    first.chain(containers(pod)).find_map(|one| {
        let waiting = one.state.as_ref()?.waiting.as_ref()?;
        let reason = waiting.reason.as_deref().filter(|reason| REASONS.contains(reason))?;
        Some((one.image.as_str(), reason, waiting.message.as_deref().unwrap_or_default()))
    })
}

/// PostgreSQL ended because a volume is full, and has not come back since.
pub(crate) fn disk_full(pod: &Pod) -> bool {
    containers(pod).filter(|one| one.name == CONTAINER).any(|one| {
        let code = |state: &Option<_>| {
            let state: &k8s_openapi::api::core::v1::ContainerState = state.as_ref()?;
            state.terminated.as_ref().map(|ended| ended.exit_code)
        };
        code(&one.state) == Some(DISK_FULL)
            || (!one.ready && code(&one.last_state) == Some(DISK_FULL))
    })
}

pub(crate) fn node(pod: &Pod) -> Option<&str> {
    pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref()).filter(|name| !name.is_empty())
}

/// Names of the volume claims that a pod mounts.
pub(crate) fn claims_of(spec: Option<&k8s_openapi::api::core::v1::PodSpec>) -> Vec<&str> {
    let volumes = spec.into_iter().flat_map(|spec| spec.volumes.iter().flatten());
    volumes
        .filter_map(|volume| Some(volume.persistent_volume_claim.as_ref()?.claim_name.as_str()))
        .collect()
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobState {
    Running,
    Completed,
    Failed,
}

pub(crate) fn job_state(job: &Job) -> JobState {
    let conditions = job.status.as_ref().and_then(|status| status.conditions.as_ref());
    let is = |kind: &str| {
        conditions.into_iter().flatten().any(|one| one.type_ == kind && one.status == "True")
    };
    if is("Complete") {
        JobState::Completed
    } else if is("Failed") {
        JobState::Failed
    } else {
        JobState::Running
    }
}

pub(crate) fn job_claims(job: &Job) -> Vec<&str> {
    claims_of(job.spec.as_ref().and_then(|spec| spec.template.spec.as_ref()))
}
