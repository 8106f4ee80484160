//! The status of a healthy cluster has the shape that was recorded.

use std::path::PathBuf;

use serde_json::Value;

use super::super::seen::Objects;
use super::world::World;

#[expect(clippy::disallowed_methods, reason = "a test reads what was recorded")]
fn recorded() -> Option<Value> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    let shared =
        std::env::var_os("CNPG_SHARED").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let path = shared.join("compat/recorded/basic/cluster.yaml");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("nothing recorded here: the status is not compared");
        return None;
    };
    Some(serde_saphyr::from_str(&text).unwrap())
}

#[test]
fn a_healthy_status_has_the_recorded_fields() {
    let Some(recorded) = recorded() else { return };
    let mut world = World::new(3);
    world.settle(60);
    let mut seen = world.seen();
    // What the rest of the operator and the instances would have filled in.
    let theirs: api::cluster::status::ClusterStatus =
        serde_json::from_value(recorded["status"].clone()).unwrap();
    seen.objects = Objects {
        certificates: theirs.certificates.clone().unwrap(),
        secret_versions: theirs.secrets_resource_version.clone().unwrap(),
        config_map_versions: theirs.config_map_resource_version.clone().unwrap(),
        ..Objects::default()
    };
    let operator = &mut seen.operator;
    operator.architectures.clone_from(&theirs.available_architectures);
    operator.hash = theirs.cloudnativepg_operator_hash.clone().unwrap();
    operator.commit_hash = theirs.cloudnativepg_commit_hash.clone().unwrap();
    operator.certificate_fingerprint = theirs.operator_certificate_fingerprint.clone().unwrap();
    let mut ours = super::super::plan(&seen).status;

    // Values that differ from run to run, and what instances write.
    assert_eq!(ours.conditions.len(), 3, "{:#?}", ours.conditions);
    let same = |kind: &str| {
        let find = |all: &[k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition]| {
            let one = all.iter().find(|one| one.type_ == kind).unwrap().clone();
            (one.status, one.reason, one.message)
        };
        assert_eq!(find(&ours.conditions), find(&theirs.conditions), "{kind}");
    };
    for kind in ["Ready", "Initialized", "ConsistentSystemID"] {
        same(kind);
    }
    ours.conditions.clone_from(&theirs.conditions);
    ours.current_primary_timestamp.clone_from(&theirs.current_primary_timestamp);
    ours.target_primary_timestamp.clone_from(&theirs.target_primary_timestamp);
    ours.image.clone_from(&theirs.image);
    ours.pgdata_image_info.as_mut().unwrap().image = theirs.image.clone().unwrap();
    ours.system_id.clone_from(&theirs.system_id);
    ours.timeline_id = theirs.timeline_id;
    for (name, state) in &mut ours.instances_reported_state {
        assert_eq!(state.is_primary, name == "pg-1");
        state.clone_from(&theirs.instances_reported_state[name]);
    }
    assert_eq!(serde_json::to_value(&ours).unwrap(), recorded["status"]);
}
