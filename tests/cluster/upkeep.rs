//! What people do to a cluster that lives: put it to sleep, enlarge its volumes, empty its node,
//! delete the object and make it again, and give its pods another manager.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use k8s_openapi::api::core::v1::{ConfigMap, Event, PersistentVolumeClaim, Pod};
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PropagationPolicy};
use kube::runtime::wait::await_condition;
use kube::{Api, ResourceExt as _};
use serde_json::json;
use testkit::rig::cluster::Living;
use testkit::rig::operator::NAMESPACE;
use testkit::rig::progress::Progress;
use testkit::rig::{Rig, images, load, slot};
use testkit::until::until;
use tokio::time::timeout;

use super::{Fixture, PATIENCE};

const NAME: &str = "upkeep";
const STARTED: &str = "select pg_postmaster_start_time()";

fn spec(size: &str) -> serde_json::Value {
    json!({
        "instances": 3,
        "imageName": images::POSTGRESQL_17,
        "storage": {"size": size},
        "smartShutdownTimeout": 2,
    })
}

/// One cluster through all of it: what a step leaves behind, the next one begins with.
#[tokio::test]
async fn a_cluster_outlives_what_is_done_to_it() -> Result<()> {
    let quick = json!({"smartShutdownTimeout": 2});
    let rig = crate::operator::alone().await?;
    let fixture = Fixture::healthy_on(rig, NAME, 3, &quick).await?;
    let Fixture { rig, scratch, cluster } = &fixture;
    cluster.sql("upkeep-1", "create table kept as select 42 as answer")?;

    sleeps_and_wakes(cluster).await?;
    grows(cluster).await?;
    leaves_a_node(rig, cluster).await?;
    is_taken_over(rig, scratch.name(), cluster).await?;
    changes_its_manager(rig, cluster).await?;
    let primary = cluster.primary().await?;
    assert_eq!(cluster.sql(&primary, "select answer from kept")?, "42");
    Ok(())
}

async fn sleeps_and_wakes(cluster: &Living) -> Result<()> {
    let hibernation = |word| json!({"metadata": {"annotations": {"cnpg.io/hibernation": word}}});
    cluster.patch(&hibernation("on")).await?;
    let asleep = |it: &api::Cluster| {
        let mut all = it.status.as_ref()?.conditions.iter();
        let condition = all.find(|one| one.type_ == "cnpg.io/hibernation")?;
        (condition.status == "True" && condition.reason == "Hibernated").then_some(())
    };
    cluster.until("asleep", PATIENCE, asleep).await?;
    assert!(cluster.pods().await?.is_empty());
    cluster.patch(&hibernation("off")).await?;
    let led = cluster.until("awake", PATIENCE, |it| {
        let status = it.status.as_ref()?;
        let awake = !status.conditions.iter().any(|one| one.type_ == "cnpg.io/hibernation");
        (awake && status.ready_instances == Some(3)).then(|| status.current_primary.clone())
    });
    assert_eq!(led.await?.as_deref(), Some("upkeep-1"), "nobody took over in its sleep");
    cluster.healthy(3, PATIENCE).await.map(drop)
}

/// Volumes that are in use grow, and no pod restarts for it.
async fn grows(cluster: &Living) -> Result<()> {
    let before = cluster.sql("upkeep-1", STARTED)?;
    cluster.patch(&json!({"spec": {"storage": {"size": "2Gi"}}})).await?;
    let claims = cluster.objects::<PersistentVolumeClaim>();
    for claim in ["upkeep-1", "upkeep-2", "upkeep-3"] {
        let large = |claim: Option<&PersistentVolumeClaim>| {
            let capacity = claim.and_then(|it| it.status.as_ref()?.capacity.as_ref());
            capacity.is_some_and(|all| all.get("storage").is_some_and(|size| size.0 == "2Gi"))
        };
        timeout(PATIENCE, await_condition(claims.clone(), claim, large)).await??;
    }
    assert_eq!(cluster.sql("upkeep-1", STARTED)?, before);
    cluster.healthy(3, PATIENCE).await.map(drop)
}

