//! references

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// SecretKeyRef
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretKeyRef {
    /// Key.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub key: String,
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
}

/// LocalRef
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocalRef {
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
}

/// ClusterRef
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-map-type" = "atomic"))]
pub struct ClusterRef {
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-default" = ""))]
    pub name: String,
}

/// SqlRefs
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SqlRefs {
    /// Config map refs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub config_map_refs: Vec<SecretKeyRef>,
    /// Secret refs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secret_refs: Vec<SecretKeyRef>,
}
