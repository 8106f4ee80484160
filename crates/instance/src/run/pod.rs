//! This pod, as the API server tells of it: who we are in this life, and where services lead.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use api::labels;
use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use kube::Api;
use kubekit::calls;
use planner::leadership::operator::Label;
use planner::leadership::records::Session;
use tokio::time::{Instant, sleep};

use crate::state::State;

/// The container that we are the first process of.
const CONTAINER: &str = "postgres";

/// How long a look may take, and how long the kubelet to tell of a container that has started.
const LIMIT: Duration = Duration::from_secs(2);
const TOLD: Duration = Duration::from_secs(10);

/// A container that started so much before us cannot be ours: both times are of this node's clock,
/// in whole seconds.
const SAME_START: i64 = 3;

/// What the present moment of our pod is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// The pod is there, with so much time to end in.
    Grace(Duration),
    /// The pod has been deleted by force: another of its name may be on its way.
    Gone,
}

fn pods(state: &State) -> Api<Pod> {
    Api::namespaced(state.client().clone(), &state.identity().namespace)
}

async fn read(state: &State) -> Result<Pod, calls::Error> {
    calls::within(LIMIT, pods(state).get(&state.identity().pod)).await
}

/// Who we are in this life: the pod, and the container that cannot be started while we live.
pub async fn session(state: &State) -> Session {
    let began = Instant::now();
    let by_kernel = container_of_cgroup(&std::fs::read_to_string("/proc/self/cgroup"));
    let started = process_start();
    let mut uid = None;
    loop {
        match read(state).await {
            Ok(pod) => {
                uid = pod.metadata.uid.clone().or(uid);
                let told = container_id(&pod, started);
                if let (Some(uid), Some(container)) = (&uid, by_kernel.clone().or(told)) {
                    return session_of(uid, &container);
                }
            }
            Err(error) => tracing::warn!(%error, "cannot read this pod"),
        }
        if let (Some(uid), true) = (&uid, began.elapsed() > TOLD) {
            tracing::warn!("the kubelet does not tell the id of this container");
            // Nobody will ever prove the death of this one: only time will.
            return session_of(uid, &format!("unknown-{}", state.session()));
        }
        sleep(Duration::from_millis(200)).await;
    }
}

fn session_of(uid: &str, container: &str) -> Session {
    Session { pod_uid: uid.into(), container_id: container.into() }
}

/// The role label, which says whether `-rw` leads here.
pub async fn label(state: &State) -> Option<Label> {
    let pod = read(state).await.ok()?;
    let role = pod.metadata.labels.as_ref()?.get(labels::INSTANCE_ROLE)?;
    match role.as_str() {
        labels::ROLE_PRIMARY => Some(Label::Primary),
        labels::ROLE_REPLICA => Some(Label::Replica),
        _ => None,
    }
}

/// How much time is left to end in. None when the API server does not tell.
pub async fn leave(state: &State, session: &Session) -> Option<Leave> {
    match read(state).await {
        Ok(pod) if pod.metadata.uid.as_deref() != Some(&*session.pod_uid) => Some(Leave::Gone),
        Ok(pod) => {
            let seconds = pod.metadata.deletion_grace_period_seconds?;
            Some(Leave::Grace(Duration::from_secs(u64::try_from(seconds).unwrap_or_default())))
        }
        // Our token is that of the pod: it ends with the object, and nobody knows us any more.
        Err(error) if error.is_missing() || error.status() == Some(401) => Some(Leave::Gone),
        Err(_) => None,
    }
}

/// The id of our container, once the status tells of it and not of the one before.
fn container_id(pod: &Pod, started: Option<i64>) -> Option<String> {
    let statuses = pod.status.as_ref()?.container_statuses.as_ref()?;
    let status: &ContainerStatus = statuses.iter().find(|status| status.name == CONTAINER)?;
    let running = status.state.as_ref()?.running.as_ref()?;
    let since = running.started_at.as_ref()?.0.as_second();
    let ours = started.is_none_or(|started| since + SAME_START >= started);
    ours.then(|| bare(status.container_id.as_deref()?)).flatten()
}

/// `containerd://<id>` without the name of the runtime.
fn bare(id: &str) -> Option<String> {
    let id = id.split_once("://").map_or(id, |(_, id)| id);
    (!id.is_empty()).then(|| id.to_owned())
}

/// The container that the cgroup of this process is named after, where the kernel tells.
fn container_of_cgroup(text: &std::io::Result<String>) -> Option<String> {
    let text = text.as_ref().ok()?;
    let name = text.lines().find_map(|line| {
        let last = line.rsplit('/').next()?;
        let last = last.strip_suffix(".scope").unwrap_or(last);
        let id = last.rsplit('-').next()?;
        (id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(id)
    })?;
    Some(name.to_owned())
}

/// When this process started, by the wall clock.
fn process_start() -> Option<i64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let ticks: u64 = stat.rsplit_once(") ")?.1.split(' ').nth(19)?.parse().ok()?;
    let since_boot = Duration::from_millis(ticks * 10); // USER_HZ is 100 everywhere
    let age = super::boot_clock::now().0.saturating_sub(since_boot);
    let started = SystemTime::now().checked_sub(age)?;
    i64::try_from(started.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_known_by_their_cgroup() {
        let id = "a".repeat(64);
        for (name, text, expected) in [
            ("systemd", format!("0::/kubepods.slice/cri-containerd-{id}.scope\n"), Some(&id)),
            ("cgroupfs", format!("9:pids:/x\n4:memory:/kubepods/pod1/{id}\n"), Some(&id)),
            ("hidden", "0::/\n".to_owned(), None),
        ] {
            assert_eq!(container_of_cgroup(&Ok(text)).as_ref(), expected, "{name}");
        }
    }

    #[test]
    fn the_container_before_ours_is_not_ours() {
        let pod: Pod = serde_json::from_value(serde_json::json!({
            "status": {"containerStatuses": [{
                "name": "postgres", "image": "", "imageID": "", "ready": true, "restartCount": 0,
                "containerID": "containerd://abc",
                "state": {"running": {"startedAt": "2026-01-01T00:00:10Z"}},
            }]},
        }))
        .unwrap();
        let started = 1_767_225_610; // the same moment
        for (name, ours, expected) in [
            ("same second", started, Some("abc")),
            ("a moment later", started + 2, Some("abc")),
            ("the status is of the one before", started + 30, None),
        ] {
            assert_eq!(container_id(&pod, Some(ours)).as_deref(), expected, "{name}");
        }
        assert!(process_start().is_some());
    }
}
