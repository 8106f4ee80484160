//! cluster/status/instances

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::extension::Extension;
use crate::schema::PlainInt;
use crate::text;

/// AvailableArchitecture
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AvailableArchitecture {
    /// e.g. amd64, arm64
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub go_arch: String,
    /// SHA-256 of that binary
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub hash: String,
}

/// ReportedState
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportedState {
    /// Pod IP
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// Not in recovery
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub is_primary: bool,
    /// Timeline
    #[serde(rename = "timeLineID", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub timeline_id: Option<i64>,
}

/// Topology
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Topology {
    /// Pod → label → value
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub instances: BTreeMap<String, BTreeMap<String, String>>,
    /// Distinct nodes
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes_used: Option<i32>,
    /// Whether all labels could be read
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successfully_extracted: Option<bool>,
}

/// PodSelectorStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PodSelectorStatus {
    /// Sorted unique IPs of non-terminating pods
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ips: Vec<String>,
    /// Name
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
}

/// ImageInfo
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageInfo {
    /// Extensions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
    /// Image.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub image: String,
    /// Major version.
    #[serde(default)]
    #[schemars(with = "PlainInt", extend("x-required" = true))]
    pub major_version: i64,
}
