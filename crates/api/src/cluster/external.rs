//! cluster/external

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::SecretKeySelector;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::object_store::ObjectStore;
use crate::plugin::PluginConfiguration;

/// ExternalCluster
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExternalCluster {
    /// Object store of that server
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barman_object_store: Option<ObjectStore>,
    /// libpq keywords
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub connection_parameters: BTreeMap<String, String>,
    /// No `/`, `\`, `.` or `..`
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Password, written in a passfile
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<SecretKeySelector>,
    /// CNPG-I plugin of that server
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<PluginConfiguration>,
    /// Client cert; secret name and key must be safe path parts
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssl_cert: Option<SecretKeySelector>,
    /// Client key
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssl_key: Option<SecretKeySelector>,
    /// Server CA
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssl_root_cert: Option<SecretKeySelector>,
}
