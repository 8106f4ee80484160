//! pooler/pgbouncer

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::references::LocalRef;
use crate::string_enum::string_enum;
use crate::{cel, text};

/// PgBouncer
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::PGBOUNCER))]
pub struct PgBouncer {
    /// auth_query; default `SELECT usename, passwd FROM public.user_search($1)`
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub auth_query: Option<String>,
    /// Deprecated: credentials of auth_user
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_query_secret: Option<LocalRef>,
    /// CA for pgbouncer clients; default cluster client CA
    #[serde(rename = "clientCASecret", default, skip_serializing_if = "Option::is_none")]
    pub client_ca_secret: Option<LocalRef>,
    /// Server certificate of pgbouncer; default cluster server TLS
    #[serde(rename = "clientTLSSecret", default, skip_serializing_if = "Option::is_none")]
    pub client_tls_secret: Option<LocalRef>,
    /// Image; below template image, above catalog
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Catalog component image. CEL on kind and apiGroup as for clusters
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_catalog_ref: Option<ComponentImageRef>,
    /// Allow-listed pgbouncer options
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// PAUSE / RESUME
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub paused: Option<bool>,
    /// Extra HBA lines
    #[serde(rename = "pg_hba", default, skip_serializing_if = "Vec::is_empty")]
    pub pg_hba: Vec<String>,
    /// pool_mode
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "session"))]
    pub pool_mode: Option<PoolMode>,
    /// CA of PostgreSQL; default cluster server CA
    #[serde(rename = "serverCASecret", default, skip_serializing_if = "Option::is_none")]
    pub server_ca_secret: Option<LocalRef>,
    /// Client certificate towards PostgreSQL; disables the automatic integration
    #[serde(rename = "serverTLSSecret", default, skip_serializing_if = "Option::is_none")]
    pub server_tls_secret: Option<LocalRef>,
}

/// ComponentImageRef
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-map-type" = "atomic", "x-kubernetes-validations" = cel::CATALOG_REF))]
pub struct ComponentImageRef {
    /// `postgresql.cnpg.io`; absent = refused by the CEL rule
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub api_group: Option<String>,
    /// Key in componentImages
    #[serde(default)]
    #[schemars(extend("x-required" = true, "maxLength" = 63, "pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
    pub key: String,
    /// Catalog kind
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub kind: String,
    /// Catalog name
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
}

string_enum! {
    /// PoolMode
    pub enum PoolMode {
        /// session
        Session = "session",
        /// transaction
        Transaction = "transaction",
    }
}
