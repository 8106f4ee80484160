//! What a cluster asks for is in its objects.

use planner::manifests::{Manifests, Platform, PullSecret, Related};
use serde_json::{Value, json};

use crate::fixture::{cluster, installation, made};

fn pod(patch: Value) -> Value {
    made(patch, |manifests| json!(manifests.instance_pod(1).unwrap()))
}

#[test]
fn a_pod_says_what_the_cluster_asks_for() {
    let at = |pointer: &'static str| move |pod: &Value| pod.pointer(pointer).cloned();
    let spec = |spec: Value| json!({"spec": spec});
    let rows: Vec<(&str, Value, &str, Value)> = vec![
        (
            "no affinity",
            spec(json!({"affinity": {"enablePodAntiAffinity": false}})),
            "/spec/affinity",
            Value::Null,
        ),
        (
            "required",
            spec(json!({"affinity": {"podAntiAffinityType": "required", "topologyKey": "zone"}})),
            "/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/0/topologyKey",
            json!("zone"),
        ),
        ("pull policy unset", json!({}), "/spec/containers/0/imagePullPolicy", Value::Null),
        (
            "user",
            spec(json!({"postgresUID": 5, "postgresGID": 6})),
            "/spec/securityContext/fsGroup",
            json!(6),
        ),
        (
            "a context of the user's own is completed",
            spec(json!({"podSecurityContext": {"fsGroup": 9}})),
            "/spec/securityContext",
            json!({"fsGroup": 9, "runAsUser": 26, "runAsGroup": 26, "seccompProfile": {"type": "RuntimeDefault"}}),
        ),
        (
            "profiles",
            json!({"metadata": {"annotations": {"alpha.cnpg.io/enableInstancePprof": "true"}}}),
            "/spec/containers/0/command/3",
            json!("--pprof-server"),
        ),
        (
            "metrics by HTTPS",
            spec(json!({"monitoring": {"tls": {"enabled": true}}})),
            "/spec/containers/0/command/4",
            json!("--metrics-port-tls"),
        ),
        (
            "restart",
            json!({"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "t"}}}),
            "/metadata/annotations/kubectl.kubernetes.io~1restartedAt",
            json!("t"),
        ),
        (
            "AppArmor for a container that exists",
            json!({"metadata": {"annotations": {"container.apparmor.security.beta.kubernetes.io/postgres": "p"}}}),
            "/metadata/annotations/container.apparmor.security.beta.kubernetes.io~1postgres",
            json!("p"),
        ),
        (
            "AppArmor for one that does not",
            json!({"metadata": {"annotations": {"container.apparmor.security.beta.kubernetes.io/x": "p"}}}),
            "/metadata/annotations/container.apparmor.security.beta.kubernetes.io~1x",
            Value::Null,
        ),
        (
            "account of the user",
            spec(json!({"serviceAccountName": "sa"})),
            "/spec/serviceAccountName",
            json!("sa"),
        ),
        (
            "inherited label",
            spec(json!({"inheritedMetadata": {"labels": {"a": "b"}}})),
            "/metadata/labels/a",
            json!("b"),
        ),
        (
            "labels that find objects are not inherited",
            spec(json!({"inheritedMetadata": {"labels": {"cnpg.io/cluster": "x"}}})),
            "/metadata/labels/cnpg.io~1cluster",
            json!("c"),
        ),
        (
            "a patch",
            json!({"metadata": {"annotations": {"cnpg.io/podPatch":
                r#"[{"op": "replace", "path": "/spec/hostname", "value": "h"}]"#}}}),
            "/spec/hostname",
            json!("h"),
        ),
        (
            "a patch cannot make another pod of it",
            json!({"metadata": {"annotations": {"cnpg.io/podPatch":
                r#"[{"op": "replace", "path": "/metadata/name", "value": "h"}]"#}}}),
            "/metadata/name",
            json!("c-1"),
        ),
        (
            "the image that was decided on",
            json!({"status": {"image": "pg:17.3", "pgDataImageInfo": {"image": "pg:17.3", "majorVersion": 17}}}),
            "/spec/containers/0/image",
            json!("pg:17.3"),
        ),
        (
            "an extension",
            json!({"status": {"pgDataImageInfo": {"image": "i", "majorVersion": 18, "extensions": [{"name": "a_b", "image": {"reference": "e:1"}}]}}}),
            "/spec/volumes/4",
            json!({"name": "ext-a-b", "image": {"reference": "e:1"}}),
        ),
        (
            "scratch space elsewhere",
            spec(json!({"ephemeralVolumeSource": {"volumeClaimTemplate": {"spec": {}}}})),
            "/spec/volumes/1",
            json!({"name": "scratch-data", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}}),
        ),
        (
            "projections come before the access to the API",
            spec(json!({"projectedVolumeTemplate": {"sources": [{"secret": {"name": "s"}}]}})),
            "/spec/volumes/3/name",
            json!("projected"),
        ),
        (
            "the level of logs",
            spec(json!({"logLevel": "debug"})),
            "/spec/initContainers/0/command/3",
            json!("--log-level=debug"),
        ),
    ];
    for (name, patch, pointer, wanted) in rows {
        let found = at(pointer)(&pod(patch)).unwrap_or(Value::Null);
        assert_eq!(found, wanted, "{name}");
    }
}

#[test]
fn an_installation_has_its_say() {
    let checked = cluster(json!({"metadata": {"labels": {"team": "a", "other": "b"}}}));
    let mut installation = installation();
    installation.create_any_service = true;
    installation.platform = Platform::OpenShift;
    installation.standby_tcp_user_timeout = Some(0);
    installation.inherited_labels = vec!["te*".to_owned()];
    installation.log_fields.level = Some("severity".to_owned());
    let manifests = Manifests::new(&checked, &installation);
    let pod = json!(manifests.instance_pod(2).unwrap());
    assert_eq!(pod["spec"]["subdomain"], "c-any");
    assert_eq!(pod["spec"]["securityContext"], Value::Null);
    assert_eq!(pod["metadata"]["labels"]["team"], "a");
    assert_eq!(pod["metadata"]["labels"]["other"], Value::Null);
    let env = pod["spec"]["containers"][0]["env"].as_array().unwrap();
    assert_eq!(
        env.last().unwrap(),
        &json!({"name": "CNPG_STANDBY_TCP_USER_TIMEOUT", "value": "0"})
    );
    let command = pod["spec"]["containers"][0]["command"].as_array().unwrap();
    assert_eq!(command.last().unwrap(), "--log-field-level=severity");
    let any = json!(manifests.services()[0]);
    assert_eq!(any["metadata"]["name"], "c-any");
    assert_eq!(any["spec"]["publishNotReadyAddresses"], true);
    let account = json!(manifests.service_account(PullSecret::Copied));
    assert_eq!(account["imagePullSecrets"], json!([{"name": "c-pull"}]));
}

fn pods_rule(role: &Value) -> &Value {
    let mut rules = role["rules"].as_array().unwrap().iter();
    rules.find(|rule| rule["resources"] == json!(["pods"])).unwrap()
}

#[test]
fn secrets_an_instance_reads() {
    let patch = json!({"spec": {
        "certificates": {"serverCASecret": "my-ca", "serverTLSSecret": "my-tls"},
        "managed": {"roles": [{"name": "r", "passwordSecret": {"name": "role-pass"}}]},
        "externalClusters": [{
            "name": "x", "connectionParameters": {"host": "h"},
            "password": {"name": "x-pass", "key": "p"},
        }],
        "backup": {"barmanObjectStore": {"destinationPath": "s3://b", "s3Credentials": {
            "accessKeyId": {"name": "aws", "key": "id"}, "secretAccessKey": {"name": "aws", "key": "key"},
        }}},
    }});
    let role = made(patch, |manifests| json!(manifests.role(Related::default())));
    assert_eq!(
        role["rules"][1]["resourceNames"],
        json!([
            "aws",
            "c-app",
            "c-ca",
            "c-replication",
            "c-superuser",
            "my-ca",
            "my-tls",
            "role-pass",
            "x-pass"
        ])
    );
    let pods = pods_rule(&role);
    assert_eq!(pods["resourceNames"], json!(["c-1", "c-2", "c-3", "c-4"]));
    let status =
        json!({"status": {"instanceNames": ["c-2", "c-5", "c-6"]}, "spec": {"instances": 2}});
    let role = made(status, |manifests| json!(manifests.role(Related::default())));
    let pods = pods_rule(&role);
    assert_eq!(pods["resourceNames"], json!(["c-1", "c-2", "c-3", "c-4", "c-5", "c-6"]));
}

#[test]
fn budgets_come_and_go() {
    let window =
        |reuse: bool| json!({"nodeMaintenanceWindow": {"inProgress": true, "reusePVC": reuse}});
    let with = |mut spec: Value, more: Value| {
        json_patch::merge(&mut spec, &more);
        json!({"spec": spec})
    };
    for (name, patch, wanted) in [
        ("three", json!({}), vec!["c-primary", "c"]),
        ("two", json!({"spec": {"instances": 2}}), vec!["c-primary"]),
        ("none wanted", json!({"spec": {"enablePDB": false}}), vec![]),
        ("maintenance on the volumes", json!({"spec": window(true)}), vec!["c-primary"]),
        ("maintenance elsewhere", json!({"spec": window(false)}), vec!["c-primary", "c"]),
        ("alone, on its volume", with(window(true), json!({"instances": 1})), vec![]),
        ("alone, elsewhere", with(window(false), json!({"instances": 1})), vec!["c-primary"]),
    ] {
        let names = made(patch, |manifests| {
            let budgets = manifests.budgets();
            json!(budgets.iter().map(|it| it.metadata.name.clone()).collect::<Vec<_>>())
        });
        assert_eq!(names, json!(wanted), "{name}");
    }
}

#[test]
fn credentials_are_made_when_nobody_gives_them() {
    let boot = |bootstrap: Value| json!({"spec": {"bootstrap": bootstrap}});
    let copy = json!({"initdb": null, "pg_basebackup": {"source": "x"}});
    let mut follower = boot(copy.clone());
    let external = json!({"spec": {"externalClusters": [{"name": "x", "connectionParameters": {"host": "h"}}]}});
    let mut copied = boot(copy);
    json_patch::merge(&mut copied, &external);
    json_patch::merge(&mut follower, &external);
    json_patch::merge(
        &mut follower,
        &json!({"spec": {"replica": {"enabled": true, "source": "x"}}}),
    );
    for (name, patch, wanted) in [
        ("a new database", json!({}), Some("c-app")),
        ("given", boot(json!({"initdb": {"secret": {"name": "s"}}})), None),
        ("a copy", copied, Some("c-app")),
        ("a follower", follower, None),
    ] {
        let checked = cluster(patch);
        let installation = installation();
        let found = Manifests::new(&checked, &installation).app_credentials();
        assert_eq!(found.map(|it| it.secret).as_deref(), wanted, "{name}");
    }
}
