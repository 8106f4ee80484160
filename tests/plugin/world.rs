//! A healthy cluster of three, served to the plugin.

use std::io::Write as _;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};

use super::server::{Answer, Server};

/// Where the objects of the tests live.
pub const NAMESPACE: &str = "plugintest";

/// A server with a cluster, and the plugin that talks to it.
pub struct World {
    pub server: Server,
    kubeconfig: tempfile::NamedTempFile,
}

/// What one run of the plugin said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl World {
    /// Nothing but a server.
    pub fn empty() -> Self {
        let server = Server::start();
        let mut kubeconfig = tempfile::NamedTempFile::new().expect("a file");
        let text = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "contexts": [{ "name": "test", "context": {
                "cluster": "test", "user": "test", "namespace": NAMESPACE,
            } }],
            "clusters": [{ "name": "test", "cluster": { "server": server.url() } }],
            "users": [{ "name": "test", "user": {} }],
        });
        kubeconfig.write_all(text.to_string().as_bytes()).expect("a kubeconfig");
        Self { server, kubeconfig }
    }

    /// A healthy cluster `pg` of three.
    pub fn healthy() -> Self {
        let world = Self::empty();
        world.server.put(cluster());
        for number in 1..=3 {
            world.server.put(pod(number));
            world.reports(number, &report(number));
        }
        for budget in budgets() {
            world.server.put(budget);
        }
        let du = "du -sLh /var/lib/postgresql/data/pgdata";
        let size = "303M\t/var/lib/postgresql/data/pgdata\n";
        world.server.command("pg-1", du, size, 0);
        world
    }

    /// What an instance answers through the pod proxy.
    pub fn reports(&self, number: u32, report: &Value) {
        self.server.answer(&proxy(number), Answer::ok(report.to_string()));
    }

    /// Changes the cluster.
    pub fn change(&self, change: impl FnOnce(&mut Value)) {
        let mut cluster = self.cluster();
        change(&mut cluster);
        self.server.put(cluster);
    }

    pub fn cluster(&self) -> Value {
        self.server.object(CLUSTER).expect("the cluster is there")
    }

    /// Runs the plugin without a terminal.
    pub fn run(&self, line: &str) -> Said {
        self.run_with(&line.split_whitespace().collect::<Vec<_>>(), "")
    }

    pub fn run_with(&self, words: &[&str], input: &str) -> Said {
        self.run_in(words, input, &[])
    }

    /// Where the plugin finds the server.
    pub fn kubeconfig(&self) -> &Path {
        self.kubeconfig.path()
    }

    /// Runs the plugin with more of an environment than a kubeconfig.
    pub fn run_in(&self, words: &[&str], input: &str, variables: &[(&str, &Path)]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-cnpg"));
        command.args(words).env_clear().env("KUBECONFIG", self.kubeconfig.path());
        command.envs(variables.iter().copied());
        let output = command.write_stdin(input).output().expect("the plugin starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Said {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// The cluster's path.
pub const CLUSTER: &str = "/apis/postgresql.cnpg.io/v1/namespaces/plugintest/clusters/pg";

/// The path of an instance's report.
pub fn proxy(number: u32) -> String {
    format!("/api/v1/namespaces/{NAMESPACE}/pods/https:pg-{number}:8000/proxy/pg/status")
}

/// The path of an instance's pod.
pub fn pod_path(number: u32) -> String {
    format!("/api/v1/namespaces/{NAMESPACE}/pods/pg-{number}")
}

/// Ages, ports and durations differ from run to run.
pub fn filters() -> Vec<(&'static str, &'static str)> {
    vec![(r"\((-?\d+h)?(\d+m)?\d+s\)", "(AGE)"), (r"127\.0\.0\.1:\d+", "ADDRESS")]
}

fn cluster() -> Value {
    json!({
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": "Cluster",
        "metadata": { "name": "pg", "namespace": NAMESPACE, "uid": "u", "generation": 1 },
        "spec": {
            "instances": 3,
            "imageName": "registry.example/postgresql:17",
            "storage": { "size": "1Gi" },
            "bootstrap": { "initdb": { "database": "app", "owner": "app" } },
            "replicationSlots": { "highAvailability": { "enabled": true, "slotPrefix": "_cnpg_" } },
        },
        "status": {
            "phase": "Cluster in healthy state",
            "image": "registry.example/postgresql:17",
            "instances": 3,
            "readyInstances": 3,
            "currentPrimary": "pg-1",
            "targetPrimary": "pg-1",
            "currentPrimaryTimestamp": "2026-11-21T07:43:56.123456Z",
            "instanceNames": ["pg-1", "pg-2", "pg-3"],
            "instancesStatus": { "healthy": ["pg-1", "pg-2", "pg-3"] },
            "systemID": "7710526164251320339",
            "timelineID": 3,
            "certificates": { "expirations": {
                "pg-ca": "2126-02-19 07:34:26 +0000 UTC",
                "pg-server": "2126-02-19 07:34:26 +0000 UTC",
            } },
            "conditions": [{
                "type": "Ready", "status": "True", "reason": "ClusterIsReady",
                "message": "Cluster is Ready", "lastTransitionTime": "2026-11-21T07:43:58Z",
            }],
        },
    })
}

fn pod(number: u32) -> Value {
    let name = format!("pg-{number}");
    let role = if number == 1 { "primary" } else { "replica" };
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": NAMESPACE,
            "labels": {
                "cnpg.io/cluster": "pg", "cnpg.io/instanceName": name, "cnpg.io/podRole": "instance",
                "cnpg.io/instanceRole": role, "role": role,
            },
            "ownerReferences": [{
                "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "name": "pg", "uid": "u",
                "controller": true,
            }],
        },
        "spec": {
            "nodeName": format!("node{number}"),
            "containers": [{
                "name": "postgres", "image": "registry.example/postgresql:17",
                "command": ["/controller/manager", "instance", "run", "--status-port-tls"],
            }],
        },
        "status": {
            "phase": "Running",
            "qosClass": "BestEffort",
            "podIP": format!("10.0.0.{number}"),
            "conditions": [{ "type": "Ready", "status": "True" }],
            "containerStatuses": [{
                "name": "postgres", "ready": true, "restartCount": 0, "image": "", "imageID": "",
                "state": { "running": { "startedAt": "2026-11-21T07:43:50Z" } },
            }],
        },
    })
}

