//! `status`: text and documents for clusters in every state.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::World;
use super::server::Answer;
use super::world::{filters, proxy, report};

/// A snapshot of the text and one of the document, without what differs between runs.
macro_rules! shown {
    ($name:literal, $world:expr) => {
        insta::with_settings!({ filters => filters() }, {
            insta::assert_snapshot!(concat!($name, "_v"), $world.run("status pg -v").out);
            let short = format!("{:#}", shortened(document(&$world)));
            insta::assert_snapshot!(concat!($name, "_json"), short);
        });
    };
}

/// Whole objects of Kubernetes are there by their names: what they hold is not the plugin's.
fn shortened(mut document: Value) -> Value {
    fn name(object: &mut Value) {
        *object = object["metadata"]["name"].take();
    }
    name(&mut document["cluster"]);
    name(&mut document["PrimaryPod"]);
    let lists = [("instanceStatus", Some("pod")), ("PodDisruptionBudgetList", None)];
    for (list, inner) in lists {
        for item in document[list]["items"].as_array_mut().into_iter().flatten() {
            match inner {
                Some(inner) => name(&mut item[inner]),
                None => name(item),
            }
        }
    }
    document
}

fn document(world: &World) -> Value {
    let said = world.run("status pg -o json");
    assert_eq!(said.code, 0, "{said:?}");
    serde_json::from_str(&said.out).expect("JSON")
}

fn code(world: &World) -> i32 {
    world.run("status pg --exit-code").code
}

#[test]
fn healthy() {
    let world = World::healthy();
    shown!("healthy", world);
    insta::with_settings!({ filters => filters() }, {
        insta::assert_snapshot!("healthy", world.run("status pg").out);
        insta::assert_snapshot!("healthy_in_colour", world.run("status pg --color always").out);
    });
    assert_eq!(code(&world), 0);
    let document = document(&world);
    assert_eq!(document["instanceStatus"]["items"][0]["node"], "node1");
    assert_eq!(document["instanceStatus"]["items"][0]["isPodReady"], true);
    assert_eq!(document["instanceStatus"]["items"][0]["readBy"], "proxy");
    assert_eq!(document["health"], "healthy");
    assert_eq!(document["cluster"]["metadata"]["name"], "pg");
    assert_eq!(document["PrimaryPod"]["metadata"]["name"], "pg-1");
    assert_eq!(document["PodDisruptionBudgetList"]["items"].as_array().map(Vec::len), Some(2));
    let yaml = world.run("status pg -o yaml");
    assert!(
        yaml.out.starts_with("ErrorList:") && yaml.out.contains("\ninstanceStatus:\n  items:\n"),
        "{}",
        yaml.out
    );
}

#[test]
fn degraded() {
    let world = World::healthy();
    world.server.answer(&proxy(3), Answer::refusal(500, "", "no connection to the server"));
    world.change(|cluster| {
        cluster["status"]["readyInstances"] = json!(2);
        cluster["status"]["phase"] = json!("Waiting for the instances to become active");
        cluster["status"]["phaseReason"] = json!("Some instances are not yet active. Please wait.");
    });
    let mut primary = report(1);
    primary["pendingRestart"] = json!(true);
    primary["replicationInfo"].as_array_mut().expect("rows").pop();
    world.reports(1, &primary);
    shown!("degraded", world);
    assert_eq!(code(&world), 2);
    let document = document(&world);
    assert_eq!(document["instanceStatus"]["items"][2]["readBy"], "api");
    assert!(
        document["ErrorList"][0]["message"].as_str().is_some_and(|it| it.starts_with("pg-3: "))
    );
}

#[test]
fn failing_over() {
    let world = World::healthy();
    world.server.answer(
        &proxy(1),
        Answer::refusal(
            503,
            "ServiceUnavailable",
            "the server is currently unable to handle the request",
        ),
    );
    for number in [2, 3] {
        let mut report = report(number);
        report["isWalReceiverActive"] = json!(false);
        world.reports(number, &report);
    }
    world.change(|cluster| {
        cluster["status"]["targetPrimary"] = json!("pg-2");
        cluster["status"]["phase"] = json!("Failing over");
        cluster["status"]["phaseReason"] = json!("Failing over from pg-1 to pg-2");
        cluster["status"]["readyInstances"] = json!(2);
    });
    shown!("failing_over", world);
    assert_eq!(code(&world), 3);
}

#[test]
fn no_primary() {
    let world = World::healthy();
    for number in [1, 2, 3] {
        let path = super::world::pod_path(number);
        world.server.remove(&path);
    }
    world.change(|cluster| {
        let status = cluster["status"].as_object_mut().expect("a status");
        status.remove("currentPrimary");
        status.remove("currentPrimaryTimestamp");
        status.insert("phase".to_owned(), json!("Setting up primary"));
        status.insert("readyInstances".to_owned(), json!(0));
    });
    shown!("no_primary", world);
    assert_eq!(code(&world), 3);
    assert_eq!(document(&world)["instanceStatus"]["items"], Value::Null);
}

