//! The commands that change a cluster by way of the API alone.

use serde_json::json;

use super::World;
use super::server::Answer;
use super::world::{CLUSTER, pod_path};

#[test]
fn promotion_is_written_into_the_status() {
    let world = World::healthy();
    world.server.conflict(1);
    let said = world.run("promote pg 2");
    assert_eq!(
        (said.code, said.out.as_str()),
        (0, "Node pg-2 in cluster pg will be promoted\n"),
        "{said:?}"
    );
    let status = &world.cluster()["status"];
    assert_eq!(status["targetPrimary"], "pg-2");
    assert_eq!(status["currentPrimary"], "pg-1");
    assert_eq!(status["phase"], "Switchover in progress");
    assert_eq!(status["phaseReason"], "Switching over to pg-2");
    assert_eq!(status["conditions"][0]["status"], "False");
    let stamp = status["targetPrimaryTimestamp"].as_str().expect("a moment");
    assert_eq!(stamp.split_once('.').map(|(_, rest)| rest.len()), Some("123456Z".len()), "{stamp}");

    let said = world.run("promote pg pg-2");
    assert_eq!(said.out, "pg-2 is already the primary node in the cluster\n");
}

#[test]
fn what_is_no_instance_is_not_promoted() {
    let world = World::healthy();
    let mut stranger = world.server.object(&pod_path(2)).expect("a pod");
    stranger["metadata"]["name"] = json!("stranger");
    stranger["metadata"]["ownerReferences"][0]["name"] = json!("other");
    world.server.put(stranger);
    for (words, part) in [
        ("promote pg stranger", "the pod stranger is no instance of cluster pg"),
        (
            "promote pg 9",
            "new primary node pg-9 not found in namespace plugintest: pods \"pg-9\" not found",
        ),
        (
            "promote nosuch 1",
            "cluster nosuch not found in namespace plugintest: clusters.postgresql.cnpg.io \"nosuch\" not found",
        ),
        ("promote pg", "cluster pg is no replica cluster"),
        ("restart pg stranger", "the pod stranger is no instance of cluster pg"),
        ("restart pg 99", "while getting POD pg-99: pods \"pg-99\" not found"),
        (
            "restart nosuch",
            "while trying to get cluster nosuch: clusters.postgresql.cnpg.io \"nosuch\" not found",
        ),
        ("destroy pg stranger", "instance stranger is not owned by cluster pg"),
        ("destroy pg 9", "there is nothing of instance pg-9 of cluster pg"),
        ("reload nosuch", "Error: clusters.postgresql.cnpg.io \"nosuch\" not found"),
        ("fencing on pg 9", "instance pg-9 is not a known instance of cluster pg"),
        ("hibernate on nosuch", "failed to get cluster nosuch: clusters"),
        ("backup nosuch", "while getting cluster nosuch: clusters"),
        ("maintenance set pg -A", "can not specify --all-namespaces and a cluster: pg"),
    ] {
        let said = world.run(words);
        assert_eq!(said.code, 1, "{words}: {said:?}");
        assert!(said.err.contains(part), "{words}: {}", said.err);
    }
    assert_eq!(world.server.writes(), Vec::<String>::new());
}

#[test]
fn a_replica_cluster_is_promoted_by_its_specification() {
    let world = World::healthy();
    world.change(|cluster| {
        cluster["spec"]["replica"] = json!({ "primary": "origin", "source": "origin" });
    });
    let said = world.run("promote pg --promotion-token abc");
    assert_eq!(said.code, 0, "{said:?}");
    let replica = &world.cluster()["spec"]["replica"];
    assert_eq!(replica["primary"], "pg");
    assert_eq!(replica["promotionToken"], "abc");
    assert_eq!(world.run("promote pg").out, "pg is already a primary cluster\n");
}

#[test]
fn restarts_go_by_annotation_status_or_pod() {
    let world = World::healthy();
    assert_eq!(world.run("restart pg").out, "pg restarted\n");
    let annotations = world.cluster()["metadata"]["annotations"].clone();
    assert!(annotations["kubectl.kubernetes.io/restartedAt"].is_string(), "{annotations}");

    assert_eq!(world.run("restart pg 1").out, "instance pg-1 restarted\n");
    assert_eq!(world.cluster()["status"]["phase"], "Primary instance is being restarted in-place");

    assert_eq!(world.run("restart pg 2").out, "instance pg-2 restarted\n");
    assert_eq!(world.server.object(&pod_path(2)), None);

    assert_eq!(world.run("reload pg").out, "pg will be reloaded\n");
    assert!(world.cluster()["metadata"]["annotations"]["cnpg.io/reloadedAt"].is_string());
}

