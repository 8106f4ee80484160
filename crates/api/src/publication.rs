//! The kind `Publication`.

use std::collections::BTreeMap;

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ensure::ReclaimPolicy;
use crate::references::ClusterRef;
use crate::{cel, text};

/// A publication for logical replication in a database of a cluster.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "postgresql.cnpg.io",
    version = "v1",
    kind = "Publication",
    plural = "publications",
    namespaced,
    status = "PublicationStatus",
    derive = "Default",
    derive = "PartialEq",
    doc = "A publication for logical replication in a database of a cluster.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster.name"),
    printcolumn(name = "PG Name", type_ = "string", json_path = ".spec.name"),
    printcolumn(name = "Applied", type_ = "boolean", json_path = ".status.applied"),
    printcolumn(name = "Message", type_ = "string", json_path = ".status.message")
)]
#[serde(rename_all = "camelCase")]
pub struct PublicationSpec {
    /// Cluster that holds the database. It cannot be changed.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub cluster: ClusterRef,
    /// Database of the publication. It cannot be changed.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub dbname: String,
    /// Name of the publication in PostgreSQL. It cannot be changed.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub name: String,
    /// Parameters of the publication, as after `WITH`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// What happens to the publication when this object is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "retain"))]
    pub publication_reclaim_policy: Option<ReclaimPolicy>,
    /// What is published.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub target: PublicationTarget,
}

/// What a publication covers: all tables, or a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::PUBLICATION_TARGET))]
pub struct PublicationTarget {
    /// Whether all tables of the database are published. It cannot be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub all_tables: Option<bool>,
    /// Tables and schemas that are published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("maxItems" = 100000, "x-kubernetes-validations" = cel::PUBLICATION_OBJECTS))]
    pub objects: Vec<PublicationObject>,
}

/// One entry of a publication: a table, or all tables of a schema.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::PUBLICATION_OBJECT))]
pub struct PublicationObject {
    /// Table that is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<PublicationTable>,
    /// Schema whose tables are published.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub tables_in_schema: Option<String>,
}

/// A table in a publication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicationTable {
    /// Columns that are published; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Name of the table.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Whether tables that inherit from this one are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<bool>,
    /// Schema of the table.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
}

/// What became of a publication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicationStatus {
    /// Whether PostgreSQL is as the spec says; unset while that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<bool>,
    /// What went wrong last.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Generation of the object that was applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
}
