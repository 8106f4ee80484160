//! cluster/managed

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ensure::Ensure;
use crate::metadata::ServiceTemplate;
use crate::references::LocalRef;
use crate::string_enum::string_enum;
use crate::text;

/// Managed
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Managed {
    /// Roles; unique names, not reserved, connectionLimit ≥ -1
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<ManagedRole>,
    /// Services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub services: Option<ManagedServices>,
}

/// ManagedRole
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManagedRole {
    /// BYPASSRLS attribute
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bypassrls: Option<bool>,
    /// `COMMENT ON ROLE` text; the operator keeps it in sync
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Concurrent connection cap, -1 = none
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = -1))]
    pub connection_limit: Option<i64>,
    /// CREATEDB attribute
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub createdb: Option<bool>,
    /// CREATEROLE attribute
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub createrole: Option<bool>,
    /// Set the password to NULL; excludes `passwordSecret`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_password: Option<bool>,
    /// `present` creates/alters, `absent` drops
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "present"))]
    pub ensure: Option<Ensure>,
    /// Roles this one is a member of; GRANT/REVOKE applied to match
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_roles: Vec<String>,
    /// INHERIT attribute
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub inherit: Option<bool>,
    /// LOGIN attribute
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<bool>,
    /// PostgreSQL role name
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Secret of type basic-auth with `username` (must equal the role name) and `password`; null
    /// = password left alone
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_secret: Option<LocalRef>,
    /// REPLICATION attribute
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replication: Option<bool>,
    /// SUPERUSER attribute
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superuser: Option<bool>,
    /// Password expiry; unset = never expires (`infinity`)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Time>,
}

/// ManagedServices
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManagedServices {
    /// Extra services; names unique, required, not one of the default names; no selector
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional: Vec<ManagedService>,
    /// Only `r` and `ro` may be disabled (webhook refuses rw)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disabled_default_services: Vec<ServiceSelector>,
}

/// ManagedService
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManagedService {
    /// Which pods
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub selector_type: ServiceSelector,
    /// Service template.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub service_template: ServiceTemplate,
    /// patch or delete+create
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "patch"))]
    pub update_strategy: Option<ServiceUpdateStrategy>,
}

string_enum! {
    /// ServiceSelector
    pub enum ServiceSelector {
        /// rw
        Rw = "rw",
        /// r
        R = "r",
        /// ro
        Ro = "ro",
    }
}

string_enum! {
    /// ServiceUpdateStrategy
    pub enum ServiceUpdateStrategy {
        /// patch
        Patch = "patch",
        /// replace
        Replace = "replace",
    }
}
