//! Compared with the recorded clusters, byte for byte, and case by case.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use postgres::conf;
use serde_json::json;

use super::*;

fn cluster(spec: serde_json::Value, status: serde_json::Value) -> Cluster {
    let cluster = serde_json::from_value(json!({
        "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster",
        "metadata": {"name": "pg"}, "spec": spec, "status": status,
    }));
    cluster.unwrap()
}

fn made(cluster: &Cluster, purpose: Purpose, major: u32) -> Settings {
    custom(cluster, &Conditions { purpose, major, at_least: &BTreeMap::new() })
}

#[test]
fn recorded_clusters_have_the_same_custom_conf() {
    let shared = std::env::var_os("CNPG_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let recorded = shared.join("compat/recorded");
    if !recorded.is_dir() {
        let _ = writeln!(std::io::stderr(), "left out: no recordings at {}", recorded.display());
        return;
    }
    for (folder, name) in [("basic", "pg"), ("full", "full")] {
        let text =
            std::fs::read_to_string(recorded.join(format!("{folder}/cluster.yaml"))).unwrap();
        let list: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
        let cluster: Cluster = serde_json::from_value(list).unwrap();
        assert_eq!(cluster.metadata.name.as_deref(), Some(name));
        let text = std::fs::read_to_string(recorded.join(format!("{folder}/pg/{name}-1.txt")));
        let text = text.unwrap();
        let start = text.find("##### custom.conf\n").unwrap() + "##### custom.conf\n".len();
        let expected = &text[start..start + text[start..].find("#####").unwrap()];
        assert_eq!(conf::custom(&made(&cluster, Purpose::Serve, 17)).text, expected, "{name}");
    }
}

#[test]
fn what_decides_a_setting() {
    let image = json!({"majorVersion": 18, "image": "x", "extensions": [
        {"name": "vec", "image": {"reference": "v"}, "dynamic_library_path": ["a", "../b"]}]});
    for (name, spec, status, major, setting, expected) in [
        ("a default", json!({}), json!({}), 17, "wal_level", Some("logical")),
        (
            "the user's",
            json!({"postgresql": {"parameters": {"wal_level": "replica"}}}),
            json!({}),
            17,
            "wal_level",
            Some("replica"),
        ),
        (
            "ours is ours",
            json!({"postgresql": {"parameters": {"port": "1"}}}),
            json!({}),
            17,
            "port",
            Some("5432"),
        ),
        (
            "blocked",
            json!({"postgresql": {"parameters": {"config_file": "x"}}}),
            json!({}),
            17,
            "config_file",
            None,
        ),
        ("old version", json!({}), json!({}), 16, "allow_alter_system", None),
        (
            "alter system",
            json!({"postgresql": {"enableAlterSystem": true}}),
            json!({}),
            17,
            "allow_alter_system",
            Some("on"),
        ),
        (
            "replica cluster",
            json!({"replica": {"enabled": true, "source": "x",
            "minApplyDelay": "1h30s"}}),
            json!({}),
            17,
            "archive_mode",
            Some("always"),
        ),
        (
            "delay",
            json!({"replica": {"enabled": true, "source": "x", "minApplyDelay": "1h0m30s"}}),
            json!({}),
            17,
            "recovery_min_apply_delay",
            Some("3630s"),
        ),
        (
            "no replica cluster",
            json!({"replica": {"enabled": false, "source": "x",
            "minApplyDelay": "1h"}}),
            json!({}),
            17,
            "recovery_min_apply_delay",
            None,
        ),
        (
            "libraries",
            json!({"postgresql": {"shared_preload_libraries": ["b", "", "pgaudit", "b"],
            "parameters": {"auto_explain.log_analyze": "on", "pgaudit.log": "all",
            "pgauditx.y": "1"}}}),
            json!({}),
            17,
            "shared_preload_libraries",
            Some("b,pgaudit,auto_explain"),
        ),
        (
            "temporary",
            json!({"tablespaces": [{"name": "b", "temporary": true},
            {"name": "a", "temporary": true}, {"name": "c"}]}),
            json!({}),
            17,
            "temp_tablespaces",
            Some("a,b"),
        ),
        (
            "failover slots",
            json!({"postgresql": {"parameters": {"pg_failover_slots.x": "1"}},
            "replicationSlots": {"highAvailability": {"synchronizeLogicalDecoding": true}}}),
            json!({"instanceNames": ["pg-1", "pg-2", "pg-3"], "currentPrimary": "pg-2"}),
            16,
            "pg_failover_slots.standby_slot_names",
            Some("_cnpg_pg_1,_cnpg_pg_3"),
        ),
        (
            "native slots",
            json!({"postgresql": {"parameters": {"sync_replication_slots": "on"}},
            "replicationSlots": {"highAvailability": {"synchronizeLogicalDecoding": true}}}),
            json!({"instanceNames": ["pg-1"]}),
            17,
            "synchronized_standby_slots",
            Some("_cnpg_pg_1"),
        ),
        (
            "extension",
            json!({"postgresql": {"parameters": {"dynamic_library_path": "/x:$libdir"}}}),
            json!({"pgDataImageInfo": image}),
            18,
            "dynamic_library_path",
            Some("$libdir:/extensions/vec/a:/x"),
        ),
        (
            "its control files",
            json!({}),
            json!({"pgDataImageInfo": image}),
            18,
            "extension_control_path",
            Some("$system:/extensions/vec/share"),
        ),
    ] {
        let settings = made(&cluster(spec, status), Purpose::Serve, major);
        assert_eq!(settings.get(setting).map(String::as_str), expected, "{name}");
    }
}

#[test]
fn a_new_data_directory_needs_no_certificates_and_waits_for_nobody() {
    let spec = json!({"postgresql": {"parameters": {"wal_buffers": "1MB"},
        "synchronous": {"method": "any", "number": 1}}});
    let settings = made(&cluster(spec, json!({})), Purpose::Initialize, 17);
    for absent in ["ssl", "archive_command", "synchronous_standby_names"] {
        assert_eq!(settings.get(absent), None, "{absent}");
    }
    assert_eq!(settings["wal_buffers"], "1MB");
}

#[test]
fn what_the_wal_needs_is_not_undercut() {
    let at_least = BTreeMap::from([("max_connections", 200), ("max_worker_processes", 8)]);
    let spec = json!({"postgresql": {"parameters": {"max_connections": "100"}}});
    let conditions = Conditions { purpose: Purpose::Serve, major: 17, at_least: &at_least };
    let settings = custom(&cluster(spec, json!({})), &conditions);
    assert_eq!((&*settings["max_connections"], &*settings["max_worker_processes"]), ("200", "32"));
}
