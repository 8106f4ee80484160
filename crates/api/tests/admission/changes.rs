//! Changes of stored clusters: what may not change, and when.

use serde_json::{Value, json};

use crate::admission::server;

/// A stored cluster made from a spec, with a status.
fn stored(spec: &Value, status: &Value) -> Value {
    let answer = server::create(&server::cluster(spec), &server::context());
    let mut object = answer.stored.unwrap_or_else(|_| panic!("{:?}", answer.told));
    object["status"] = status.clone();
    object
}

type Row = (&'static str, Value, Value, Value, &'static [&'static str]);

/// Rows: the spec and status of the stored cluster, the patch of its spec, the refused fields.
fn verify(rows: &[Row]) {
    for (row, spec, status, patch, fields) in rows {
        let old = stored(spec, status);
        let answer = server::update(&old, &json!({"spec": patch}), &server::context());
        let paths = answer.stored.err().unwrap_or_default();
        assert_eq!(paths, *fields, "{row}: {:?}", answer.told);
    }
}

fn ran(major: u32) -> Value {
    json!({"pgDataImageInfo": {"image": "pg", "majorVersion": major}})
}

#[test]
fn versions() {
    let catalog = |major: u32| {
        let group = "postgresql.cnpg.io";
        json!({"imageCatalogRef": {
            "apiGroup": group, "kind": "ImageCatalog", "name": "c", "major": major,
        }})
    };
    let image = |tag: &str| json!({"imageName": format!("pg:{tag}")});
    verify(&[
        ("minor up", image("17.2"), ran(17), image("17.5"), &[]),
        ("minor down", image("17.2"), ran(17), image("17.1"), &[]),
        ("major up", image("16.1"), ran(16), image("18.1"), &[]),
        ("major down", image("17.2"), ran(17), image("16.9"), &["spec.imageName"]),
        ("too old a target", image("13.1"), ran(13), image("15.1"), &["spec.imageName"]),
        ("nothing ran yet", image("17.2"), json!({}), image("16.9"), &[]),
        ("catalog up", catalog(16), ran(16), catalog(18), &[]),
        ("catalog down", catalog(17), ran(17), catalog(16), &["spec.imageCatalogRef.major"]),
        (
            "from catalog to image, down",
            catalog(17),
            ran(17),
            json!({"imageCatalogRef": null, "imageName": "pg:16.1"}),
            &["spec.imageName"],
        ),
        ("unreadable", image("17.2"), ran(17), image("latest"), &["spec.imageName"]),
    ]);
}

#[test]
fn an_image_and_parameters_at_once() {
    let both = json!({
        "imageName": "pg:17.3",
        "postgresql": {"parameters": {"work_mem": "8MB"}},
    });
    let with = |method: &str| json!({"imageName": "pg:17.2", "primaryUpdateMethod": method});
    let image = json!({"imageName": "pg:17.3"});
    let parameters = json!({"postgresql": {"parameters": {"work_mem": "8MB"}}});
    verify(&[
        ("restart", with("restart"), json!({}), both.clone(), &[]),
        ("switchover", with("switchover"), json!({}), both, &["spec.imageName"]),
        ("the image alone", with("switchover"), json!({}), image, &[]),
        ("parameters alone", with("switchover"), json!({}), parameters, &[]),
    ]);
}

#[test]
fn volumes() {
    let tablespaces = |list: &[(&str, &str)]| {
        let one = |(name, size): &(&str, &str)| json!({"name": name, "storage": {"size": size}});
        json!({"tablespaces": list.iter().map(one).collect::<Vec<_>>()})
    };
    let size = |size: &str| json!({"storage": {"size": size}});
    let wal = |size: &str| json!({"walStorage": {"size": size}});
    let template = json!({"storage": {
        "size": null,
        "pvcTemplate": {"resources": {"requests": {"storage": "512Mi"}}},
    }});
    verify(&[
        ("grown", size("1Gi"), json!({}), size("2Gi"), &[]),
        ("the same in other words", size("1Gi"), json!({}), size("1024Mi"), &[]),
        ("shrunk", size("1Gi"), json!({}), size("1G"), &["spec.storage"]),
        ("shrunk by template", size("1Gi"), json!({}), template, &["spec.storage"]),
        ("WAL shrunk", wal("4Gi"), json!({}), wal("2Gi"), &["spec.walStorage"]),
        ("WAL gone", wal("4Gi"), json!({}), json!({"walStorage": null}), &["spec.walStorage"]),
        (
            "one gone",
            tablespaces(&[("a", "1Gi"), ("b", "1Gi")]),
            json!({}),
            tablespaces(&[("a", "1Gi")]),
            &["spec.tablespaces[1]"],
        ),
        (
            "one moved and shrunk",
            tablespaces(&[("a", "1Gi"), ("b", "2Gi")]),
            json!({}),
            tablespaces(&[("b", "1Gi"), ("a", "1Gi")]),
            &["spec.tablespaces[1]"],
        ),
        (
            "all gone",
            tablespaces(&[("a", "1Gi")]),
            json!({}),
            json!({"tablespaces": null}),
            &["spec.tablespaces"],
        ),
        ("one more", tablespaces(&[]), json!({}), tablespaces(&[("a", "1Gi")]), &[]),
    ]);
}

#[test]
fn slots_users_and_names() {
    let slots = |slots: Value| json!({"replicationSlots": {"highAvailability": slots}});
    const PREFIX: &[&str] = &["spec.replicationSlots.highAvailability.slotPrefix"];
    verify(&[
        ("prefix", json!({}), json!({}), slots(json!({"slotPrefix": "x_"})), PREFIX),
        (
            "prefix, disabled at once",
            json!({}),
            json!({}),
            slots(json!({"slotPrefix": "x_", "enabled": false})),
            PREFIX,
        ),
        (
            "prefix, disabled before",
            slots(json!({"enabled": false})),
            json!({}),
            slots(json!({"slotPrefix": "x_", "enabled": true})),
            &[],
        ),
        (
            "removed, and back by default",
            json!({}),
            json!({}),
            json!({"replicationSlots": null}),
            &[],
        ),
        (
            "users",
            json!({}),
            json!({}),
            json!({"postgresUID": 1000, "postgresGID": 1000}),
            &["spec.postgresUID", "spec.postgresGID"],
        ),
        (
            "account",
            json!({"serviceAccountName": "a"}),
            json!({}),
            json!({"serviceAccountName": "b"}),
            &["spec.serviceAccountName"],
        ),
        (
            "less WAL",
            json!({"instances": 1}),
            json!({}),
            json!({"postgresql": {"parameters": {"wal_level": "replica"}}}),
            &[],
        ),
    ]);
}

#[test]
fn roles_while_they_change() {
    let external = json!([{"name": "o", "connectionParameters": {"host": "h"}}]);
    let primary = json!({
        "externalClusters": external,
        "replica": {"enabled": false, "source": "o"},
    });
    let demote = json!({"replica": {"enabled": true}});
    let changing = json!({"switchReplicaClusterStatus": {"inProgress": true}});
    // A cluster that exists may have been started in any way; the API server tells its version.
    let old = |status: &Value| {
        let mut old = stored(&primary, status);
        old["metadata"]["resourceVersion"] = json!("1");
        old
    };
    for (status, fields) in [(json!({}), vec![]), (changing, vec!["spec.replica.enabled"])] {
        let answer = server::update(&old(&status), &json!({"spec": demote}), &server::context());
        assert_eq!(answer.stored.err().unwrap_or_default(), fields, "{:?}", answer.told);
    }
}

#[test]
fn a_backup_stays_as_it_is() {
    let backup = json!({
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": "Backup",
        "metadata": {"name": "b"},
        "spec": {"cluster": {"name": "c"}},
    });
    let old = server::create(&backup, &server::context()).stored.unwrap();
    let patch = json!({"spec": {"target": "primary"}});
    let answer = server::update(&old, &patch, &server::context());
    assert_eq!(answer.stored, Err(vec!["spec".to_owned()]));
    let patch = json!({"metadata": {"labels": {"a": "b"}}});
    assert!(server::update(&old, &patch, &server::context()).stored.is_ok());
}
