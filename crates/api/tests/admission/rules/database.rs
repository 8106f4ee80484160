//! What runs in the server: bootstrap, settings, replication.

use serde_json::{Value, json};

use super::{patched, verify_specs};

#[test]
fn bootstrap() {
    let external = json!([{"name": "o", "connectionParameters": {"host": "h"}}]);
    let initdb = |options: Value| json!({"bootstrap": {"initdb": options}});
    let import = |options: Value| {
        let import = patched(&json!({"source": {"externalCluster": "o"}}), &options);
        initdb(json!({"import": import}))
    };
    let recovery =
        |options: Value| json!({"externalClusters": external, "bootstrap": {"recovery": options}});
    let target = |target: Value| recovery(json!({"source": "o", "recoveryTarget": target}));
    let snapshots = |options: Value| {
        let storage = json!({"kind": "PersistentVolumeClaim", "name": "p"});
        recovery(patched(&json!({"volumeSnapshots": {"storage": storage}}), &options))
    };
    const TARGET: &str = "spec.bootstrap.recovery.recoveryTarget";
    verify_specs(&[
        (
            "two methods",
            json!({
                "externalClusters": external,
                "bootstrap": {"initdb": {}, "recovery": {"source": "o"}},
            }),
            &["spec.bootstrap"],
        ),
        (
            "segments",
            initdb(json!({"walSegmentSize": 24})),
            &["spec.bootstrap.initdb.walSegmentSize"],
        ),
        (
            "files without key",
            initdb(json!({"postInitSQLRefs": {"secretRefs": [{"name": "s", "key": ""}]}})),
            &["spec.bootstrap.initdb.postInitSQLRefs.secretRefs"],
        ),
        (
            "a star for a microservice",
            import(json!({"type": "microservice", "databases": ["*"]})),
            &["spec.bootstrap.initdb.import.databases.0"],
        ),
        (
            "roles for a microservice",
            import(json!({"type": "microservice", "databases": ["a"], "roles": ["r"]})),
            &["spec.bootstrap.initdb.import.roles"],
        ),
        (
            "an empty monolith",
            import(json!({"type": "monolith", "databases": [], "postImportApplicationSQL": ["x"]})),
            &[
                "spec.bootstrap.initdb.import.databases",
                "spec.bootstrap.initdb.import.postImportApplicationSQL",
            ],
        ),
        (
            "an owner without database in a monolith",
            patched(
                &import(json!({"type": "monolith", "databases": ["*"]})),
                &initdb(json!({"owner": "o"})),
            ),
            &["spec.bootstrap.initdb.database"],
        ),
        ("a bad position", target(json!({"targetLSN": "1-2"})), &[TARGET]),
        ("a good position", target(json!({"targetLSN": "1/2"})), &[]),
        (
            "a transaction that is none",
            target(json!({"targetXID": "x", "backupID": "b"})),
            &["spec.bootstrap.recovery.recoveryTarget.targetXID"],
        ),
        (
            "a long name",
            target(json!({"targetName": "n".repeat(64), "backupID": "b"})),
            &["spec.bootstrap.recovery.recoveryTarget.targetName"],
        ),
        ("snapshots", snapshots(json!({})), &[]),
        (
            "snapshots and a backup",
            snapshots(json!({"backup": {"name": "b"}})),
            &["spec.bootstrap.recovery.dataSource"],
        ),
        (
            "snapshots of another kind",
            snapshots(json!({"volumeSnapshots": {"storage": {"apiGroup": "x"}}})),
            &["spec.bootstrap.recovery.storage"],
        ),
        (
            "WAL without a volume",
            snapshots(json!({"volumeSnapshots": {"walStorage": {
                "kind": "VolumeSnapshot", "name": "w", "apiGroup": "snapshot.storage.k8s.io",
            }}})),
            &["spec.bootstrap.recovery.dataSource.walStorage"],
        ),
        (
            "a backup beside snapshots",
            snapshots(json!({"recoveryTarget": {"backupID": "b"}})),
            &["spec.bootstrap.recovery.recoveryTarget.backupID"],
        ),
        (
            "immediate from snapshots",
            snapshots(json!({"recoveryTarget": {"targetImmediate": true}})),
            &[],
        ),
    ]);
}

#[test]
fn servers_elsewhere() {
    let host = json!({"host": "h"});
    let externals = |list: Value| json!({"externalClusters": list});
    let one = |extra: Value| {
        externals(json!([patched(&json!({"name": "o", "connectionParameters": host}), &extra)]))
    };
    verify_specs(&[
        (
            "the same name",
            externals(json!([
                {"name": "o", "connectionParameters": host},
                {"name": "o", "connectionParameters": host},
            ])),
            &["spec.externalClusters[1].name"],
        ),
        ("no way", externals(json!([{"name": "o"}])), &["spec.externalClusters[0]"]),
        ("a path", one(json!({"name": "../o"})), &["spec.externalClusters[0].name"]),
        (
            "a key that is a path",
            one(json!({"sslCert": {"name": "s", "key": "a/b"}})),
            &["spec.externalClusters[0].sslCert.key"],
        ),
    ]);
}

