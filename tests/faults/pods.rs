//! Pods to observe faults by: they count, and their count can be read while all else is broken.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use k8s_openapi::api::core::v1 as core;
use kube::Api;
use kube::api::PostParams;
use serde_json::{Value, json};
use testkit::rig::faults::{Pod, PodName};
use testkit::rig::layout::Node;
use testkit::rig::scratch::Scratch;
use testkit::rig::{Rig, images};
use tokio::time::timeout;

use super::PATIENCE;

/// Writes a line about fifty times a second.
const COUNT: &str = "while :; do echo tick; sleep 0.02; done";

/// A pod that counts for as long as it runs.
pub struct Counter<'a> {
    rig: &'a Rig,
    pub name: PodName,
}

impl<'a> Counter<'a> {
    /// Starts the pod on a node and waits until it counts.
    pub async fn start(rig: &'a Rig, scratch: &Scratch, node: Node) -> Result<Self> {
        Self::start_with(rig, scratch, node, json!([]), json!([])).await
    }

    /// The same with a new volume at `/data`.
    pub async fn start_with_volume(rig: &'a Rig, scratch: &Scratch, node: Node) -> Result<Self> {
        let claim = json!({
            "metadata": {"name": "data"},
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "300Mi"}},
            },
        });
        let claims: Api<core::PersistentVolumeClaim> =
            Api::namespaced(rig.client(), scratch.name());
        claims.create(&PostParams::default(), &serde_json::from_value(claim)?).await?;
        let volumes = json!([{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]);
        let mounts = json!([{"name": "data", "mountPath": "/data"}]);
        Self::start_with(rig, scratch, node, volumes, mounts).await
    }

    async fn start_with(
        rig: &'a Rig,
        scratch: &Scratch,
        node: Node,
        volumes: Value,
        mounts: Value,
    ) -> Result<Self> {
        let name = format!("counter-on-{node}");
        let pod = json!({
            "metadata": {"name": name},
            "spec": {
                "nodeSelector": {"kubernetes.io/hostname": node.to_string()},
                "terminationGracePeriodSeconds": 0,
                "volumes": volumes,
                "containers": [{
                    "name": "main",
                    "image": images::POSTGRESQL_17,
                    "command": ["bash", "-c", COUNT],
                    "volumeMounts": mounts,
                    "securityContext": {"runAsUser": 0},
                }],
            },
        });
        let pods: Api<core::Pod> = Api::namespaced(rig.client(), scratch.name());
        pods.create(&PostParams::default(), &serde_json::from_value(pod)?).await?;
        let counter = Self { rig, name: PodName::new(scratch.name(), &name) };
        counter.advances().await?;
        Ok(counter)
    }

    /// Where the pod runs.
    pub fn pod(&self) -> Result<Pod> {
        self.rig.faults().pod(&self.name)
    }

    /// How far it has counted, over all its restarts.
    pub fn count(&self) -> Result<usize> {
        let Ok(pod) = self.pod() else { return Ok(0) };
        let folder = format!("{}_{}_{}", self.name.namespace, self.name.name, pod.uid);
        let logs = self.rig.layout().node_dir(pod.node).join("pod-logs").join(folder).join("main");
        let mut lines = 0;
        for entry in fs::read_dir(logs).into_iter().flatten().flatten() {
            lines += fs::read_to_string(entry.path()).unwrap_or_default().lines().count();
        }
        Ok(lines)
    }

    /// Waits until it has counted on.
    pub async fn advances(&self) -> Result<()> {
        let goal = self.count()? + 15;
        let what = format!("{} counting", self.name);
        until(&what, async || Ok((self.count()? >= goal).then_some(()))).await
    }
}

/// Whether the API server answers soon a question that its database must answer.
pub async fn api_answers(rig: &Rig) -> bool {
    let namespaces: Api<core::Namespace> = Api::all(rig.client());
    let asked = timeout(Duration::from_secs(2), namespaces.get("default")).await;
    asked.is_ok_and(|answer| answer.is_ok())
}

/// Waits until a node is ready, or is not.
pub async fn node_ready(rig: &Rig, node: Node, wanted: bool) -> Result<()> {
    let nodes: Api<core::Node> = Api::all(rig.client());
    let (name, what) = (node.to_string(), format!("{node} ready: {wanted}"));
    until(&what, async || {
        let node = nodes.get(&name).await?;
        let conditions = node.status.and_then(|status| status.conditions).unwrap_or_default();
        let ready = conditions.iter().any(|one| one.type_ == "Ready" && one.status == "True");
        Ok((ready == wanted).then_some(()))
    })
    .await
}

/// Asks again and again; errors count as "not yet" until time is up.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    testkit::until::until(what, PATIENCE, async || ask().await?.context("not yet")).await
}
