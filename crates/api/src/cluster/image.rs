//! cluster/image

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::PlainInt;
use crate::{cel, text};

/// ImageCatalogRef
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-map-type" = "atomic", "x-kubernetes-validations" = cel::CATALOG_REF))]
pub struct ImageCatalogRef {
    /// Must be `postgresql.cnpg.io`; absent = refused by the CEL rule
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub api_group: Option<String>,
    /// Catalog kind
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub kind: String,
    /// Major version to select
    #[serde(default)]
    #[schemars(with = "PlainInt", extend("x-required" = true))]
    pub major: i64,
    /// Catalog name
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
}
