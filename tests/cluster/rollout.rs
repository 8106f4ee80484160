//! A cluster is changed while it serves: settings, image, a restart that somebody asks for.
//!
//! Whatever restarts is told, one at a time, the primary last, and everybody is as ready as before.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::ResourceExt as _;
use kube::api::ListParams;
use serde_json::{Value, json};
use testkit::rig::images::POSTGRESQL_17;
use testkit::rig::{cluster::Living, load};
use testkit::until::until;

use super::{Fixture, PATIENCE};

/// Another name of the same image, which is another version as far as the operator can tell.
const NEWER: &str = "docker.io/rig/postgresql:17.99";
/// An image that no node has, and no registry.
const NOWHERE: &str = "docker.io/rig/nowhere:17.1";

/// The uids of the pods: another uid is another pod.
async fn uids(cluster: &Living) -> Result<BTreeSet<(String, String)>> {
    let pods = cluster.pods().await?;
    Ok(pods.iter().map(|pod| (pod.name_any(), pod.uid().unwrap_or_default())).collect())
}

fn parameters(values: &Value) -> Value {
    json!({"spec": {"postgresql": {"parameters": values}}})
}

async fn everywhere(cluster: &Living, setting: &str, value: &str) -> Result<()> {
    for pod in cluster.pods().await? {
        let name = pod.name_any();
        let shown = cluster.sql(&name, &format!("show {setting}"))?;
        ensure!(shown == value, "{setting} is {shown} in {name}, and should be {value}");
    }
    Ok(())
}

/// Whether so many seconds at most pass until a setting is in force in all instances.
async fn within(cluster: &Living, limit: Duration, setting: &str, value: &str) -> Result<()> {
    let began = Instant::now();
    loop {
        match everywhere(cluster, setting, value).await {
            Err(error) if began.elapsed() > limit => return Err(error),
            Err(_) => {}
            Ok(()) => return Ok(()),
        }
    }
}

/// What the events of the cluster with this reason say.
async fn told(cluster: &Living, reason: &str) -> Result<Vec<String>> {
    let all = cluster.objects::<Event>().list(&ListParams::default()).await?;
    let ours = all.items.into_iter().filter(|event| {
        event.reason.as_deref() == Some(reason)
            && event.involved_object.kind.as_deref() == Some("Cluster")
    });
    Ok(ours.filter_map(|event| event.message).collect())
}

