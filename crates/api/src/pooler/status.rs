//! What became of a pooler.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::string_enum::string_enum;
use crate::text;

/// What became of a pooler.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PoolerStatus {
    /// Why the definition was refused.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Image of PgBouncer in use.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Number of pods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instances: Option<i32>,
    /// State of the pooler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<PoolerPhase>,
    /// Why it is in this state.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub phase_reason: Option<String>,
    /// Versions of the Secrets in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets: Option<PoolerSecrets>,
}

/// Versions of the Secrets that a pooler uses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PoolerSecrets {
    /// Secret with the authority for certificates of clients.
    #[serde(rename = "clientCA", default, skip_serializing_if = "Option::is_none")]
    pub client_ca: Option<SecretVersion>,
    /// Secret with the certificate that clients see.
    #[serde(rename = "clientTLS", default, skip_serializing_if = "Option::is_none")]
    pub client_tls: Option<SecretVersion>,
    /// Secrets of PgBouncer itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pg_bouncer_secrets: Option<PgBouncerSecrets>,
    /// Secret with the authority for the certificate of PostgreSQL.
    #[serde(rename = "serverCA", default, skip_serializing_if = "Option::is_none")]
    pub server_ca: Option<SecretVersion>,
    /// Secret with the client certificate to log in to PostgreSQL with.
    #[serde(rename = "serverTLS", default, skip_serializing_if = "Option::is_none")]
    pub server_tls: Option<SecretVersion>,
}

/// Secrets of PgBouncer itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PgBouncerSecrets {
    /// Secret with the credentials for finding passwords.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_query: Option<SecretVersion>,
}

/// The version of a Secret in use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretVersion {
    /// Name of the Secret.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its resource version.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

string_enum! {
    /// State of a pooler.
    pub enum PoolerPhase {
        /// It is in place and serves clients.
        Active = "active",
        /// It is in place, and its clients wait.
        Paused = "paused",
        /// It waits for the cluster or a Secret.
        Inactive = "inactive",
        /// Its image cannot be found in the catalog.
        Failed = "failed",
    }
}
