//! pooler/status

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::string_enum::string_enum;
use crate::text;

/// PoolerStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PoolerStatus {
    /// Admission error (guard)
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Resolved pgbouncer image
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Deployment .status.replicas
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instances: Option<i32>,
    /// Phase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<PoolerPhase>,
    /// Phase reason.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub phase_reason: Option<String>,
    /// Versions in use
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets: Option<PoolerSecrets>,
}

/// PoolerSecrets
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PoolerSecrets {
    /// Client ca.
    #[serde(rename = "clientCA", default, skip_serializing_if = "Option::is_none")]
    pub client_ca: Option<SecretVersion>,
    /// Client tls.
    #[serde(rename = "clientTLS", default, skip_serializing_if = "Option::is_none")]
    pub client_tls: Option<SecretVersion>,
    /// Pg bouncer secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pg_bouncer_secrets: Option<PgBouncerSecrets>,
    /// Server ca.
    #[serde(rename = "serverCA", default, skip_serializing_if = "Option::is_none")]
    pub server_ca: Option<SecretVersion>,
    /// Server tls.
    #[serde(rename = "serverTLS", default, skip_serializing_if = "Option::is_none")]
    pub server_tls: Option<SecretVersion>,
}

/// PgBouncerSecrets
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PgBouncerSecrets {
    /// Auth query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_query: Option<SecretVersion>,
}

/// SecretVersion
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretVersion {
    /// Name.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Version.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

string_enum! {
    /// PoolerPhase
    pub enum PoolerPhase {
        /// active
        Active = "active",
        /// paused
        Paused = "paused",
        /// inactive
        Inactive = "inactive",
        /// failed
        Failed = "failed",
    }
}
