//! plugin

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// PluginConfiguration
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PluginConfiguration {
    /// Enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub enabled: Option<bool>,
    /// Is wal archiver.
    #[serde(rename = "isWALArchiver", default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub is_wal_archiver: Option<bool>,
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Parameters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
}
