//! The images of the rig: what tests expect to find in them, and how a new one gets onto the nodes.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::{LogParams, PostParams};
use kube::runtime::wait::await_condition;
use serde_json::{Value, json};
use testkit::rig::images::{self, manager};
use testkit::rig::load::{self, Ware};
use testkit::rig::progress::Progress;
use testkit::rig::{Rig, scratch::Scratch};
use tokio::time::{Duration, timeout};

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn postgresql_runs_as_user_26_and_knows_its_locales() -> Result<()> {
    let rig = Rig::attach().await?;
    let scratch = Scratch::create(&rig, "images").await?;
    let script = "set -e; id -un; postgres --version; \
                  initdb --pgdata=/tmp/data --locale=en_US.UTF-8 -A peer --no-sync >/dev/null; \
                  initdb --pgdata=/tmp/other --locale-provider=icu --icu-locale=de \
                  --locale=C.UTF-8 -A peer --no-sync >/dev/null; echo done";
    for (name, image, major) in
        [("new", images::POSTGRESQL_17, "17"), ("old", images::POSTGRESQL_15, "15")]
    {
        let said = run(&rig, &scratch, name, image, json!(["sh", "-c", script])).await?;
        let lines: Vec<&str> = said.lines().collect();
        let [user, version, done] = lines[..] else { panic!("{name}: {said}") };
        assert_eq!((user, done), ("postgres", "done"), "{name}");
        assert!(version.starts_with(&format!("postgres (PostgreSQL) {major}.")), "{version}");
    }
    Ok(())
}

#[tokio::test]
async fn what_was_loaded_last_is_what_new_pods_run() -> Result<()> {
    const NAME: &str = "docker.io/rig/loaded-in-a-test:dev";
    let rig = Rig::attach().await?;
    let scratch = Scratch::create(&rig, "load").await?;
    let folder = tempfile::tempdir()?;
    for word in ["first", "second"] {
        let program = says(folder.path(), word)?;
        let packed = manager::pack(&program, &folder.path().join("image"), &[NAME.to_owned()])?;
        load::load(&rig, &Ware::Archive(packed.archive), Progress::silent()).await?;
        for node in rig.nodes() {
            let name = format!("{word}-on-{node}");
            let pod = pod(&name, NAME, json!(["/operator/manager_amd64"]), &node.to_string());
            assert_eq!(output(&rig, &scratch, pod).await?, word, "{name}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_manager_of_this_checkout_runs_in_its_image() -> Result<()> {
    let rig = Rig::attach().await?;
    load::load(&rig, &Ware::Manager, Progress::silent()).await?;
    let scratch = Scratch::create(&rig, "manager").await?;
    let words = json!(["/manager", "version"]);
    let said = run(&rig, &scratch, "manager", manager::MANAGER, words).await?;
    assert!(said.contains(env!("CARGO_PKG_VERSION")), "{said}");
    Ok(())
}

/// A static program that says this word.
fn says(folder: &Path, word: &str) -> Result<std::path::PathBuf> {
    let (source, program) = (folder.join("says.c"), folder.join(word));
    std::fs::write(
        &source,
        format!("#include <stdio.h>\nint main(void) {{ fputs(\"{word}\", stdout); }}"),
    )?;
    let compiler = std::process::Command::new("cc")
        .args(["-static", "-o"])
        .arg(&program)
        .arg(source)
        .status()?;
    ensure!(compiler.success(), "the program does not compile");
    Ok(program)
}

async fn run(
    rig: &Rig,
    scratch: &Scratch,
    name: &str,
    image: &str,
    command: Value,
) -> Result<String> {
    output(rig, scratch, pod(name, image, command, "node1")).await
}

/// A pod as strict as the operator's own.
fn pod(name: &str, image: &str, command: Value, node: &str) -> Value {
    json!({
        "metadata": { "name": name },
        "spec": {
            "nodeSelector": { "kubernetes.io/hostname": node },
            "restartPolicy": "Never",
            "securityContext": { "runAsNonRoot": true },
            "containers": [{ "name": "main", "image": image, "command": command }],
        },
    })
}

/// What a pod has written by the time it has succeeded.
async fn output(rig: &Rig, scratch: &Scratch, pod: Value) -> Result<String> {
    let pods: Api<Pod> = Api::namespaced(rig.client(), scratch.name());
    let pod = pods.create(&PostParams::default(), &serde_json::from_value(pod)?).await?;
    let name = pod.metadata.name.context("it was given a name")?;
    let phase = |pod: Option<&Pod>| pod.and_then(|pod| pod.status.as_ref()?.phase.clone());
    let ended = |pod: Option<&Pod>| matches!(phase(pod).as_deref(), Some("Succeeded" | "Failed"));
    let done = timeout(PATIENCE, await_condition(pods.clone(), &name, ended)).await;
    let pod = done.with_context(|| format!("the pod {name} does not end"))??;
    let said = pods.logs(&name, &LogParams::default()).await?;
    ensure!(phase(pod.as_ref()).as_deref() == Some("Succeeded"), "the pod {name} failed: {said}");
    Ok(said)
}
