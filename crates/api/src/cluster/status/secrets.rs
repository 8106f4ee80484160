//! Certificates and the versions of secrets and config maps in use.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text;

/// The Secrets with the certificates in use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CertificatesStatus {
    /// Secret with the authority for client certificates.
    #[serde(
        rename = "clientCASecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_ca_secret: Option<String>,
    /// When the certificate in each Secret expires.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub expirations: BTreeMap<String, String>,
    /// Secret with the client certificate for replication.
    #[serde(
        rename = "replicationTLSSecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub replication_tls_secret: Option<String>,
    /// All names in the server certificate.
    #[serde(rename = "serverAltDNSNames", default, skip_serializing_if = "Vec::is_empty")]
    pub server_alt_dns_names: Vec<String>,
    /// Secret with the authority for the server certificate.
    #[serde(
        rename = "serverCASecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub server_ca_secret: Option<String>,
    /// Secret with the server certificate.
    #[serde(
        rename = "serverTLSSecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub server_tls_secret: Option<String>,
}

/// Versions of the ConfigMaps that instances watch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigMapVersions {
    /// Version of each ConfigMap with queries, by its name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, String>,
}

/// Versions of the Secrets that instances watch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretVersions {
    /// Version of the Secret of the application user.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub application_secret_version: Option<String>,
    /// Version of the Secret with the authority of the object store.
    #[serde(
        rename = "barmanEndpointCA",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub barman_endpoint_ca: Option<String>,
    /// Unused, and kept empty.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub ca_secret_version: Option<String>,
    /// Version of the Secret with the authority for client certificates.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub client_ca_secret_version: Option<String>,
    /// Version of each Secret of external clusters, by its name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub external_cluster_secret_version: BTreeMap<String, String>,
    /// Version of each password Secret of managed roles, by its name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub managed_role_secret_version: BTreeMap<String, String>,
    /// Version of each Secret with queries, by its name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, String>,
    /// Version of the Secret with the client certificate for replication.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub replication_secret_version: Option<String>,
    /// Version of the Secret with the authority for the server certificate.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub server_ca_secret_version: Option<String>,
    /// Version of the Secret with the server certificate.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub server_secret_version: Option<String>,
    /// Version of the Secret of the superuser, if it may log in.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub superuser_secret_version: Option<String>,
}
