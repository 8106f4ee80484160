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

#[cfg(test)]
mod tests {
    use planner::leadership::records::{Holder, Session, Version};
    use serde_json::{Value, json};

    use super::*;

    const NOW: &str = "2026-01-01T12:00:00Z";

    fn lease() -> LeaseRecord {
        let session = Session { pod_uid: "u".into(), container_id: "c0ffee".into() };
        LeaseRecord {
            version: Version(1),
            holder: Some(Holder { instance: "c-1".into(), session }),
            electors: None,
            hand_over: None,
            transitions: 1,
            renewed: 1,
        }
    }

    fn pod(container: Value, more: Value) -> Pod {
        let mut container = container;
        container["name"] = json!("postgres");
        let mut pod = json!({
            "metadata": {"name": "c-1", "uid": "u"},
            "spec": {"nodeName": "n", "containers": []},
            "status": {"containerStatuses": [container]},
        });
        json_patch::merge(&mut pod, &more);
        serde_json::from_value(pod).expect("a pod")
    }

    fn ended(id: &str, at: &str) -> Value {
        json!({"terminated": {"containerID": format!("containerd://{id}"), "exitCode": 137, "finishedAt": at}})
    }

    fn status(state: Value, last: Value, restarts: i32) -> Value {
        json!({
            "image": "", "imageID": "", "ready": false, "restartCount": restarts,
            "state": state, "lastState": last,
        })
    }

    #[test]
    fn only_the_container_of_the_session_counts() {
        let running = || json!({"running": {}});
        let waiting = || json!({"waiting": {"reason": "CrashLoopBackOff"}});
        let going = json!({"metadata": {"deletionTimestamp": NOW}});
        let mine = |at| ended("c0ffee", at);
        let rows = [
            ("it runs", status(running(), json!({}), 0), json!({}), None),
            ("just ended", status(mine(NOW), json!({}), 0), json!({}), Some(Restart::Soon)),
            (
                "ended, and the pod goes",
                status(mine(NOW), json!({}), 0),
                going,
                Some(Restart::Late),
            ),
            (
                "ended again soon after another end",
                status(mine(NOW), ended("before", "2026-01-01T11:55:00Z"), 1),
                json!({}),
                Some(Restart::Late),
            ),
            (
                "ended long after another end",
                status(mine(NOW), ended("before", "2026-01-01T10:00:00Z"), 1),
                json!({}),
                Some(Restart::Soon),
            ),
            ("waits", status(waiting(), mine(NOW), 1), json!({}), Some(Restart::Late)),
            ("its successor runs", status(running(), mine(NOW), 1), json!({}), Some(Restart::Done)),
            ("another one ended", status(ended("other", NOW), json!({}), 0), json!({}), None),
            (
                "another pod",
                status(mine(NOW), json!({}), 0),
                json!({"metadata": {"uid": "v"}}),
                None,
            ),
        ];
        let now = NOW.parse().expect("a time");
        for (name, container, more, expected) in rows {
            let found = dead(Some(&lease()), &[pod(container, more)], &[], now);
            let found = found.first().map(|proven| proven.proof);
            assert_eq!(found, expected.map(Proof::ContainerTerminated), "{name}");
        }
    }

    #[test]
    fn a_person_may_vouch_for_a_node() {
        let pod = pod(status(json!({"running": {}}), json!({}), 0), json!({}));
        let node = |name: &str, key: &str| -> Node {
            let taints = json!([{"key": key, "effect": "NoExecute"}]);
            serde_json::from_value(json!({"metadata": {"name": name}, "spec": {"taints": taints}}))
                .expect("a node")
        };
        let now = NOW.parse().expect("a time");
        let count = |node| dead(Some(&lease()), std::slice::from_ref(&pod), &[node], now).len();
        assert_eq!(count(node("n", OUT_OF_SERVICE)), 1);
        assert_eq!(count(node("n", "node.kubernetes.io/unreachable")), 0, "a mere hint");
        assert_eq!(count(node("m", OUT_OF_SERVICE)), 0);
        assert_eq!(dead(None, &[pod], &[node("n", OUT_OF_SERVICE)], now).len(), 0);
    }
}
