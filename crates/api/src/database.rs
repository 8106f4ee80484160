//! database

pub mod objects;

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::database::objects::{
    DatabaseExtension, DatabaseObjectStatus, DatabaseSchema, ForeignDataWrapper, ForeignServer,
};
use crate::ensure::{Ensure, ReclaimPolicy};
use crate::references::ClusterRef;
use crate::schema::PlainInt;
use crate::{cel, text};

/// DatabaseSpec
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "postgresql.cnpg.io",
    version = "v1",
    kind = "Database",
    plural = "databases",
    namespaced,
    status = "DatabaseStatus",
    derive = "Default",
    derive = "PartialEq",
    doc = "Database of the PostgreSQL operator.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster.name"),
    printcolumn(name = "PG Name", type_ = "string", json_path = ".spec.name"),
    printcolumn(name = "Applied", type_ = "boolean", json_path = ".status.applied"),
    printcolumn(name = "Message", type_ = "string", json_path = ".status.message")
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::LOCALE))]
pub struct DatabaseSpec {
    /// Allow connections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_connections: Option<bool>,
    /// Immutable; needs builtin
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub builtin_locale: Option<String>,
    /// Cluster (CEL immutable)
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub cluster: ClusterRef,
    /// Immutable
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub collation_version: Option<String>,
    /// Connection limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub connection_limit: Option<i64>,
    /// On object deletion: drop or keep
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "retain"))]
    pub database_reclaim_policy: Option<ReclaimPolicy>,
    /// Immutable
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub encoding: Option<String>,
    /// present / absent
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "present"))]
    pub ensure: Option<Ensure>,
    /// unique names
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<DatabaseExtension>,
    /// unique names, options, usages
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fdws: Vec<ForeignDataWrapper>,
    /// Immutable; needs localeProvider icu
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub icu_locale: Option<String>,
    /// Immutable; needs icu
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub icu_rules: Option<String>,
    /// Is template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_template: Option<bool>,
    /// Immutable
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub locale: Option<String>,
    /// Immutable
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub locale_c_type: Option<String>,
    /// Immutable
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub locale_collate: Option<String>,
    /// Immutable
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub locale_provider: Option<String>,
    /// Immutable; not postgres, template0, template1
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::DATABASE_NAME))]
    pub name: String,
    /// Owner role
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub owner: String,
    /// unique names
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schemas: Vec<DatabaseSchema>,
    /// unique; webhook: fdw must be listed in fdws unless ensure=absent
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<ForeignServer>,
    /// Default tablespace
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<String>,
    /// Immutable
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub template: Option<String>,
}

/// DatabaseStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseStatus {
    /// true / false / unset (unknown)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<bool>,
    /// Extensions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<DatabaseObjectStatus>,
    /// Fdws.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fdws: Vec<DatabaseObjectStatus>,
    /// Last error
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Generation applied
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Schemas.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schemas: Vec<DatabaseObjectStatus>,
    /// Servers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<DatabaseObjectStatus>,
}
