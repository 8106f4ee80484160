//! Images taken from a catalog.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::PlainInt;
use crate::{cel, text};

/// A major version in an image catalog.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend(
    "x-kubernetes-map-type" = "atomic",
    "x-kubernetes-validations" = cel::CATALOG_REF,
))]
pub struct ImageCatalogRef {
    /// Group of the catalog, `postgresql.cnpg.io`.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub api_group: Option<String>,
    /// Kind of the catalog: `ImageCatalog` or `ClusterImageCatalog`.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub kind: String,
    /// PostgreSQL major version whose image is used.
    #[serde(default)]
    #[schemars(with = "PlainInt", extend("x-required" = true))]
    pub major: i64,
    /// Name of the catalog.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
}
