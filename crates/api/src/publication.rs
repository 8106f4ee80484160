//! publication

use std::collections::BTreeMap;

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ensure::ReclaimPolicy;
use crate::references::ClusterRef;
use crate::{cel, text};

/// PublicationSpec
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
    doc = "Publication of the PostgreSQL operator.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster.name"),
    printcolumn(name = "PG Name", type_ = "string", json_path = ".spec.name"),
    printcolumn(name = "Applied", type_ = "boolean", json_path = ".status.applied"),
    printcolumn(name = "Message", type_ = "string", json_path = ".status.message")
)]
#[serde(rename_all = "camelCase")]
pub struct PublicationSpec {
    /// Immutable
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub cluster: ClusterRef,
    /// Immutable
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub dbname: String,
    /// Immutable
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub name: String,
    /// WITH clause
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Drop or keep
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "retain"))]
    pub publication_reclaim_policy: Option<ReclaimPolicy>,
    /// CEL: exactly one of allTables / objects
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub target: PublicationTarget,
}

/// PublicationTarget
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::PUBLICATION_TARGET))]
pub struct PublicationTarget {
    /// Immutable
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = cel::IMMUTABLE))]
    pub all_tables: Option<bool>,
    /// CEL: column lists and tablesInSchema exclude each other
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("maxItems" = 100000, "x-kubernetes-validations" = cel::PUBLICATION_OBJECTS))]
    pub objects: Vec<PublicationObject>,
}

/// PublicationObject
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::PUBLICATION_OBJECT))]
pub struct PublicationObject {
    /// Table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<PublicationTable>,
    /// CEL: exactly one of this / table
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub tables_in_schema: Option<String>,
}

/// PublicationTable
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicationTable {
    /// Columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// ONLY
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<bool>,
    /// Schema.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
}

/// PublicationStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicationStatus {
    /// Applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<bool>,
    /// Message.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Observed generation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
}