#[test]
fn settings() {
    let parameters = |parameters: Value| json!({"postgresql": {"parameters": parameters}});
    let wal = |size: &str, value: &str| {
        patched(&parameters(json!({"max_wal_size": value})), &json!({"walStorage": {"size": size}}))
    };
    const P: &str = "spec.postgresql.parameters";
    let at = |name: &str| format!("{P}.{name}");
    verify_specs(&[
        ("a bad name", parameters(json!({"a-b": "x"})), &[&at("a-b")]),
        ("the value it has anyway", parameters(json!({"log_destination": "csvlog"})), &[]),
        ("another value", parameters(json!({"log_filename": "x"})), &[&at("log_filename")]),
        ("the curve is free", parameters(json!({"ssl_ecdh_curve": "x"})), &[]),
        (
            "minimal with senders",
            parameters(json!({"wal_level": "minimal"})),
            &[&at("wal_level"), &at("max_wal_senders")],
        ),
        ("no size", parameters(json!({"shared_buffers": "1Mi"})), &[&at("shared_buffers")]),
        (
            "no booleans",
            parameters(json!({"hot_standby_feedback": "o", "sync_replication_slots": "x"})),
            &[&at("hot_standby_feedback"), &at("sync_replication_slots")],
        ),
        ("no amount of WAL", parameters(json!({"min_wal_size": "x"})), &[&at("min_wal_size")]),
        ("as much WAL as its volume", wal("2Gi", "2GB"), &[&at("max_wal_size")]),
        ("less WAL than its volume", wal("3Gi", "2GB"), &[]),
        (
            "nothing is judged without a version",
            patched(&parameters(json!({"a-b": "x"})), &json!({"imageName": "pg:latest"})),
            &["spec.imageName"],
        ),
        (
            "failover slots need feedback and slots",
            patched(
                &parameters(json!({"pg_failover_slots.synchronize_slot_names": "x"})),
                &json!({"replicationSlots": {"highAvailability": {"enabled": false}}}),
            ),
            &[&at("hot_standby_feedback"), "spec.replicationSlots.highAvailability"],
        ),
        (
            "logical decoding before 17",
            json!({
                "imageName": "pg:16.4",
                "replicationSlots": {"highAvailability": {"synchronizeLogicalDecoding": true}},
            }),
            &["spec.replicationSlots.highAvailability.synchronizeLogicalDecoding"],
        ),
        (
            "patterns",
            json!({"replicationSlots": {"synchronizeReplicas": {"excludePatterns": ["(", "a"]}}}),
            &["spec.replicationSlots.synchronizeReplicas.excludePatterns"],
        ),
        (
            "two ways to bind",
            json!({"postgresql": {"ldap": {
                "server": "s", "bindAsAuth": {}, "bindSearchAuth": {},
            }}}),
            &["spec.postgresql.ldap"],
        ),
    ]);
}

#[test]
fn replication() {
    verify_specs(&[
        ("too many", json!({"maxSyncReplicas": 3}), &["spec.maxSyncReplicas"]),
        ("more than most", json!({"minSyncReplicas": 1}), &["spec.minSyncReplicas"]),
        (
            "a constraint without labels",
            json!({"postgresql": {"syncReplicaElectionConstraint": {"enabled": true}}}),
            &["spec.postgresql.syncReplicaElectionConstraint.nodeLabelsAntiAffinity"],
        ),
        (
            "a quorum of strangers",
            json!({"postgresql": {"synchronous": {
                "method": "any", "number": 1, "standbyNamesPre": ["x"], "failoverQuorum": true,
            }}}),
            &["spec.postgresql.synchronous"],
        ),
        (
            "a switch and a name",
            json!({
                "externalClusters": [{"name": "c", "connectionParameters": {"host": "h"}}],
                "replica": {"enabled": false, "primary": "c", "source": "c"},
            }),
            &["spec.replicaCluster.enabled"],
        ),
        (
            "a token that is none, and a delay",
            json!({
                "externalClusters": [{"name": "c", "connectionParameters": {"host": "h"}}],
                "replica": {
                    "enabled": false, "source": "c", "promotionToken": "eA==", "minApplyDelay": "8h",
                },
            }),
            &["spec.replicaCluster.token", "spec.replicaCluster.minApplyDelay"],
        ),
        (
            "a delay that is none",
            json!({
                "externalClusters": [{"name": "c", "connectionParameters": {"host": "h"}}],
                "replica": {"enabled": false, "source": "c", "minApplyDelay": "8"},
            }),
            &["spec.replicaCluster.minApplyDelay"],
        ),
        (
            "a lease too short",
            json!({"primaryLease": {
                "leaseDurationSeconds": 5, "renewDeadlineSeconds": 5, "retryPeriodSeconds": 5,
            }}),
            &["spec.primaryLease.leaseDurationSeconds", "spec.primaryLease.renewDeadlineSeconds"],
        ),
    ]);
}