#[test]
fn no_permission() {
    let world = World::healthy();
    for number in [1, 2, 3] {
        world.server.forbid("GET", &proxy(number));
        for part in ["exec", "portforward"] {
            let path = format!("{}/{part}", super::world::pod_path(number));
            world.server.answer(&path, Answer::refusal(403, "Forbidden", "no"));
        }
    }
    world.server.forbid("GET", "/apis/policy/v1/namespaces/plugintest/poddisruptionbudgets");
    shown!("no_permission", world);
    assert_eq!(code(&world), 0, "what the API tells is healthy");
    world.server.forbid("GET", super::world::CLUSTER);
    assert_eq!(world.run("status pg").code, 1);
}

#[test]
fn without_the_proxy_a_command_in_the_pod_tells() {
    let world = World::healthy();
    for number in [1, 2, 3] {
        world.server.forbid("GET", &proxy(number));
        let status = report(number).to_string();
        world.server.command(
            &format!("pg-{number}"),
            "/controller/manager instance status",
            &status,
            0,
        );
    }
    let said = world.run("status pg --exit-code");
    assert_eq!(said.code, 0, "{said:?}");
    let expected = "pg-1: read by exec, because it failed to get status by proxying to the pod (the verb `get` on `pods/proxy` is missing)";
    assert!(said.out.contains("Standby (async)") && said.out.contains(expected), "{}", said.out);
    assert_eq!(document(&world)["instanceStatus"]["items"][1]["readBy"], "exec");
}

#[test]
fn fifty_instances_are_read_at_once() {
    let world = World::healthy();
    let slow = Duration::from_millis(100);
    for number in 4..=50 {
        let mut pod = world.server.object(&super::world::pod_path(3)).expect("a pod");
        pod["metadata"]["name"] = json!(format!("pg-{number}"));
        world.server.put(pod);
    }
    for number in 1..=50 {
        let answer = Answer { after: Some(slow), ..Answer::ok(report(number).to_string()) };
        world.server.answer(&proxy(number), answer);
    }
    let start = Instant::now();
    let said = world.run("status pg");
    assert_eq!(said.out.matches("BestEffort").count(), 50, "{said:?}");
    // One after the other takes five seconds.
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[test]
fn a_silent_primary_costs_one_deadline_too() {
    let world = World::healthy();
    world.server.answer(&proxy(1), Answer::silence());
    let exec = format!("{}/exec", super::world::pod_path(1));
    world.server.answer(&exec, Answer::silence());
    let start = Instant::now();
    let said = world.run("status pg -vv --exit-code");
    assert!(start.elapsed() < Duration::from_secs(9), "{:?}", start.elapsed());
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.out.contains("- (the primary does not answer)"), "{}", said.out);
}

#[test]
fn configuration_and_certificates_are_shown_with_vv() {
    let world = World::healthy();
    let data = "/var/lib/postgresql/data/pgdata";
    world.server.command("pg-1", &format!("cat {data}/custom.conf"), "port = '5432'\n", 0);
    world.server.command("pg-1", &format!("cat {data}/pg_hba.conf"), "\nlocal all all peer\n", 0);
    let out = world.run("status pg -vv").out;
    let expected = "PostgreSQL Configuration\nport = '5432'\n\n\nPostgreSQL HBA Rules\n\nlocal all all peer\n\n\nCertificates Status\n";
    assert!(out.contains(expected), "{out}");
}

#[test]
fn an_unreachable_instance_costs_one_deadline() {
    let world = World::healthy();
    world.server.answer(&proxy(3), Answer::silence());
    let start = Instant::now();
    let said = world.run("status pg");
    assert!(start.elapsed() < Duration::from_secs(9), "{:?}", start.elapsed());
    assert_eq!(said.code, 0);
    insta::with_settings!({ filters => filters() }, {
        insta::assert_snapshot!("unreachable", said.out);
        let short = format!("{:#}", shortened(document(&world)));
        insta::assert_snapshot!("unreachable_json", short);
    });
    assert_eq!(code(&world), 2);
}

#[test]
fn replica_cluster() {
    let world = World::healthy();
    world.change(|cluster| {
        cluster["spec"]["replica"] = json!({ "primary": "origin", "source": "origin" });
        cluster["status"]["demotionToken"] = json!("bm90IGpzb24=");
    });
    let mut designated = report(1);
    for key in ["currentLsn", "currentWAL", "replicationInfo", "replicationSlotsInfo"] {
        designated.as_object_mut().expect("a report").remove(key);
    }
    designated["isPrimary"] = json!(false);
    designated["isWalReceiverActive"] = json!(true);
    designated["receivedLsn"] = json!("0/13001178");
    designated["replayLsn"] = json!("0/13001178");
    world.reports(1, &designated);
    shown!("replica_cluster", world);
    assert_eq!(code(&world), 0);
}

