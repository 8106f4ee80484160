//! What surrounds the server: pods, volumes, services, credentials, annotations.

use serde_json::{Value, json};

use super::{patched, paths, verify_specs};
use crate::admission::server;

#[test]
fn pods_and_resources() {
    let toleration = |one: Value| json!({"affinity": {"tolerations": [one]}});
    let resources = |resources: Value| json!({"resources": resources});
    const T: &str = "spec.affinity.toleration[0]";
    verify_specs(&[
        ("everything", toleration(json!({"operator": "Exists"})), &[]),
        ("a key", toleration(json!({"key": "a b"})), &[&format!("{T}.key")]),
        ("no key", toleration(json!({"operator": "Equal"})), &[&format!("{T}.operator")]),
        (
            "for a time",
            toleration(json!({"key": "a", "tolerationSeconds": 1})),
            &[&format!("{T}.effect")],
        ),
        (
            "Exists with a value",
            toleration(json!({"key": "a", "operator": "Exists", "value": "b"})),
            &[&format!("{T}.operator")],
        ),
        (
            "unknown words",
            toleration(json!({"key": "a", "operator": "x", "effect": "y"})),
            &[&format!("{T}.operator"), &format!("{T}.effect")],
        ),
        (
            "requests above limits",
            resources(json!({
                "requests": {"memory": "2Gi", "ephemeral-storage": "2Gi"},
                "limits": {"memory": "1Gi", "ephemeral-storage": "1Gi"},
            })),
            &["spec.resources.requests.memory", "spec.resources.requests.storage"],
        ),
        (
            "huge pages alone and uneven",
            resources(json!({
                "requests": {"hugepages-2Mi": "2Mi"},
                "limits": {"hugepages-2Mi": "4Mi"},
            })),
            &["spec.resources.requests.hugepages-2Mi", "spec.resources"],
        ),
        (
            "huge pages hold the buffers",
            json!({
                "resources": {
                    "requests": {"memory": "128Mi", "hugepages-2Mi": "1Gi"},
                    "limits": {"hugepages-2Mi": "1Gi"},
                },
                "postgresql": {"parameters": {"shared_buffers": "512MB"}},
            }),
            &[],
        ),
        ("pull policy", json!({"imagePullPolicy": "Often"}), &["spec.imagePullPolicy"]),
        (
            "an account and its template",
            json!({"serviceAccountName": "a", "serviceAccountTemplate": {"metadata": {}}}),
            &["spec.serviceAccountName"],
        ),
        (
            "scratch space twice",
            json!({
                "ephemeralVolumeSource": {"volumeClaimTemplate": {"spec": {}}},
                "ephemeralVolumesSizeLimit": {"temporaryData": "1Gi"},
            }),
            &["spec.ephemeralVolumeSource"],
        ),
        ("no size at all", json!({"storage": {"size": "many"}}), &["spec.storage.size"]),
    ]);
}

#[test]
fn what_is_managed_and_given() {
    let service =
        |name: &str| json!({"selectorType": "rw", "serviceTemplate": {"metadata": {"name": name}}});
    let services = |list: Value| json!({"managed": {"services": {"additional": list}}});
    let role = |role: Value| json!({"managed": {"roles": [role]}});
    let hba = |line: &str| {
        json!({
            "podSelectorRefs": [{"name": "a", "selector": {}}],
            "postgresql": {"pg_hba": [line]},
        })
    };
    let store = |credentials: Value| {
        let store = patched(&json!({"destinationPath": "s3://b"}), &credentials);
        json!({"backup": {"barmanObjectStore": store}})
    };
    let key = json!({"name": "s", "key": "k"});
    const STORE: &str = "spec.backup.barmanObjectStore";
    verify_specs(&[
        ("limit", role(json!({"name": "a", "connectionLimit": -2})), &["spec.managed.roles"]),
        ("no name", services(json!([service("")])), &["spec.managed.services.additional[0]"]),
        ("reserved", services(json!([service("c-ro")])), &["spec.managed.services.additional[0]"]),
        (
            "the same name",
            services(json!([service("x"), service("x")])),
            &["spec.managed.services.additional"],
        ),
        ("a selector", hba("host a a ${podselector:a} md5"), &[]),
        ("no selector", hba("host a a ${podselector:b} md5"), &["spec.postgresql.pg_hba[0]"]),
        ("no such thing", hba("host a a ${x:y} md5"), &["spec.postgresql.pg_hba[0]"]),
        (
            "two in a line",
            hba("host ${podselector:a} a ${podselector:a} md5"),
            &["spec.postgresql.pg_hba[0]"],
        ),
        (
            "a wrong selector",
            json!({"podSelectorRefs": [{"name": "a", "selector": {"matchExpressions": [
                {"key": "a", "operator": "In"},
            ]}}]}),
            &["spec.podSelectorRefs[0].selector"],
        ),
        (
            "server certificate",
            json!({"certificates": {"serverTLSSecret": "s", "serverAltDNSNames": ["x"]}}),
            &["spec.certificates.servercasecret", "spec.certificates.serveraltdnsnames"],
        ),
        (
            "replication certificate",
            json!({"certificates": {"replicationTLSSecret": "s"}}),
            &["spec.certificates.clientcasecret"],
        ),
        ("superuser", json!({"superuserSecret": {"name": ""}}), &["spec.superusersecret.name"]),
        (
            "extensions",
            json!({"postgresql": {"extensions": [
                {"name": "a-b", "image": {"reference": "x"}, "ld_library_path": ["../x", "", "y", "y"]},
                {"name": "a_b", "env": [{"name": "PATH", "value": "${x}"}]},
            ]}}),
            &[
                "spec.postgresql.extensions[0].ld_library_path[3]",
                "spec.postgresql.extensions[0].ld_library_path[0]",
                "spec.postgresql.extensions[0].ld_library_path[1]",
                "spec.postgresql.extensions[1].name",
                "spec.postgresql.extensions[1].image.reference",
                "spec.postgresql.extensions[1].env[0].name",
                "spec.postgresql.extensions[1].env[0].value",
            ],
        ),
        (
            "half a pair of keys",
            store(json!({"s3Credentials": {"accessKeyId": key}})),
            &["spec.backup.barmanObjectStore.awsCredentials"],
        ),
        (
            "two blocks",
            store(json!({
                "s3Credentials": {"inheritFromIAMRole": true},
                "googleCredentials": {"gkeEnvironment": true},
            })),
            &[STORE],
        ),
        (
            "a key without account",
            store(json!({"azureCredentials": {"storageKey": key}})),
            &["spec.backup.barmanObjectStore.azureCredentials"],
        ),
        (
            "a connection string and more",
            store(json!({"azureCredentials": {"connectionString": key, "storageAccount": key}})),
            &["spec.backup.barmanObjectStore.azureCredentials"],
        ),
        (
            "nothing for Google",
            store(json!({"googleCredentials": {}})),
            &["spec.backupConfiguration.googleCredentials"],
        ),
        (
            "a class for no tablespace",
            json!({"backup": {"volumeSnapshot": {"tablespaceClassName": {"x": "y"}}}}),
            &["spec.backup.volumeSnapshot.tablespaceClassName"],
        ),
    ]);
}

