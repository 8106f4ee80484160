//! The kinds `ImageCatalog` and `ClusterImageCatalog`.

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cel;
use crate::extension::Extension;
use crate::schema::PlainInt;

/// Images by PostgreSQL major version, for clusters of the same namespace.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "postgresql.cnpg.io",
    version = "v1",
    kind = "ImageCatalog",
    plural = "imagecatalogs",
    namespaced,
    derive = "Default",
    derive = "PartialEq",
    doc = "Images by PostgreSQL major version, for clusters of the same namespace.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase")]
pub struct ImageCatalogSpec {
    /// Images of other programs, by key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend(
        "maxItems" = 32,
        "x-kubernetes-list-type" = "map",
        "x-kubernetes-list-map-keys" = ["key"],
        "x-kubernetes-validations" = cel::UNIQUE_KEYS,
    ))]
    pub component_images: Vec<ComponentImage>,
    /// Images of PostgreSQL, one for each major version.
    #[serde(default)]
    #[schemars(extend(
        "x-required" = true,
        "minItems" = 1,
        "maxItems" = 8,
        "x-kubernetes-validations" = cel::UNIQUE_MAJORS,
    ))]
    pub images: Vec<CatalogImage>,
}

/// Images by PostgreSQL major version, for clusters of all namespaces.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "postgresql.cnpg.io",
    version = "v1",
    kind = "ClusterImageCatalog",
    plural = "clusterimagecatalogs",
    derive = "Default",
    derive = "PartialEq",
    doc = "Images by PostgreSQL major version, for clusters of all namespaces.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase")]
pub struct ClusterImageCatalogSpec {
    /// Images of other programs, by key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend(
        "maxItems" = 32,
        "x-kubernetes-list-type" = "map",
        "x-kubernetes-list-map-keys" = ["key"],
        "x-kubernetes-validations" = cel::UNIQUE_KEYS,
    ))]
    pub component_images: Vec<ComponentImage>,
    /// Images of PostgreSQL, one for each major version.
    #[serde(default)]
    #[schemars(extend(
        "x-required" = true,
        "minItems" = 1,
        "maxItems" = 8,
        "x-kubernetes-validations" = cel::UNIQUE_MAJORS,
    ))]
    pub images: Vec<CatalogImage>,
}

/// The image of a PostgreSQL major version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CatalogImage {
    /// Extensions that can be mounted beside the image.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub extensions: Vec<Extension>,
    /// Name of the image.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub image: String,
    /// PostgreSQL major version.
    #[serde(default)]
    #[schemars(with = "PlainInt", extend("x-required" = true, "minimum" = 10))]
    pub major: i64,
}

/// The image of a program beside PostgreSQL.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComponentImage {
    /// Name of the image.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub image: String,
    /// Key that references use.
    #[serde(default)]
    #[schemars(extend(
        "x-required" = true,
        "maxLength" = 63,
        "pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
    ))]
    pub key: String,
}
