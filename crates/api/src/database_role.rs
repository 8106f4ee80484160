//! database_role

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ensure::{Ensure, ReclaimPolicy};
use crate::references::{ClusterRef, LocalRef};
use crate::{cel, text};

/// DatabaseRoleSpec
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "postgresql.cnpg.io",
    version = "v1",
    kind = "DatabaseRole",
    plural = "databaseroles",
    namespaced,
    status = "DatabaseRoleStatus",
    derive = "Default",
    derive = "PartialEq",
    doc = "DatabaseRole of the PostgreSQL operator.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster.name"),
    printcolumn(name = "PG Name", type_ = "string", json_path = ".spec.name"),
    printcolumn(name = "Applied", type_ = "boolean", json_path = ".status.applied"),
    printcolumn(name = "Message", type_ = "string", json_path = ".status.message")
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::DATABASE_ROLE))]
pub struct DatabaseRoleSpec {
    /// BYPASSRLS attribute
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bypassrls: Option<bool>,
    /// Issue a client certificate
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<RoleCertificate>,
    /// Cluster (immutable)
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub cluster: ClusterRef,
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
    /// On deletion drop or keep the role
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "retain"))]
    pub database_role_reclaim_policy: Option<ReclaimPolicy>,
    /// Set the password to NULL; excludes `passwordSecret`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_password: Option<bool>,
    /// CEL: `absent` refused
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
    /// Immutable; not empty, postgres, streaming_replica, `pg_*`, `cnpg_*`
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

/// RoleCertificate
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleCertificate {
    /// Needs login
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub enabled: Option<bool>,
}

/// DatabaseRoleStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseRoleStatus {
    /// Applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<bool>,
    /// Client certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<RoleCertificateStatus>,
    /// `PasswordSecretChange`
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// Message.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Observed generation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Password secret version applied
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub secret_resource_version: Option<String>,
}

/// RoleCertificateStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleCertificateStatus {
    /// NotAfter RFC3339
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub expiration: Option<String>,
    /// Why not issued
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}