#[test]
fn annotations() {
    let path = |name: &str| format!("metadata.annotations.{name}");
    let rows: [(&str, &str, &str, bool); 7] = [
        ("a patch", "cnpg.io/podPatch", r#"[{"op": "remove", "path": "/spec/x"}]"#, true),
        ("no patch", "cnpg.io/podPatch", r#"{"op": "remove"}"#, false),
        ("a pinger", "alpha.cnpg.io/livenessPinger", r#"{"enabled": false}"#, true),
        ("no switch", "alpha.cnpg.io/livenessPinger", r#"{"requestTimeout": 1}"#, false),
        ("no boolean", "alpha.cnpg.io/failoverQuorum", "maybe", false),
        ("no quorum", "alpha.cnpg.io/failoverQuorum", "true", false),
        ("nobody fenced", "cnpg.io/fencedInstances", "x", true),
    ];
    for (row, name, value, accepted) in rows {
        let mut object = server::cluster(&json!({}));
        object["metadata"]["annotations"] = json!({name: value});
        let answer = server::create(&object, &server::context());
        let expected = if accepted { vec![] } else { vec![path(name)] };
        assert_eq!(paths(&answer), expected, "{row}: {:?}", answer.told);
    }
}

#[test]
fn the_store_shows_what_is_never_left_out() {
    let object = server::cluster(&json!({
        "resources": {"requests": {"cpu": 1, "memory": "1024Mi"}},
        "storage": {"pvcTemplate": {"accessModes": ["ReadWriteOnce"]}},
        "monitoring": {"metricsQueriesTTL": "1m"},
        "tablespaces": [{"name": "a", "storage": {"size": "1Gi"}}],
        "postgresql": {"synchronous": {"method": "any", "number": 1}},
    }));
    let spec = &server::create(&object, &server::context()).stored.unwrap()["spec"];
    assert_eq!(spec["resources"], json!({"requests": {"cpu": "1", "memory": "1Gi"}}));
    let template = json!({"accessModes": ["ReadWriteOnce"], "resources": {}});
    assert_eq!(spec["storage"]["pvcTemplate"], template);
    assert_eq!(spec["monitoring"]["metricsQueriesTTL"], "1m0s");
    assert_eq!(spec["tablespaces"][0]["owner"], json!({"name": "app"}));
    assert_eq!(spec["postgresql"]["synchronous"]["failoverQuorum"], false);
}

#[test]
fn an_empty_text_is_no_choice() {
    let object = server::cluster(&json!({
        "imageName": "",
        "logLevel": "",
        "backup": {"target": ""},
        "affinity": {"podAntiAffinityType": ""},
        "postgresql": {"synchronous": {"method": "any", "number": 1, "dataDurability": ""}},
    }));
    let answer = server::create(&object, &server::context());
    let spec = &answer.stored.unwrap_or_else(|paths| panic!("{paths:?}"))["spec"];
    assert_eq!(spec["logLevel"], "info");
    assert_eq!(spec["backup"]["target"], "prefer-standby");
    assert_eq!(spec["affinity"]["podAntiAffinityType"], "preferred");
    assert_eq!(spec["postgresql"]["synchronous"]["dataDurability"], "required");
}
