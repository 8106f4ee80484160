//! `cargo xtask demo`: from nothing to an operator that answers, in one command.

use std::time::Instant;

use anyhow::{Context, Result};
use testkit::rig::images::manager::MANAGER;
use testkit::rig::load::{self, Ware};
use testkit::rig::progress::Progress;
use testkit::rig::{Options, Rig, operator};

use crate::tree::{report, root, runtime, tell};

/// What a new user applies first.
const SAMPLE: &str = "docs/samples/cluster-example.yaml";

/// Builds, starts the rig, installs the operator, applies a sample and shows what is there.
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
    operator::apply(&rig, &sample)?;
    show(&rig)
}

fn show(rig: &Rig) -> Result<()> {
    let commands: &[&[&str]] = &[
        &["get", "nodes"],
        &["get", "crds", "-o", "name"],
        &["-n", operator::NAMESPACE, "get", "deployments,pods"],
        &["get", "clusters.postgresql.cnpg.io"],
        &["get", "clusters.postgresql.cnpg.io", "cluster-example", "-o", "jsonpath={.spec}"],
    ];
    for words in commands {
        report(format_args!("\n$ kubectl {}", words.join(" ")));
        report(format_args!("{}", rig.kubectl(*words)?.trim_end()));
    }
    report(format_args!("\nA cluster that admission refuses:"));
    report(format_args!("$ kubectl apply -f -    # imageName: rig/postgresql:latest"));
    report(format_args!("{}", refusal(rig)?));
    report(format_args!(
        "\nNext: `cargo xtask rig kubectl get pods -A`, `cargo xtask rig status`, `cargo xtask rig down`"
    ));
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
