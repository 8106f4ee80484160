//! Other servers that a cluster copies, follows or imports from.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::SecretKeySelector;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::object_store::ObjectStore;
use crate::plugin::PluginConfiguration;

/// Another PostgreSQL server: how to connect to it, or where its backups are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExternalCluster {
    /// Object store with the backups of that server. Deprecated: use a plugin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barman_object_store: Option<ObjectStore>,
    /// Connection parameters of that server, with the keywords of libpq.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub connection_parameters: BTreeMap<String, String>,
    /// Name by which the rest of the cluster refers to this server.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Key of a Secret with the password for the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<SecretKeySelector>,
    /// Plugin that gives access to the backups of that server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<PluginConfiguration>,
    /// Key of a Secret with the client certificate for the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssl_cert: Option<SecretKeySelector>,
    /// Key of a Secret with the private key of the client certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssl_key: Option<SecretKeySelector>,
    /// Key of a Secret with the certificate authority of that server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssl_root_cert: Option<SecretKeySelector>,
}
