//! The kind `Database`.

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

/// A database in a cluster, with its extensions, schemas and foreign servers.
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
    doc = "A database in a cluster, with its extensions, schemas and foreign servers.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster.name"),
    printcolumn(name = "PG Name", type_ = "string", json_path = ".spec.name"),
    printcolumn(name = "Applied", type_ = "boolean", json_path = ".status.applied"),
    printcolumn(name = "Message", type_ = "string", json_path = ".status.message")
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::LOCALE))]
pub struct DatabaseSpec {
    /// Whether clients may connect to the database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_connections: Option<bool>,
    /// Locale for the provider `builtin`. It cannot be changed.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub builtin_locale: Option<String>,
    /// Cluster that holds the database. It cannot be changed.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub cluster: ClusterRef,
    /// Version of the collation that the database starts with. It cannot be changed.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub collation_version: Option<String>,
    /// Most connections to the database at once; -1 for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub connection_limit: Option<i64>,
    /// What happens to the database when this object is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "retain"))]
    pub database_reclaim_policy: Option<ReclaimPolicy>,
    /// Encoding of the database. It cannot be changed.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub encoding: Option<String>,
    /// Whether the database should exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "present"))]
    pub ensure: Option<Ensure>,
    /// Extensions of the database.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<DatabaseExtension>,
    /// Foreign data wrappers of the database.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fdws: Vec<ForeignDataWrapper>,
    /// Locale for the provider `icu`. It cannot be changed.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub icu_locale: Option<String>,
    /// Further collation rules for the provider `icu`. It cannot be changed.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub icu_rules: Option<String>,
    /// Whether the database may be copied by everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_template: Option<bool>,
    /// Locale for everything that is not set by itself. It cannot be changed.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub locale: Option<String>,
    /// Character classes of the database. It cannot be changed.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub locale_c_type: Option<String>,
    /// Collation of the database. It cannot be changed.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub locale_collate: Option<String>,
    /// Provider of the locale: `libc`, `icu` or `builtin`. It cannot be changed.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub locale_provider: Option<String>,
    /// Name of the database in PostgreSQL; not `postgres`, `template0` or `template1`. It cannot
    /// be changed.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::DATABASE_NAME))]
    pub name: String,
    /// Role that owns the database.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub owner: String,
    /// Schemas of the database.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schemas: Vec<DatabaseSchema>,
    /// Foreign servers of the database.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<ForeignServer>,
    /// Tablespace for objects that name none.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<String>,
    /// Database to copy when this one is made. It cannot be changed.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub template: Option<String>,
}

/// What became of a database.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseStatus {
    /// Whether PostgreSQL is as the spec says; unset while that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<bool>,
    /// State of each extension.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<DatabaseObjectStatus>,
    /// State of each foreign data wrapper.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fdws: Vec<DatabaseObjectStatus>,
    /// What went wrong last.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Generation of the object that was applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// State of each schema.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schemas: Vec<DatabaseObjectStatus>,
    /// State of each foreign server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<DatabaseObjectStatus>,
}