/// One cluster through all of it: what a step leaves behind, the next one begins with.
#[tokio::test]
async fn changes_arrive_without_more_restarts_than_they_take() -> Result<()> {
    let quick = json!({"smartShutdownTimeout": 2});
    let Fixture { rig, scratch: _scratch, cluster } =
        Fixture::healthy("rollout", 3, &quick).await?;
    load::alias(&rig, POSTGRESQL_17, NEWER).await?;

    // What a reload takes.
    let before = uids(&cluster).await?;
    let started = "select pg_postmaster_start_time()";
    let since = cluster.sql("rollout-1", started)?;
    cluster.patch(&parameters(&json!({"work_mem": "8MB"}))).await?;
    within(&cluster, Duration::from_secs(4), "work_mem", "8MB").await?;
    assert_eq!(uids(&cluster).await?, before, "no pod restarts for it");
    assert_eq!(cluster.sql("rollout-1", started)?, since, "and no server");

    // What a restart takes: standbys must not have less than the primary, so they go first, and the
    // primary restarts in its pod.
    let asked = parameters(&json!({"work_mem": "8MB", "max_connections": "120"}));
    let asked = cluster.patch(&asked).await?;
    let restarts = "Primary instance is being restarted in-place";
    let reason = cluster.passes_through(&asked, restarts, PATIENCE).await?;
    assert!(reason.contains("rollout-1"), "{reason}");
    for replica in ["rollout-2", "rollout-3"] {
        assert_eq!(cluster.sql(replica, "show max_connections")?, "120", "{replica} came first");
    }
    cluster.healthy(3, PATIENCE).await?;
    everywhere(&cluster, "max_connections", "120").await?;
    let after = uids(&cluster).await?;
    assert_eq!(after.intersection(&before).count(), 1, "the pod of the primary stays: {after:?}");
    let reasons = told(&cluster, "UpgradingInstance").await?;
    for name in ["rollout-1", "rollout-2", "rollout-3"] {
        assert!(reasons.iter().any(|note| note.contains(name)), "{name}: {reasons:?}");
    }

    // Lower: the primary goes first, by itself.
    let since = cluster.sql("rollout-1", started)?;
    let asked = parameters(&json!({"work_mem": "8MB", "max_connections": "100"}));
    let asked = cluster.patch(&asked).await?;
    let _ = cluster.passes_through(&asked, "Applying configuration", PATIENCE).await?;
    within(&cluster, PATIENCE, "max_connections", "100").await?;
    cluster.healthy(3, PATIENCE).await?;
    everywhere(&cluster, "max_connections", "100").await?;
    assert_ne!(cluster.sql("rollout-1", started)?, since);

    // An image that nobody has: one pod waits, and nobody else goes down.
    cluster.patch(&json!({"spec": {"imageName": NOWHERE}})).await?;
    let reason = |it: &api::Cluster| {
        it.status.as_ref()?.phase_reason.clone().filter(|reason| reason.contains(NOWHERE))
    };
    let pulled = |it: &api::Cluster| reason(it).filter(|reason| reason.contains("be pulled"));
    let reason = cluster.until("told about the image", PATIENCE, pulled).await?;
    assert!(reason.contains("spec.imageName"), "the remedy: {reason}");
    // Events come after the status.
    until("told by an event", PATIENCE, async || {
        ensure!(!told(&cluster, "ImagePullFailed").await?.is_empty());
        Ok(())
    })
    .await?;
    let ready = cluster.get().await?.status.and_then(|status| status.ready_instances);
    assert_eq!(ready, Some(2), "the others go on");

    // Corrected, and the user wants to say when the primary moves.
    let supervised = json!({"spec": {"imageName": NEWER, "primaryUpdateStrategy": "supervised"}});
    let asked = cluster.patch(&supervised).await?;
    let _ = cluster.passes_through(&asked, "Waiting for user action", PATIENCE).await?;
    let images = images(&cluster).await?;
    assert_eq!(images, [POSTGRESQL_17, NEWER, NEWER], "the primary waits");
    cluster.promote("rollout-2").await?;
    let led = cluster.until("rolled out", PATIENCE, |it| {
        let status = it.status.as_ref()?;
        let healthy = status.phase.as_deref() == Some("Cluster in healthy state");
        (healthy && status.ready_instances == Some(3)).then(|| status.current_primary.clone())
    });
    assert_eq!(led.await?.as_deref(), Some("rollout-2"));
    assert_eq!(self::images(&cluster).await?, [NEWER; 3]);

    // Unsupervised, by switchover; the role moves once, and the old primary follows.
    let back = json!({"spec": {
        "imageName": POSTGRESQL_17,
        "primaryUpdateStrategy": "unsupervised",
        "primaryUpdateMethod": "switchover",
    }});
    let asked = cluster.patch(&back).await?;
    let waits = "Waiting for the instances to become active";
    let _ = cluster.passes_through(&asked, waits, PATIENCE).await?;
    cluster.healthy(3, PATIENCE).await?;
    assert_eq!(self::images(&cluster).await?, [POSTGRESQL_17; 3]);
    assert_ne!(cluster.primary().await?, "rollout-2");
    Ok(())
}

/// The image of each instance, by its name.
async fn images(cluster: &Living) -> Result<Vec<String>> {
    let image = |pod: &Pod| pod.spec.as_ref()?.containers.first()?.image.clone();
    let pods = cluster.pods().await?;
    pods.iter().map(|pod| image(pod).context("a pod without an image")).collect()
}
