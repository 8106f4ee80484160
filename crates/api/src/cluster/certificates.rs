//! Certificates that a user brings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text;

/// Certificates of your own, by the names of their Secrets; what is unset is generated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Certificates {
    /// Secret with the authority that signs client certificates: `ca.crt`, and `ca.key` if
    /// certificates are to be made with it.
    #[serde(
        rename = "clientCASecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_ca_secret: Option<String>,
    /// Secret with the client certificate of `streaming_replica`; needs `clientCASecret`.
    #[serde(
        rename = "replicationTLSSecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub replication_tls_secret: Option<String>,
    /// Further names to put into the generated server certificate.
    #[serde(rename = "serverAltDNSNames", default, skip_serializing_if = "Vec::is_empty")]
    pub server_alt_dns_names: Vec<String>,
    /// Secret with the authority that signs the server certificate: `ca.crt`, and `ca.key` if the
    /// certificate is to be made with it.
    #[serde(
        rename = "serverCASecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub server_ca_secret: Option<String>,
    /// Secret with the server certificate; needs `serverCASecret` and excludes
    /// `serverAltDNSNames`.
    #[serde(
        rename = "serverTLSSecret",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub server_tls_secret: Option<String>,
}
