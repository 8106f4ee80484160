//! What shows beyond doubt that the holder of the lease is dead.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::{ContainerStateTerminated, ContainerStatus, Node, Pod};
use planner::leadership::operator::{Proof, Proven, Restart};
use planner::leadership::records::LeaseRecord;

const CONTAINER: &str = "postgres";
const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";
/// The kubelet starts a container again at once unless it has done so within this time.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Proof for the session that holds the lease, if there is any.
pub fn dead(
    lease: Option<&LeaseRecord>,
    pods: &[Pod],
    nodes: &[Node],
    now: Timestamp,
) -> Vec<Proven> {
    let Some(holder) = lease.and_then(|lease| lease.holder.as_ref()) else { return Vec::new() };
    let session = &holder.session;
    let pod = pods.iter().find(|pod| pod.metadata.uid.as_deref() == Some(&*session.pod_uid));
    let Some(pod) = pod else { return Vec::new() };
    let proof = if out_of_service(pod, nodes) {
        Some(Proof::NodeOutOfService)
    } else {
        terminated(pod, &session.container_id, now).map(Proof::ContainerTerminated)
    };
    proof.map(|proof| Proven { session: session.clone(), proof }).into_iter().collect()
}

fn out_of_service(pod: &Pod, nodes: &[Node]) -> bool {
    let name = pod.spec.as_ref().and_then(|spec| spec.node_name.as_ref());
    let node = nodes.iter().find(|node| name.is_some() && node.metadata.name.as_ref() == name);
    let taints = node.and_then(|node| node.spec.as_ref()).and_then(|spec| spec.taints.as_ref());
    taints.into_iter().flatten().any(|taint| taint.key == OUT_OF_SERVICE)
}

/// When the container with this id is dead, and whether another follows soon.
fn terminated(pod: &Pod, id: &str, now: Timestamp) -> Option<Restart> {
    let status = pod.status.as_ref()?;
    let container = status.container_statuses.iter().flatten().find(|one| one.name == CONTAINER)?;
    // A manager learns its id from the kernel, which does not know who made the container.
    let bare = |id: &str| id.rsplit("://").next().map(str::to_owned);
    let id = bare(id).filter(|id| !id.is_empty());
    let is = |ended: &ContainerStateTerminated| {
        id.is_some() && ended.container_id.as_deref().and_then(bare) == id
    };
    let state = container.state.as_ref();
    let last = container.last_state.as_ref().and_then(|state| state.terminated.as_ref());
    if state.and_then(|state| state.terminated.as_ref()).is_some_and(is) {
        let late = pod.metadata.deletion_timestamp.is_some() || backs_off(container, now);
        return Some(if late { Restart::Late } else { Restart::Soon });
    }
    last.filter(|ended| is(ended)).map(|_| {
        if state.is_some_and(|state| state.running.is_some()) {
            Restart::Done
        } else {
            Restart::Late
        }
    })
}

/// It has ended before, not long ago: the next start waits.
fn backs_off(container: &ContainerStatus, now: Timestamp) -> bool {
    let last = container.last_state.as_ref().and_then(|state| state.terminated.as_ref());
    let ended = last.and_then(|last| last.finished_at.as_ref());
    let patience = SignedDuration::try_from(PATIENCE).unwrap_or_default();
    container.restart_count > 0 && ended.is_none_or(|at| now.duration_since(at.0) < patience)
}
