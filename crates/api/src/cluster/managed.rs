//! Roles and Services that the operator keeps in sync.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ensure::Ensure;
use crate::metadata::ServiceTemplate;
use crate::references::LocalRef;
use crate::string_enum::string_enum;
use crate::text;

/// What the operator keeps in sync in PostgreSQL and beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Managed {
    /// Roles that the operator creates, changes and drops.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<ManagedRole>,
    /// Services in front of the instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub services: Option<ManagedServices>,
}

/// A role that the operator keeps in sync.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManagedRole {
    /// Whether the role passes by row-level security.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bypassrls: Option<bool>,
    /// Comment on the role.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Most connections that the role may have at once; -1 for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = -1))]
    pub connection_limit: Option<i64>,
    /// Whether the role may create databases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub createdb: Option<bool>,
    /// Whether the role may create, change and drop roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub createrole: Option<bool>,
    /// Whether the password is removed. Excludes `passwordSecret`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_password: Option<bool>,
    /// Whether the role should exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "present"))]
    pub ensure: Option<Ensure>,
    /// Roles that this one is a member of; memberships not listed are revoked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_roles: Vec<String>,
    /// Whether the role has the privileges of the roles it is a member of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub inherit: Option<bool>,
    /// Whether the role may log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<bool>,
    /// Name of the role. `postgres`, `streaming_replica` and names starting with `pg_` or `cnpg_`
    /// are refused.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Secret with `username`, equal to the name of the role, and `password`. When unset the
    /// password is left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_secret: Option<LocalRef>,
    /// Whether the role may start replication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replication: Option<bool>,
    /// Whether the role is a superuser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superuser: Option<bool>,
    /// Time after which the password is no longer valid; for ever when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Time>,
}

/// The Services in front of the instances.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManagedServices {
    /// Further Services, made from templates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional: Vec<ManagedService>,
    /// Default Services that are not wanted; the one for reading and writing cannot be disabled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disabled_default_services: Vec<ServiceSelector>,
}

/// A further Service in front of some of the instances.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManagedService {
    /// Which instances the Service leads to.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub selector_type: ServiceSelector,
    /// Name, metadata and spec of the Service. The spec may not have a selector.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub service_template: ServiceTemplate,
    /// How a change reaches the Service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "patch"))]
    pub update_strategy: Option<ServiceUpdateStrategy>,
}

string_enum! {
    /// The instances that a Service leads to.
    pub enum ServiceSelector {
        /// The primary.
        Rw = "rw",
        /// Any instance.
        R = "r",
        /// The replicas.
        Ro = "ro",
    }
}

string_enum! {
    /// The way a change reaches a Service.
    pub enum ServiceUpdateStrategy {
        /// The Service is changed in place.
        Patch = "patch",
        /// The Service is deleted and made anew.
        Replace = "replace",
    }
}
