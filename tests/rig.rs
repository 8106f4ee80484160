//! The rig itself: what every other test on it takes for granted.
//!
//! These tests use the rig of this checkout, which `cargo xtask test` brings up.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::api::{ListParams, LogParams, PostParams};
use kube::runtime::wait::await_condition;
use kube::{Api, Client};
use serde_json::json;
use testkit::rig::{Options, Rig, images, process, scratch::Scratch};

const PATIENCE: Duration = Duration::from_secs(60);

/// Answers every connection with one line.
const SERVER: &str = r#"
use IO::Socket::INET;
$server = IO::Socket::INET->new(LocalPort => 8080, Listen => 9, ReuseAddr => 1) or die;
while ($client = $server->accept) { print $client "served\n"; close $client }
"#;

#[tokio::test]
async fn all_nodes_are_ready() -> Result<()> {
    let rig = Rig::attach().await?;
    let nodes = Api::<Node>::all(rig.client()).list(&ListParams::default()).await?;
    let ready: Vec<_> = nodes
        .iter()
        .filter(|node| {
            let conditions = node.status.iter().flat_map(|status| status.conditions.iter());
            conditions.flatten().any(|one| one.type_ == "Ready" && one.status == "True")
        })
        .filter_map(|node| node.metadata.name.clone())
        .collect();
    let expected: Vec<_> = rig.nodes().map(|node| node.to_string()).collect();
    assert_eq!(ready, expected);
    Ok(())
}

#[tokio::test]
async fn a_service_answers_by_name_from_the_own_node_and_from_another() -> Result<()> {
    let rig = Rig::attach().await?;
    let scratch = Scratch::create(&rig, "service").await?;
    let server = ["perl", "-e", SERVER];
    start(rig.client(), &scratch, "server", "node1", &server).await?;
    let service = json!({
        "metadata": {"name": "server"},
        "spec": {"selector": {"app": "server"}, "ports": [{"port": 80, "targetPort": 8080}]},
    });
    let services: Api<k8s_openapi::api::core::v1::Service> =
        Api::namespaced(rig.client(), scratch.name());
    services.create(&PostParams::default(), &serde_json::from_value(service)?).await?;
    let name = format!("server.{}.svc.cluster.local", scratch.name());
    let script =
        format!("until exec 2>/dev/null 3<>/dev/tcp/{name}/80; do sleep 0.1; done; cat <&3");
    for node in ["node1", "node2"] {
        let client = format!("client-on-{node}");
        start(rig.client(), &scratch, &client, node, &["bash", "-c", &script]).await?;
        assert_eq!(output(rig.client(), &scratch, &client).await?, "served\n", "from {node}");
    }
    Ok(())
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_denied_at_once() -> Result<()> {
    let rig = Rig::attach().await?;
    let scratch = Scratch::create(&rig, "dns").await?;
    let script = "getent hosts kubernetes.default; getent hosts elsewhere.example; echo $?";
    start(rig.client(), &scratch, "asker", "node1", &["bash", "-c", script]).await?;
    let answer = output(rig.client(), &scratch, "asker").await?;
    let address = rig.layout().kubernetes_service().to_string();
    assert!(answer.starts_with(&address), "the service of the API server: {answer:?}");
    assert!(answer.ends_with("\n2\n"), "not found, rather than no answer: {answer:?}");
    Ok(())
}

#[tokio::test]
async fn up_on_a_running_rig_starts_nothing_again() -> Result<()> {
    let rig = Rig::attach().await?;
    let records = || -> Result<Vec<_>> {
        rig.logs()?.iter().map(|name| process::running(rig.layout(), name)).collect()
    };
    let before = records()?;
    ensure!(before.iter().all(Option::is_some), "something has ended: {before:?}");
    let options = Options {
        nodes: rig.state().nodes,
        node_monitor_grace: rig.state().node_monitor_grace,
        ..Options::default()
    };
    Rig::up(&options).await?;
    assert_eq!(records()?, before);
    Ok(())
}

/// Starts a pod on a node, which runs the command once.
async fn start(
    client: Client,
    scratch: &Scratch,
    name: &str,
    node: &str,
    command: &[&str],
) -> Result<()> {
    let pod = json!({
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "nodeSelector": {"kubernetes.io/hostname": node},
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": 0,
            "containers":
                [{"name": "main", "image": images::POSTGRESQL_17, "command": command}],
        },
    });
    let pods: Api<Pod> = Api::namespaced(client, scratch.name());
    pods.create(&PostParams::default(), &serde_json::from_value(pod)?).await?;
    Ok(())
}

/// What a pod has written by the time it has succeeded.
async fn output(client: Client, scratch: &Scratch, name: &str) -> Result<String> {
    let pods: Api<Pod> = Api::namespaced(client, scratch.name());
    let ended = |pod: Option<&Pod>| {
        let phase = pod.and_then(|pod| pod.status.as_ref()?.phase.as_deref());
        matches!(phase, Some("Succeeded" | "Failed"))
    };
    let done = tokio::time::timeout(PATIENCE, await_condition(pods.clone(), name, ended)).await;
    done.with_context(|| format!("the pod {name} does not end"))??;
    Ok(pods.logs(name, &LogParams::default()).await?)
}