#[test]
fn hibernated() {
    let world = World::healthy();
    for number in [1, 2, 3] {
        world.server.remove(&super::world::pod_path(number));
    }
    world.change(|cluster| {
        cluster["status"]["readyInstances"] = json!(0);
        cluster["status"]["conditions"].as_array_mut().expect("conditions").push(json!({
            "type": "cnpg.io/hibernation", "status": "True", "reason": "Hibernated",
            "message": "Cluster has been hibernated", "lastTransitionTime": "2026-11-21T07:50:44Z",
        }));
    });
    shown!("hibernated", world);
    assert_eq!(code(&world), 0);
    assert_eq!(world.run("status pg --wait-for hibernated --timeout 5s").code, 0);
}

#[test]
fn fenced() {
    let world = World::healthy();
    world.change(|cluster| {
        cluster["metadata"]["annotations"] = json!({ "cnpg.io/fencedInstances": r#"["pg-1"]"# });
    });
    let mut primary = report(1);
    for key in ["currentLsn", "currentWAL", "replicationInfo", "replicationSlotsInfo", "timeLineID"]
    {
        primary.as_object_mut().expect("a report").remove(key);
    }
    primary["systemID"] = json!("");
    primary["mightBeUnavailable"] = json!(true);
    world.reports(1, &primary);
    for number in [2, 3] {
        let mut standby = report(number);
        standby["isWalReceiverActive"] = json!(false);
        world.reports(number, &standby);
    }
    shown!("fenced", world);
    assert_eq!(code(&world), 3);
    let start = Instant::now();
    let said = world.run("status pg --wait-for healthy --timeout 300ms");
    assert_eq!(said.code, 1);
    assert!(
        said.err.contains("pg is not healthy after 300ms")
            && start.elapsed() < Duration::from_secs(30),
        "{said:?}"
    );
}

#[test]
fn backups_slots_roles_and_tablespaces() {
    let world = World::healthy();
    world.change(|cluster| {
        cluster["spec"]["backup"] = json!({ "retentionPolicy": "7d" });
        cluster["spec"]["tablespaces"] =
            json!([{ "name": "fast", "temporary": true, "storage": {} }]);
        cluster["status"]["firstRecoverabilityPoint"] = json!("2026-11-20T00:00:00Z");
        cluster["status"]["tablespacesStatus"] =
            json!([{ "name": "fast", "owner": "app", "state": "pending" }]);
        cluster["status"]["managedRolesStatus"] = json!({
            "byStatus": { "reconciled": ["b", "a"] }, "cannotReconcile": { "c": ["no such role"] },
        });
        cluster["status"]["pluginStatus"] = json!([{
            "name": "p.example", "version": "1", "capabilities": ["TYPE_WAL_SERVICE", "X"],
        }]);
    });
    let mut primary = report(1);
    primary["isArchivingWAL"] = json!(false);
    primary["lastFailedWAL"] = json!("000000030000000000000013");
    primary["lastFailedWALTime"] = json!("2026-11-21T07:51:00Z");
    primary["readyWalFiles"] = json!(4);
    primary["pgStatBasebackupsInfo"] = json!([{
        "usename": "streaming_replica", "application_name": "pg-4-join", "phase": "streaming database files",
        "backend_start": "2026-11-21 07:50:00+00", "backup_total": 400, "backup_streamed": 100,
        "backup_total_pretty": "400 MB", "backup_streamed_pretty": "100 MB",
        "tablespaces_total": 1, "tablespaces_streamed": 0,
    }]);
    primary["replicationSlotsInfo"].as_array_mut().expect("slots").push(json!({
        "slotName": "theirs", "slotType": "logical", "plugin": "pgoutput", "database": "app",
        "active": false, "walStatus": "lost", "safeWalSize": 7,
    }));
    world.reports(1, &primary);
    shown!("backups", world);
    assert_eq!(code(&world), 2);
}

#[test]
fn all_clusters_are_listed() {
    let world = World::healthy();
    let mut other = world.cluster();
    other["metadata"]["name"] = json!("broken");
    other["metadata"]["namespace"] = json!("elsewhere");
    other["status"]["readyInstances"] = json!(0);
    other["status"]["targetPrimary"] = json!("pg-2");
    world.server.put(other);
    insta::assert_snapshot!("list", world.run("status").out);
    let said = world.run("status -A --exit-code");
    assert_eq!(said.code, 3);
    insta::assert_snapshot!("list_of_all", said.out);
    let said = world.run("status -n empty");
    assert_eq!((said.code, said.out.as_str()), (0, ""));
    assert_eq!(said.err, "no clusters in namespace empty; -A looks in all of them\n");
    let document: Value = serde_json::from_str(&world.run("status -o json").out).expect("JSON");
    assert_eq!(document["items"][0]["health"], "healthy");
}
