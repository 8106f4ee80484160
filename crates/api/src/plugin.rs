//! CNPG-I plugins that take part in something.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One CNPG-I plugin and what it is told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PluginConfiguration {
    /// Whether the plugin takes part; a disabled one stays listed without being called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub enabled: Option<bool>,
    /// Whether this plugin archives the WAL. At most one enabled plugin may, and none while the
    /// in-tree object store is configured.
    #[serde(rename = "isWALArchiver", default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub is_wal_archiver: Option<bool>,
    /// Name under which the plugin is registered with the operator.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Settings for the plugin, which it checks itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
}
