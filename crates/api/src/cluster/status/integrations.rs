//! cluster/status/integrations

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text;

/// PluginStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PluginStatus {
    /// Backup capabilities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub backup_capabilities: Vec<String>,
    /// Capabilities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<String>,
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Operator capabilities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operator_capabilities: Vec<String>,
    /// Restore job hook capabilities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restore_job_hook_capabilities: Vec<String>,
    /// Free text returned by the plugin
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Version.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub version: String,
    /// Wal capabilities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wal_capabilities: Vec<String>,
}

/// PoolerIntegrations
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PoolerIntegrations {
    /// Pg bouncer integration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pg_bouncer_integration: Option<PgBouncerIntegration>,
}

/// PgBouncerIntegration
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PgBouncerIntegration {
    /// Secrets of auto-integrated poolers (normally `<cluster>-pooler`)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
}

/// SwitchReplicaStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SwitchReplicaStatus {
    /// Demotion running
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_progress: Option<bool>,
}