#[test]
fn fences_and_sleep_are_annotations() {
    let world = World::healthy();
    let fences = || world.cluster()["metadata"]["annotations"]["cnpg.io/fencedInstances"].clone();
    world.server.warn("no synchronous replication");
    let said = world.run("fencing on pg 2");
    assert_eq!(said.out, "pg-2 fenced\n");
    assert_eq!(said.err, "warning: no synchronous replication\n");
    assert_eq!(fences(), json!(r#"["pg-2"]"#));
    assert_eq!(world.run("fencing on pg *").out, "* fenced\n");
    assert_eq!(world.run("fencing off pg 2").code, 1);
    assert_eq!(world.run("fencing off pg *").out, "* unfenced\n");
    assert_eq!(fences(), json!(null));

    let said = world.run("hibernate on pg");
    assert_eq!((said.code, said.out.as_str()), (0, ""));
    let said = world.run("hibernate on pg");
    assert_eq!(said.code, 1);
    assert!(said.err.contains("cluster pg is already in the requested state"), "{}", said.err);
    assert_eq!(world.run("hibernate status pg").out, "Requested:  on\nStatus:     Active\n");
}

#[test]
fn maintenance_shows_old_and_new() {
    let world = World::healthy();
    let said = world.run("maintenance set --reusePVC");
    insta::assert_snapshot!(said.out, @r"
    The following are the new values for the clusters
    Namespace   Cluster Name  Maintenance    reusePVC
    ---------   ------------  -----------    --------
    plugintest  pg            false => true  true => true
    ");
    assert_eq!(world.cluster()["spec"]["nodeMaintenanceWindow"]["inProgress"], true);
    let said = world.run("maintenance set -n empty");
    assert_eq!(said.code, 1);
    assert!(said.err.contains("no cluster could be listed"), "{}", said.err);
}

#[test]
fn an_instance_is_destroyed_with_its_claims() {
    let world = World::healthy();
    for (name, role, owner) in [
        ("pg-2", "PG_DATA", Some("pg")),
        ("pg-2-wal", "PG_WAL", Some("pg")),
        ("other", "PG_DATA", Some("other")),
    ] {
        let mut claim = json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": { "name": name, "namespace": "plugintest", "labels": {
                "cnpg.io/instanceName": "pg-2", "cnpg.io/pvcRole": role,
            } },
        });
        if let Some(owner) = owner {
            claim["metadata"]["ownerReferences"] = json!([{
                "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "name": owner,
                "uid": "u", "controller": true,
            }]);
        }
        world.server.put(claim);
    }
    let claim = |name: &str| {
        let path = format!("/api/v1/namespaces/plugintest/persistentvolumeclaims/{name}");
        world.server.object(&path)
    };
    let said = world.run("destroy pg 2 --dry-run");
    assert_eq!(said.out.lines().count(), 3, "{said:?}");
    let said = world.run("destroy pg 2 --keep-pvc");
    assert_eq!(
        said.out, "Instance pg-2 of cluster pg has been destroyed and the PVC was kept\n",
        "{said:?}"
    );
    let kept = claim("pg-2").expect("the claim is kept");
    assert_eq!(kept["metadata"]["annotations"]["cnpg.io/pvcStatus"], "detached");
    assert_eq!(world.server.object(&pod_path(2)), None);
    let said = world.run("destroy pg 2");
    assert_eq!(said.out, "Instance pg-2 of cluster pg is destroyed\n", "{said:?}");
    assert_eq!((claim("pg-2"), claim("pg-2-wal")), (None, None));
    assert!(claim("other").is_some(), "another cluster's claim was touched");
}

#[test]
fn a_backup_is_asked_for_and_waited_for() {
    let world = World::healthy();
    assert_eq!(world.run("backup pg --backup-name b").out, "backup/b created\n");
    let path = "/apis/postgresql.cnpg.io/v1/namespaces/plugintest/backups/b";
    let backup = world.server.object(path).expect("a backup");
    assert_eq!(backup["spec"], json!({ "cluster": { "name": "pg" } }));
    assert_eq!(backup["metadata"]["labels"]["cnpg.io/cluster"], "pg");
    assert_eq!(world.run("backup pg --backup-name b").code, 1);

    for (phase, code) in [("completed", 0), ("failed", 1)] {
        let name = format!("of-{phase}");
        let mut done = backup.clone();
        done["metadata"]["name"] = json!(name);
        done["status"] = json!({ "phase": phase, "error": "no space" });
        let path = format!("{}/{name}", path.trim_end_matches("/b"));
        world.server.answer(&path, Answer::ok(done.to_string()));
        let said = world.run(&format!("backup pg --backup-name {name} --wait --timeout 10s"));
        assert_eq!(said.code, code, "{said:?}");
    }
}

#[test]
fn refusals_name_the_missing_right() {
    let world = World::healthy();
    world.server.forbid("GET", CLUSTER);
    let said = world.run("reload pg");
    assert_eq!(said.code, 1);
    insta::assert_snapshot!(said.err, @r#"
    Error: clusters.postgresql.cnpg.io "pg" is forbidden: User "nobody" cannot get resource "clusters.postgresql.cnpg.io"
    hint: the verb `get` on `clusters.postgresql.cnpg.io` is missing; check with `kubectl auth can-i get clusters.postgresql.cnpg.io -n plugintest`
    "#);
}

#[test]
fn an_api_server_that_is_silent_is_given_up() {
    let world = World::healthy();
    world.server.answer(CLUSTER, Answer::silence());
    let said = world.run("reload pg --request-timeout 200ms");
    assert_eq!(said.code, 1);
    assert!(said.err.contains("no answer within 200ms"), "{}", said.err);
}

#[test]
fn connection_flags_reach_the_server() {
    let world = World::healthy();
    let said = world.run("reload pg -n plugintest --as somebody --as-group g1 --token t --dry-run");
    assert_eq!(said.code, 0, "{said:?}");
    let request = world.server.requests().pop().expect("a request");
    for (header, value) in [
        ("impersonate-user", "somebody"),
        ("impersonate-group", "g1"),
        ("authorization", "Bearer t"),
    ] {
        assert_eq!(request.headers.get(header).map(String::as_str), Some(value), "{header}");
    }
    let agent = &request.headers["user-agent"];
    assert!(agent.starts_with("kubectl-cnpg/v"), "{agent}");
    let said = world.run("reload pg --context nosuch");
    assert_eq!(said.code, 1);
    assert!(said.err.contains("nosuch"), "{}", said.err);
}
