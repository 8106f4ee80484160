//! image_catalog

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cel;
use crate::extension::Extension;
use crate::schema::PlainInt;

/// ImageCatalogSpec
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "postgresql.cnpg.io",
    version = "v1",
    kind = "ImageCatalog",
    plural = "imagecatalogs",
    namespaced,
    derive = "Default",
    derive = "PartialEq",
    doc = "ImageCatalog of the PostgreSQL operator.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase")]
pub struct ImageCatalogSpec {
    /// CEL: keys unique
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("maxItems" = 32, "x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["key"], "x-kubernetes-validations" = cel::UNIQUE_KEYS))]
    pub component_images: Vec<ComponentImage>,
    /// CEL: majors unique
    #[serde(default)]
    #[schemars(extend("x-required" = true, "minItems" = 1, "maxItems" = 8, "x-kubernetes-validations" = cel::UNIQUE_MAJORS))]
    pub images: Vec<CatalogImage>,
}

/// ClusterImageCatalogSpec
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "postgresql.cnpg.io",
    version = "v1",
    kind = "ClusterImageCatalog",
    plural = "clusterimagecatalogs",
    derive = "Default",
    derive = "PartialEq",
    doc = "ClusterImageCatalog of the PostgreSQL operator.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase")]
pub struct ClusterImageCatalogSpec {
    /// Component images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("maxItems" = 32, "x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["key"], "x-kubernetes-validations" = cel::UNIQUE_KEYS))]
    pub component_images: Vec<ComponentImage>,
    /// Images.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "minItems" = 1, "maxItems" = 8, "x-kubernetes-validations" = cel::UNIQUE_MAJORS))]
    pub images: Vec<CatalogImage>,
}

/// CatalogImage
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CatalogImage {
    /// Extensions of that major
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub extensions: Vec<Extension>,
    /// Image reference
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub image: String,
    /// Major
    #[serde(default)]
    #[schemars(with = "PlainInt", extend("x-required" = true, "minimum" = 10))]
    pub major: i64,
}

/// ComponentImage
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComponentImage {
    /// Image
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub image: String,
    /// Key
    #[serde(default)]
    #[schemars(extend("x-required" = true, "maxLength" = 63, "pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
    pub key: String,
}
