//! `cargo xtask demo`: from nothing to a cluster that survives its primary, in one command.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;
use testkit::probe::Report;
use testkit::rig::cluster::Living;
use testkit::rig::faults::{PodName, Signal};
use testkit::rig::images::manager::MANAGER;
use testkit::rig::load::{self, Ware};
use testkit::rig::progress::Progress;
use testkit::rig::{Options, Rig, images, operator};

use crate::tree::{report, root, runtime, tell};

/// What a new user applies first.
const SAMPLE: &str = "docs/samples/cluster-example.yaml";
const NAMESPACE: &str = "default";
const CLUSTER: &str = "cluster-example";
const INSTANCES: i64 = 3;
const PATIENCE: Duration = Duration::from_secs(240);

/// Builds, starts the rig, installs the operator, applies a sample, writes and reads a row, and
/// kills the primary while somebody writes.
pub fn run() -> Result<()> {
    runtime()?.block_on(demonstrate())
}

async fn demonstrate() -> Result<()> {
    let started = Instant::now();
    let step =
        |what: &str| tell(format_args!("{:7.1} s  demo: {what}", started.elapsed().as_secs_f64()));
    step("bringing up a three-node Kubernetes");
    let rig = Rig::up(&Options::default()).await?;
    step("building the operator and loading its image");
    load::load(&rig, &Ware::Manager, Progress::silent()).await?;
    step("installing the operator from deploy/cnpg.yaml");
    operator::install(&rig, MANAGER).await?;
    step("applying a sample cluster");
    let sample =
        std::fs::read_to_string(root().join(SAMPLE)).context("failed to read the sample")?;
    let mut sample: Value = serde_saphyr::from_str(&sample).context("the sample is no YAML")?;
    // The rig has images of its own and no way to a registry.
    sample["spec"]["imageName"] = images::POSTGRESQL_17.into();
    let cluster = Living::apply(&rig, NAMESPACE, CLUSTER, &sample["spec"])?;
    cluster.healthy(INSTANCES, PATIENCE).await?;
    step("three instances are ready");
    show(&rig)?;
    write_and_read(&cluster).await?;
    step("killing the primary while somebody writes");
    let gap = survive(&rig, &cluster).await?;
    report(format_args!("\n{gap}"));
    report(format_args!(
        "\nNext: `cargo xtask rig kubectl get pods -A`, `cargo xtask rig status`, `cargo xtask rig down`"
    ));
    Ok(())
}

/// A row goes in through the service for writing, and comes out of a replica.
async fn write_and_read(cluster: &Living) -> Result<()> {
    let primary = cluster.primary().await?;
    let written = "create table if not exists greetings (words text primary key); \
                   insert into greetings values ('hello') on conflict do nothing; \
                   select pg_current_wal_lsn()";
    let at = cluster.sql_through("rw", &primary, written).await?;
    let at = at.lines().last().context("the primary told no position")?.to_owned();
    report(format_args!("\nwritten through {CLUSTER}-rw, at {at}"));
    let read = format!(
        "select coalesce((select words from greetings where pg_last_wal_replay_lsn() >= '{at}'), '')"
    );
    let deadline = Instant::now() + PATIENCE;
    loop {
        // A replica may not have the table yet: it follows a moment later.
        let words = cluster.sql_through("ro", &primary, &read).await.unwrap_or_default();
        if words == "hello" {
            report(format_args!("read through {CLUSTER}-ro: {words}"));
            return Ok(());
        }
        anyhow::ensure!(Instant::now() < deadline, "the row never came to a replica");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Kills the primary's server, then its whole pod, and tells how long nobody could write.
async fn survive(rig: &Rig, cluster: &Living) -> Result<Report> {
    let (ledger, service) = cluster.ledger(None).await?;
    let primary = cluster.primary().await?;
    rig.faults().kill(&PodName::new(NAMESPACE, &primary), "postgres", Signal::SIGKILL)?;
    ledger.acknowledges(50, PATIENCE).await?;
    cluster.healthy(INSTANCES, PATIENCE).await?;
    let primary = cluster.primary().await?;
    cluster.lose_pod(&primary, PATIENCE).await?;
    ledger.acknowledges(50, PATIENCE).await?;
    cluster.healthy(INSTANCES, PATIENCE).await?;
    ledger.stop(&service).await
}

fn show(rig: &Rig) -> Result<()> {
    let commands: &[&[&str]] = &[
        &["get", "nodes"],
        &["get", "crds", "-o", "name"],
        &["-n", operator::NAMESPACE, "get", "deployments,pods"],
        &["get", "clusters.postgresql.cnpg.io"],
        &["get", "pods,services,persistentvolumeclaims", "-L", "cnpg.io/instanceRole"],
    ];
    for words in commands {
        report(format_args!("\n$ kubectl {}", words.join(" ")));
        report(format_args!("{}", rig.kubectl(*words)?.trim_end()));
    }
    report(format_args!("\nA cluster that admission refuses:"));
    report(format_args!("$ kubectl apply -f -    # imageName: rig/postgresql:latest"));
    report(format_args!("{}", refusal(rig)?));
    Ok(())
}

fn refusal(rig: &Rig) -> Result<String> {
    let wrong = "apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: wrong, namespace: default}
spec: {instances: 3, imageName: 'rig/postgresql:latest', storage: {size: 1Gi}}
";
    match operator::apply(rig, wrong) {
        Ok(()) => anyhow::bail!("admission let a cluster with the tag `latest` pass"),
        Err(error) => Ok(format!("{error:#}")),
    }
}
