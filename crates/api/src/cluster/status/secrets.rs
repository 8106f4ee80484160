//! cluster/status/secrets

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text;

/// CertificatesStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CertificatesStatus {
    /// Effective
    #[serde(
        rename = "clientCASecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_ca_secret: Option<String>,
    /// Secret → NotAfter text (Go time String form, e.g. `2026-01-02 15:04:05 +0000 UTC`)
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub expirations: BTreeMap<String, String>,
    /// Effective
    #[serde(
        rename = "replicationTLSSecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub replication_tls_secret: Option<String>,
    /// All SANs computed
    #[serde(rename = "serverAltDNSNames", default, skip_serializing_if = "Vec::is_empty")]
    pub server_alt_dns_names: Vec<String>,
    /// Effective
    #[serde(
        rename = "serverCASecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub server_ca_secret: Option<String>,
    /// Effective
    #[serde(
        rename = "serverTLSSecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub server_tls_secret: Option<String>,
}

/// ConfigMapVersions
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigMapVersions {
    /// ConfigMap → version
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, String>,
}

/// SecretVersions
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretVersions {
    /// Application secret version.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub application_secret_version: Option<String>,
    /// Barman endpoint ca.
    #[serde(
        rename = "barmanEndpointCA",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub barman_endpoint_ca: Option<String>,
    /// Unused, kept empty
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub ca_secret_version: Option<String>,
    /// Client ca secret version.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub client_ca_secret_version: Option<String>,
    /// Secret → version
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub external_cluster_secret_version: BTreeMap<String, String>,
    /// Secret → version
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub managed_role_secret_version: BTreeMap<String, String>,
    /// Secret → version
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, String>,
    /// Replication secret version.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub replication_secret_version: Option<String>,
    /// Server ca secret version.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub server_ca_secret_version: Option<String>,
    /// Server secret version.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub server_secret_version: Option<String>,
    /// Only with superuser access
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub superuser_secret_version: Option<String>,
}