/// What an instance of the healthy cluster says; the first is the primary.
pub fn report(number: u32) -> Value {
    let common = json!({
        "systemID": "7710526164251320339", "isPrimary": number == 1, "replayPaused": false,
        "pendingRestart": false, "pendingRestartForDecrease": false,
        "isWalReceiverActive": number != 1, "isPgRewindRunning": false,
        "mightBeUnavailable": false, "node": "", "timeLineID": 3,
        "pod": { "metadata": { "name": format!("pg-{number}") }, "spec": { "containers": null }, "status": {} },
        "executableHash": "h", "instanceManagerVersion": "1.30.0", "instanceArch": "amd64",
        "isInstanceManagerUpgrading": false, "isPodReady": false, "sessionID": "s",
        "loadedConfigurationHash": "c",
    });
    let mut report = common;
    if number != 1 {
        report["receivedLsn"] = json!("0/13001178");
        report["replayLsn"] = json!("0/13001178");
        return report;
    }
    report["currentLsn"] = json!("0/13001178");
    report["currentWAL"] = json!("000000030000000000000013");
    report["isArchivingWAL"] = json!(true);
    report["lastArchivedWAL"] = json!("000000030000000000000012");
    report["lastArchivedWALTime"] = json!("2026-11-21T07:50:00.5Z");
    report["lastFailedWALTime"] = json!("-infinity");
    report["replicationInfo"] = [2, 3]
        .map(|standby| {
            json!({
                "applicationName": format!("pg-{standby}"), "state": "streaming",
                "receivedLsn": "0/13001178", "writeLsn": "0/13001178", "flushLsn": "0/13001178",
                "replayLsn": "0/13001178", "writeLag": "00:00:00", "flushLag": "00:00:00",
                "replayLag": "00:00:00", "syncState": "async", "syncPriority": "0",
            })
        })
        .into_iter()
        .collect();
    report["replicationSlotsInfo"] = [2, 3]
        .map(|standby| {
            json!({
                "slotName": format!("_cnpg_pg_{standby}"), "slotType": "physical", "active": true,
                "restartLsn": "0/13001178", "walStatus": "reserved",
            })
        })
        .into_iter()
        .collect();
    report
}

fn budgets() -> [Value; 2] {
    [("pg", "replica", 2, 1, 1), ("pg-primary", "primary", 1, 1, 0)].map(
        |(name, role, pods, least, allowed)| {
            json!({
                "apiVersion": "policy/v1",
                "kind": "PodDisruptionBudget",
                "metadata": {
                    "name": name, "namespace": NAMESPACE, "labels": { "cnpg.io/cluster": "pg" },
                },
                "spec": { "selector": { "matchLabels": {
                    "cnpg.io/cluster": "pg", "cnpg.io/instanceRole": role,
                } } },
                "status": {
                    "expectedPods": pods, "currentHealthy": pods, "desiredHealthy": least,
                    "disruptionsAllowed": allowed,
                },
            })
        },
    )
}
