//! What a pod has to make way for, and what not.

use k8s_openapi::api::core::v1::Pod;
use planner::manifests::{Drift, Installation, Living, ManagerUpdates, Manifests};
use serde_json::{Value, json};

use crate::fixture::{cluster, installation};

#[test]
fn pods_make_way_for_newer_ones() {
    let installation = installation();
    let old = cluster(
        json!({"spec": {"projectedVolumeTemplate": {"sources": [{"secret": {"name": "s"}}]}}}),
    );
    let living = Manifests::new(&old, &installation).instance_pod(1).unwrap();
    let same = json!({"projectedVolumeTemplate": {"sources": [{"secret": {"name": "s"}}]}});
    let with = |more: Value| {
        let mut spec = same.clone();
        json_patch::merge(&mut spec, &more);
        json!({"spec": spec})
    };
    let noted = |key: &str, value: &str, more: Value| {
        let mut patch = with(more);
        patch["metadata"]["annotations"][key] = json!(value);
        patch
    };
    let part = |part: &str| Some(Drift::PodSpec { part: part.to_owned() });
    let image = Drift::Image { from: "pg:17.2".to_owned(), to: "pg:17.4".to_owned() };
    let volume = Drift::MissingVolume { claim: "c-1-wal".to_owned() };
    let rows = [
        ("nothing", with(json!({})), None),
        ("a WAL volume", with(json!({"walStorage": {"size": "1Gi"}})), Some(volume)),
        (
            "other projections",
            with(json!({"projectedVolumeTemplate": {"sources": [{"secret": {"name": "t"}}]}})),
            Some(Drift::ProjectedVolume),
        ),
        ("another image", with(json!({"imageName": "pg:17.4"})), Some(image)),
        (
            "a restart",
            noted("kubectl.kubernetes.io/restartedAt", "t", json!({})),
            Some(Drift::RestartRequested),
        ),
        (
            "more memory",
            with(json!({"resources": {"limits": {"memory": "2Gi"}}})),
            part("containers, postgres, resources"),
        ),
        (
            "more memory, but the spec of pods is left alone",
            noted(
                "cnpg.io/reconcilePodSpec",
                "disabled",
                json!({"resources": {"limits": {"memory": "2Gi"}}}),
            ),
            None,
        ),
        (
            "an environment",
            with(json!({"env": [{"name": "A", "value": "b"}]})),
            part("containers, postgres, environment"),
        ),
        (
            "tolerations",
            with(json!({"affinity": {"tolerations": [{"key": "k"}]}})),
            part("tolerations"),
        ),
        ("time to stop", with(json!({"stopDelay": 7})), part("termination-grace-period")),
        (
            "a patch",
            noted(
                "cnpg.io/podPatch",
                r#"[{"op": "add", "path": "/spec/schedulerName", "value": "s"}]"#,
                json!({}),
            ),
            part("scheduler-name"),
        ),
    ];
    for (name, patch, wanted) in rows {
        let checked = cluster(patch);
        let manifests = Manifests::new(&checked, &installation);
        let living = Living { pod: &living, executable_hash: "h", pending_restart: false };
        assert_eq!(manifests.drift(&living, ManagerUpdates::Rollout), wanted, "{name}");
    }
    let manifests = Manifests::new(&old, &installation);
    let pending = Living { pod: &living, executable_hash: "h", pending_restart: true };
    assert!(manifests.drift(&pending, ManagerUpdates::InPlace).is_some_and(|it| it.in_place()));
    let silent = Living { executable_hash: "", ..pending };
    assert_eq!(manifests.drift(&silent, ManagerUpdates::InPlace), Some(Drift::NoExecutableHash));

    let newer = Installation::new("operator:2", "1.30.1");
    let manifests = Manifests::new(&old, &newer);
    let living = Living { pending_restart: false, ..pending };
    assert_eq!(manifests.drift(&living, ManagerUpdates::InPlace), None);
    let text = manifests.drift(&living, ManagerUpdates::Rollout).map(|it| it.to_string());
    assert_eq!(text.as_deref(), Some("the operator image changed from operator:1 to operator:2"));
}

#[test]
fn what_means_the_same_replaces_no_pod() {
    let installation = installation();
    let resources = json!({"spec": {"resources": {"limits": {"cpu": "0.5", "memory": "1Gi"}}}});
    let checked = cluster(resources);
    let manifests = Manifests::new(&checked, &installation);
    let mut living: Pod = manifests.instance_pod(1).unwrap();
    let notes = living.metadata.annotations.as_mut().unwrap();
    let stored = notes.get_mut("cnpg.io/podSpec").unwrap();
    *stored =
        stored.replace(r#""cpu":"0.5""#, r#""cpu":"500m""#).replace(r#""1Gi""#, r#""1024Mi""#);
    let living = Living { pod: &living, executable_hash: "h", pending_restart: false };
    assert_eq!(manifests.drift(&living, ManagerUpdates::Rollout), None);
}

#[test]
fn a_pod_without_a_stored_spec_is_told_by_less() {
    let installation = installation();
    let checked = cluster(json!({}));
    let manifests = Manifests::new(&checked, &installation);
    let mut old: Pod = manifests.instance_pod(1).unwrap();
    let notes = old.metadata.annotations.as_mut().unwrap();
    notes.remove("cnpg.io/podSpec");
    let drift = |pod: &Pod| {
        let living = Living { pod, executable_hash: "h", pending_restart: false };
        manifests.drift(&living, ManagerUpdates::Rollout)
    };
    assert_eq!(drift(&old), None);
    old.metadata.annotations.as_mut().unwrap().insert("cnpg.io/podEnvHash".into(), "x".into());
    assert_eq!(drift(&old), Some(Drift::Environment));
}