/// The primary is elsewhere before its pod is evicted, and the instance comes back to its volume.
async fn leaves_a_node(rig: &Rig, cluster: &Living) -> Result<()> {
    let pod = cluster.objects::<Pod>().get("upkeep-1").await?;
    let node = pod.spec.and_then(|spec| spec.node_name).context("a pod without a node")?;
    let drain = ["drain", &node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=120s"];
    let drained = rig.kubectl(drain);
    let moved = cluster.primary().await;
    rig.kubectl(["uncordon", &node])?;
    drained?;
    assert_ne!(moved?, "upkeep-1");
    cluster.healthy(3, PATIENCE).await.map(drop)
}

/// The object is deleted and its children stay; one of the same name takes them over.
async fn is_taken_over(rig: &Rig, namespace: &str, cluster: &Living) -> Result<()> {
    let clusters = cluster.objects::<api::Cluster>();
    let led = cluster.primary().await?;
    let address = cluster.target("rw").await?.address;
    let orphan = DeleteParams {
        propagation_policy: Some(PropagationPolicy::Orphan),
        ..DeleteParams::default()
    };
    clusters.delete(NAME, &orphan).await?;
    until("deleted", PATIENCE, async || {
        let left = clusters.get_metadata_opt(NAME).await?;
        ensure!(left.is_none(), "it is there still");
        Ok(())
    })
    .await?;
    let _ = Living::apply(rig, namespace, NAME, &spec("2Gi"))?;
    cluster.healthy(3, PATIENCE).await?;
    assert_eq!(cluster.primary().await?, led, "who led before has all the data");
    assert_eq!(cluster.target("rw").await?.address, address, "users find it where it was");
    let claims = cluster.objects::<PersistentVolumeClaim>();
    let owned = claims.list(&ListParams::default()).await?.items;
    let owned = owned.iter().filter(|claim| !claim.owner_references().is_empty()).count();
    assert_eq!(owned, 3);
    Ok(())
}

/// The manager of this checkout once more, with other bytes and so another hash.
fn other_program(folder: &std::path::Path) -> Result<PathBuf> {
    let program = images::manager::build(&slot::checkout()?)?;
    let (note, other) = (folder.join("note"), folder.join("manager"));
    std::fs::write(&note, "another one")?;
    let section = format!(".note.other={}", note.display());
    let mut made = Command::new("objcopy");
    made.args(["--add-section", &section]).arg(program).arg(&other);
    ensure!(made.status()?.success(), "objcopy has not made another program");
    Ok(other)
}

/// PostgreSQL and its sessions go on while the first process of its container is another program.
async fn changes_its_manager(rig: &Rig, cluster: &Living) -> Result<()> {
    let maps: Api<ConfigMap> = Api::namespaced(rig.client(), NAMESPACE);
    let configured = |value| {
        json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "cnpg-controller-manager-config"},
            "data": {"ENABLE_INSTANCE_MANAGER_INPLACE_UPDATES": value},
        })
    };
    let name = "cnpg-controller-manager-config";
    let params = PatchParams::apply("rig").force();
    maps.patch(name, &params, &Patch::Apply(configured("true"))).await?;
    let lives = |cluster: &Living| -> Result<BTreeMap<String, String>> {
        let names = ["upkeep-1", "upkeep-2", "upkeep-3"];
        names.iter().map(|&name| Ok((name.to_owned(), cluster.sql(name, STARTED)?))).collect()
    };
    let before = lives(cluster)?;
    let (ledger, service) = cluster.ledger(None).await?;
    let folder = tempfile::tempdir()?;
    let other = other_program(folder.path())?;
    load::load_manager_program(rig, &other, Progress::silent()).await?;
    let events = cluster.objects::<Event>();
    let upgraded = async || -> Result<usize> {
        let all = events.list(&ListParams::default()).await?.items;
        let ours =
            all.iter().filter(|one| one.reason.as_deref() == Some("InstanceManagerUpgraded"));
        Ok(ours.map(|one| one.message.clone()).collect::<std::collections::BTreeSet<_>>().len())
    };
    until("every manager replaced", PATIENCE, async || {
        let count = upgraded().await?;
        ensure!(count == 3, "{count} of 3");
        Ok(())
    })
    .await?;
    cluster.healthy(3, PATIENCE).await?;
    ledger.acknowledges(20, PATIENCE).await?;
    let report = ledger.stop(&service).await?;
    assert!(report.kept_every_promise(), "{report}");
    let gap = report.longest_gap.as_ref().map_or(0.0, |gap| gap.seconds);
    assert!(gap < 1.0, "nobody notices: {report}");
    assert_eq!(lives(cluster)?, before, "every server is the one of before");
    for pod in cluster.pods().await? {
        let containers = pod.status.and_then(|status| status.container_statuses);
        let restarts: i32 = containers.iter().flatten().map(|one| one.restart_count).sum();
        assert_eq!(restarts, 0);
    }
    maps.patch(name, &params, &Patch::Apply(configured("false"))).await?;
    load::load(rig, &load::Ware::Manager, Progress::silent()).await
}
