//! Plugins, poolers and the topology around a cluster.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text;

/// A plugin in use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PluginStatus {
    /// What it can do for backups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub backup_capabilities: Vec<String>,
    /// What it can do in general.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<String>,
    /// Name of the plugin.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// What it can do for the operator.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operator_capabilities: Vec<String>,
    /// What it can do for restores.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restore_job_hook_capabilities: Vec<String>,
    /// What the plugin says about itself.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Version of the plugin.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub version: String,
    /// What it can do for WAL.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wal_capabilities: Vec<String>,
}

/// The poolers that serve a cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PoolerIntegrations {
    /// Poolers that log in with a certificate of the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pg_bouncer_integration: Option<PgBouncerIntegration>,
}

/// Poolers that log in with a certificate of the cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PgBouncerIntegration {
    /// Secrets with the certificates that they use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
}

/// Progress of becoming a replica cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SwitchReplicaStatus {
    /// Whether the change is still going on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_progress: Option<bool>,
}
