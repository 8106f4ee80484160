//! What is known of the instances.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::extension::Extension;
use crate::schema::PlainInt;
use crate::text;

/// An architecture that the operator has an instance manager for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AvailableArchitecture {
    /// Name of the architecture, such as `amd64` or `arm64`.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub go_arch: String,
    /// SHA-256 of that instance manager.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub hash: String,
}

/// What an instance last told about itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportedState {
    /// Address of the pod.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// Whether it accepted writes.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub is_primary: bool,
    /// Timeline it was on.
    #[serde(rename = "timeLineID", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub timeline_id: Option<i64>,
}

/// Where the instances run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Topology {
    /// Labels of the node of each instance, by the name of the instance.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub instances: BTreeMap<String, BTreeMap<String, String>>,
    /// Number of different nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes_used: Option<i32>,
    /// Whether the labels of all nodes could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successfully_extracted: Option<bool>,
}

/// The pods that a selector found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PodSelectorStatus {
    /// Addresses of the pods, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ips: Vec<String>,
    /// Name of the selector.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
}

/// An image and what comes with it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageInfo {
    /// Extensions mounted beside the image.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
    /// Name of the image.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub image: String,
    /// PostgreSQL major version of the image.
    #[serde(default)]
    #[schemars(with = "PlainInt", extend("x-required" = true))]
    pub major_version: i64,
}
