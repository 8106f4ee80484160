//! What changes the cluster: reload, maintenance, fences, promotion, restarts, hibernation.

use anyhow::{Context as _, Result};
use k8s_openapi::api::core::v1::Pod;
use serde_json::Value;
use testkit::rig::cluster::Living;

use super::hands::{Hands, PATIENCE};

/// `status --wait-for` is how a person waits.
fn healthy(hands: &Hands) -> Result<()> {
    hands.prints("status plug --wait-for healthy --timeout 180s").map(|_| ())
}

fn field(hands: &Hands, path: &str) -> Result<String> {
    hands.kubectl(&format!("get cluster plug -o jsonpath={path}"))
}

pub async fn metadata_is_written(hands: &Hands, cluster: &Living) -> Result<()> {
    assert_eq!(hands.prints("reload plug")?, "plug will be reloaded\n");
    assert!(!field(hands, "{.metadata.annotations.cnpg\\.io/reloadedAt}")?.is_empty());
    let table = hands.prints("maintenance set plug --reusePVC")?;
    assert!(table.contains("false => true"), "{table}");
    assert_eq!(field(hands, "{.spec.nodeMaintenanceWindow.inProgress}")?, "true");
    hands.prints("maintenance unset plug")?;
    assert_ne!(field(hands, "{.spec.nodeMaintenanceWindow.inProgress}")?, "true");
    cluster.healthy(3, PATIENCE).await?;
    Ok(())
}

pub async fn fences_stop_an_instance(hands: &Hands, cluster: &Living) -> Result<()> {
    let wrong = hands.says("fencing on plug 9")?;
    assert_eq!(wrong.code, 1);
    assert!(wrong.err.contains("plug-9 is not a known instance"), "{wrong:?}");
    assert_eq!(hands.prints("fencing on plug 3")?, "plug-3 fenced\n");
    hands
        .until("the fence", || {
            let said = hands.says("status plug --exit-code")?;
            let fenced =
                said.out.lines().any(|line| line.starts_with("plug-3") && line.contains("Fenced"));
            Ok((fenced && said.code == 2).then_some(()))
        })
        .await?;
    assert_eq!(hands.prints("fencing off plug 3")?, "plug-3 unfenced\n");
    cluster.healthy(3, PATIENCE).await?;
    healthy(hands)
}

pub async fn another_instance_is_promoted(hands: &Hands, cluster: &Living) -> Result<()> {
    let already = hands.prints("promote plug 1")?;
    assert_eq!(already, "plug-1 is already the primary node in the cluster\n");
    let promoted = hands.prints("promote plug 2 --wait --timeout 60s")?;
    assert!(promoted.contains("Node plug-2 in cluster plug will be promoted\n"), "{promoted}");
    assert!(promoted.contains("plug-2 is the primary after "), "{promoted}");
    assert_eq!(cluster.primary().await?, "plug-2");
    cluster.healthy(3, PATIENCE).await?;
    healthy(hands)
}

pub async fn instances_restart(hands: &Hands, cluster: &Living) -> Result<()> {
    let born = |name: &'static str| async move {
        let pod = cluster.objects::<Pod>().get(name).await?;
        pod.metadata.uid.context("a pod has a uid")
    };
    let started = "select pg_postmaster_start_time()";
    let (replica, primary) = (born("plug-3").await?, born("plug-2").await?);
    let running = cluster.sql("plug-2", started)?;
    assert_eq!(hands.prints("restart plug 3")?, "instance plug-3 restarted\n");
    assert_eq!(hands.prints("restart plug 2")?, "instance plug-2 restarted\n");
    hands
        .until("a restarted primary", || {
            Ok((cluster.sql("plug-2", started)? != running).then_some(()))
        })
        .await?;
    assert_eq!(born("plug-2").await?, primary, "the primary restarts in its place");
    cluster.healthy(3, PATIENCE).await?;
    assert_ne!(born("plug-3").await?, replica, "another instance gets a new pod");

    let (one, three) = (born("plug-1").await?, born("plug-3").await?);
    let running = cluster.sql("plug-2", started)?;
    assert_eq!(hands.prints("restart plug")?, "plug restarted\n");
    hands
        .until("new pods of the standbys and a restarted primary", || {
            let uids = hands.kubectl(
                "get pods -l cnpg.io/podRole=instance -o jsonpath={.items[*].metadata.uid}",
            )?;
            let new = !uids.contains(&one) && !uids.contains(&three);
            // In its pod or in a new one, as the operator sees fit.
            Ok((new && cluster.sql("plug-2", started)? != running).then_some(()))
        })
        .await?;
    cluster.healthy(3, PATIENCE).await?;
    healthy(hands)
}

pub async fn a_destroyed_instance_is_replaced(hands: &Hands, cluster: &Living) -> Result<()> {
    let stranger = hands.says("destroy plug 9")?;
    assert_eq!(stranger.code, 1, "{stranger:?}");
    let dry = hands.prints("destroy plug 3 --dry-run")?;
    assert!(dry.contains("plug-3"), "{dry}");
    let claim = hands.kubectl("get pvc plug-3 -o jsonpath={.metadata.uid}")?;
    assert_eq!(hands.prints("destroy plug 3")?, "Instance plug-3 of cluster plug is destroyed\n");
    hands
        .until("a new volume", || {
            let uids = hands
                .kubectl("get pvc -l cnpg.io/cluster=plug -o jsonpath={.items[*].metadata.uid}")?;
            Ok((!uids.contains(&claim) && uids.split(' ').count() == 3).then_some(()))
        })
        .await?;
    cluster.healthy(3, PATIENCE).await?;
    healthy(hands)
}

pub async fn the_cluster_sleeps_and_wakes(hands: &Hands, cluster: &Living) -> Result<()> {
    hands.prints("hibernate on plug")?;
    assert_eq!(hands.says("hibernate on plug")?.code, 1, "it was asked for already");
    hands.prints("status plug --wait-for hibernated --timeout 120s")?;
    let status = hands.prints("hibernate status plug")?;
    assert!(status.contains("Status:     Hibernated\n"), "{status}");
    let document: Value = serde_json::from_str(&hands.prints("status plug -o json")?)?;
    assert_eq!(document["health"], "hibernated");
    assert_eq!(document["instanceStatus"]["items"], Value::Null);
    hands.prints("hibernate off plug")?;
    cluster.healthy(3, PATIENCE).await?;
    healthy(hands)
}
