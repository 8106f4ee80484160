//! What jobs are told to do.

use planner::cluster::JobKind;
use planner::manifests::{EndpointCa, Manifests, Sources, Work};
use serde_json::{Value, json};

use crate::fixture::{cluster, installation, made};

fn job(patch: Value, work: &Work) -> Value {
    made(patch, |manifests| json!(manifests.job(1, work)))
}

fn command(job: &Value) -> String {
    let words = job["spec"]["template"]["spec"]["containers"][0]["command"].as_array().unwrap();
    words.iter().map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn jobs_are_told_what_to_do() {
    let initdb = |initdb: Value| json!({"spec": {"bootstrap": {"initdb": initdb}}});
    let wal = json!({"spec": {"walStorage": {"size": "1Gi"}}});
    let manager = "/controller/manager instance";
    let snapshot = Work::SnapshotRecovery {
        backup_label: Some("bGFiZWw=".to_owned()),
        tablespace_map: None,
        endpoint_ca: None,
    };
    let rows = [
        (
            "a new database",
            initdb(
                json!({"dataChecksums": true, "walSegmentSize": 32, "postInitSQL": ["select 1", "select 'x'"]}),
            ),
            Work::InitDb,
            r"init --initdb-flags -k --encoding=UTF8 --lc-collate=C --lc-ctype=C --wal-segsize=32 --post-init-sql 'select 1' 'select '\''x'\''' --app-db-name app --app-user app",
        ),
        (
            "options replace all flags",
            initdb(json!({"options": ["--locale", "de_DE.UTF-8 x"], "dataChecksums": true})),
            Work::InitDb,
            "init --initdb-flags --locale 'de_DE.UTF-8 x' --app-db-name app --app-user app",
        ),
        (
            "scripts",
            initdb(
                json!({"postInitApplicationSQLRefs": {"secretRefs": [{"name": "s", "key": "k"}]}}),
            ),
            Work::InitDb,
            "init --initdb-flags --encoding=UTF8 --lc-collate=C --lc-ctype=C --app-db-name app --app-user app --post-init-application-sql-refs-folder /etc/post-init-application-sql",
        ),
        ("a replica", json!({}), Work::Join, "join --parent-node c-rw"),
        (
            "a replica with a WAL volume",
            wal,
            Work::Join,
            "join --parent-node c-rw --pg-wal /var/lib/postgresql/wal/pg_wal",
        ),
        ("a copy", json!({}), Work::PgBaseBackup, "pgbasebackup"),
        ("a restore", json!({}), Work::FullRecovery { endpoint_ca: None }, "restore"),
        ("a snapshot", json!({}), snapshot, "restoresnapshot --backuplabel=bGFiZWw="),
        (
            "a replica from a snapshot",
            json!({}),
            Work::SnapshotReplica,
            "restoresnapshot --immediate",
        ),
        (
            "an upgrade",
            json!({}),
            Work::MajorUpgrade(Default::default()),
            "upgrade execute /controller/old/bindir.txt",
        ),
    ];
    for (name, patch, work, wanted) in rows {
        let job = job(patch, &work);
        assert_eq!(command(&job), format!("{manager} {wanted} --log-level=info"), "{name}");
        let role = work.role();
        assert_eq!(job["metadata"]["name"], format!("c-1-{role}"), "{name}");
        let template = &job["spec"]["template"];
        assert_eq!(template["spec"]["containers"][0]["name"], role, "{name}");
        assert_eq!(template["spec"]["restartPolicy"], "Never", "{name}");
        assert_eq!(template["metadata"]["labels"]["cnpg.io/jobRole"], role, "{name}");
        assert_eq!(template["metadata"]["labels"]["cnpg.io/podRole"], Value::Null, "{name}");
    }
}

#[test]
fn a_job_waits_for_what_it_needs() {
    let job = job(
        json!({"spec": {"bootstrap": {"initdb": {"secret": {"name": "mine"}, "postInitSQLRefs": {
            "secretRefs": [{"name": "s", "key": "k"}], "configMapRefs": [{"name": "m", "key": "q"}],
        }}}}}),
        &Work::InitDb,
    );
    let pod = &job["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    let env = container["env"].as_array().unwrap();
    assert_eq!(env[1], json!({"name": "POD_NAME", "value": "c-1-initdb"}));
    assert_eq!(
        env.last().unwrap(),
        &json!({"name": "APP_USERNAME", "valueFrom": {"secretKeyRef": {"name": "mine", "key": "username"}}})
    );
    let volumes = pod["volumes"].as_array().unwrap();
    assert_eq!(volumes[0]["persistentVolumeClaim"]["claimName"], "c-1");
    assert_eq!(
        volumes[4..],
        [
            json!({"name": "0-post-init-sql", "secret": {"secretName": "s", "items": [{"key": "k", "path": "0.sql"}]}}),
            json!({"name": "1-post-init-sql", "configMap": {"name": "m", "items": [{"key": "q", "path": "1.sql"}]}}),
        ]
    );
    let mounts = container["volumeMounts"].as_array().unwrap();
    assert_eq!(
        mounts.last().unwrap(),
        &json!({"name": "1-post-init-sql", "mountPath": "/etc/post-init-sql/1.sql", "subPath": "1.sql"})
    );
}

#[test]
fn a_recovery_trusts_the_store() {
    let patch = json!({"spec": {
        "bootstrap": {"initdb": null, "recovery": {"source": "there"}},
        "externalClusters": [{"name": "there", "barmanObjectStore": {
            "destinationPath": "s3://b", "endpointCA": {"name": "ca", "key": "ca.crt"},
            "azureCredentials": {"inheritFromAzureAD": true},
        }}],
    }});
    let work = Manifests::new(&cluster(patch.clone()), &installation())
        .work(JobKind::FullRecovery, Sources::default());
    let Work::FullRecovery { endpoint_ca: Some(EndpointCa { variable, .. }) } = &work else {
        panic!("{work:?}")
    };
    assert_eq!(*variable, "REQUESTS_CA_BUNDLE");
    let job = job(patch, &work);
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(
        container["volumeMounts"].as_array().unwrap().last().unwrap()["mountPath"],
        "/controller/certificates/restore-barman-ca.crt"
    );
}

#[test]
fn an_upgrade_is_tried_once_with_both_images() {
    let patch = json!({"status": {
        "image": "pg:17.2",
        "pgDataImageInfo": {"image": "pg:16.1", "majorVersion": 16},
        "targetPgDataImageInfo": {"image": "pg:17.2", "majorVersion": 17, "extensions": [
            {"name": "a_b", "image": {"reference": "e:2"}},
        ]},
    }});
    let checked = cluster(patch.clone());
    let installation = installation();
    let work =
        Manifests::new(&checked, &installation).work(JobKind::MajorUpgrade, Sources::default());
    let job = job(patch, &work);
    assert_eq!(job["spec"]["backoffLimit"], 0);
    let pod = &job["spec"]["template"]["spec"];
    assert_eq!(pod["initContainers"][1]["image"], "pg:16.1");
    assert_eq!(pod["initContainers"][1]["command"][3], "prepare");
    assert_eq!(pod["volumes"].as_array().unwrap().last().unwrap()["name"], "new-a-b");
    assert_eq!(job["spec"]["template"]["metadata"]["labels"]["role"], "primary");
}
