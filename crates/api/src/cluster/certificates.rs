//! cluster/certificates

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text;

/// Certificates
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Certificates {
    /// Secret with ca.crt (+ca.key)
    #[serde(
        rename = "clientCASecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_ca_secret: Option<String>,
    /// kubernetes.io/tls for streaming_replica; needs clientCASecret
    #[serde(
        rename = "replicationTLSSecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub replication_tls_secret: Option<String>,
    /// Extra SANs of the generated server cert
    #[serde(rename = "serverAltDNSNames", default, skip_serializing_if = "Vec::is_empty")]
    pub server_alt_dns_names: Vec<String>,
    /// Secret with ca.crt (+ca.key if the server cert has to be made)
    #[serde(
        rename = "serverCASecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub server_ca_secret: Option<String>,
    /// kubernetes.io/tls secret; needs serverCASecret; excludes serverAltDNSNames
    #[serde(
        rename = "serverTLSSecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub server_tls_secret: Option<String>,
}
