//! References to other objects of the same namespace.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One key of a Secret, or of a ConfigMap where the field says so, in the namespace of the
/// object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretKeyRef {
    /// Key inside that object.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub key: String,
    /// Name of the object that holds the key.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
}

/// An object in the same namespace, by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocalRef {
    /// Name of the object.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
}

/// The cluster that an object belongs to, by name; both live in one namespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-map-type" = "atomic"))]
pub struct ClusterRef {
    /// Name of the cluster.
    #[serde(default)]
    #[schemars(extend("x-default" = ""))]
    pub name: String,
}

/// SQL scripts kept in other objects. All Secrets are run before all ConfigMaps, each list in its
/// order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SqlRefs {
    /// Keys of ConfigMaps with SQL to run after the Secrets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub config_map_refs: Vec<SecretKeyRef>,
    /// Keys of Secrets with SQL to run first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secret_refs: Vec<SecretKeyRef>,
}
