//! The kind `DatabaseRole`.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ensure::{Ensure, ReclaimPolicy};
use crate::references::{ClusterRef, LocalRef};
use crate::{cel, text};

/// A role in a cluster.
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
    doc = "A role in a cluster.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster.name"),
    printcolumn(name = "PG Name", type_ = "string", json_path = ".spec.name"),
    printcolumn(name = "Applied", type_ = "boolean", json_path = ".status.applied"),
    printcolumn(name = "Message", type_ = "string", json_path = ".status.message")
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::DATABASE_ROLE))]
pub struct DatabaseRoleSpec {
    /// Whether the role passes by row-level security.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bypassrls: Option<bool>,
    /// A client certificate for the role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<RoleCertificate>,
    /// Cluster that has the role. It cannot be changed.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub cluster: ClusterRef,
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
    /// What happens to the role when this object is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "retain"))]
    pub database_role_reclaim_policy: Option<ReclaimPolicy>,
    /// Whether the password is removed. Excludes `passwordSecret`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_password: Option<bool>,
    /// Whether the role should exist; only `present` is supported.
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
    /// Name of the role; not `postgres` or `streaming_replica`, nor starting with `pg_` or
    /// `cnpg_`. It cannot be changed.
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

/// A client certificate for a role, signed by the cluster and kept in a Secret.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleCertificate {
    /// Whether there is such a certificate; the role must be allowed to log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub enabled: Option<bool>,
}

/// What became of a role.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseRoleStatus {
    /// Whether PostgreSQL is as the spec says; unset while that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<bool>,
    /// State of the client certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<RoleCertificateStatus>,
    /// Conditions of the role, such as `PasswordSecretChange`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// What went wrong last.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Generation of the object that was applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Version of the password Secret that was applied.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub secret_resource_version: Option<String>,
}

/// State of the client certificate of a role.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleCertificateStatus {
    /// When the certificate expires.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub expiration: Option<String>,
    /// Why there is none.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}
