//! One good cluster, to be changed in one place.

use api::Cluster;
use api::admission::{CheckedCluster, OperatorDefaults};
use planner::manifests::{Installation, Manifests};
use serde_json::{Value, json};

/// A cluster of three with the defaults of admission, after a merge patch.
pub fn cluster(patch: Value) -> CheckedCluster {
    let mut value = json!({
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": "Cluster",
        "metadata": {"name": "c", "namespace": "ns", "uid": "u"},
        "spec": {"instances": 3, "imageName": "pg:17.2", "storage": {"size": "1Gi"}},
    });
    json_patch::merge(&mut value, &patch);
    let mut cluster: Cluster = serde_json::from_value(value).unwrap();
    api::admission::complete(&mut cluster, &OperatorDefaults::default());
    CheckedCluster::try_from(cluster).unwrap()
}

pub fn installation() -> Installation {
    Installation::new("operator:1", "1.30.0")
}

/// What a builder makes of a cluster with a merge patch.
pub fn made(patch: Value, build: impl Fn(&Manifests<'_>) -> Value) -> Value {
    build(&Manifests::new(&cluster(patch), &installation()))
}
