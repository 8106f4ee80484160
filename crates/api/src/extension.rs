//! extension

use k8s_openapi::api::core::v1::ImageVolumeSource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Extension
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Extension {
    /// Bin path.
    #[serde(rename = "bin_path", default, skip_serializing_if = "Vec::is_empty")]
    pub bin_path: Vec<String>,
    /// Dynamic library path.
    #[serde(rename = "dynamic_library_path", default, skip_serializing_if = "Vec::is_empty")]
    pub dynamic_library_path: Vec<String>,
    /// Env.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub env: Vec<ExtensionEnv>,
    /// Extension control path.
    #[serde(rename = "extension_control_path", default, skip_serializing_if = "Vec::is_empty")]
    pub extension_control_path: Vec<String>,
    /// Image.
    #[serde(default)]
    pub image: ImageVolumeSource,
    /// Ld library path.
    #[serde(rename = "ld_library_path", default, skip_serializing_if = "Vec::is_empty")]
    pub ld_library_path: Vec<String>,
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "minLength" = 1, "maxLength" = 59, "pattern" = "^[a-z0-9]([-a-z0-9_]*[a-z0-9])?$"))]
    pub name: String,
}

/// ExtensionEnv
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExtensionEnv {
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "minLength" = 1, "pattern" = "^[a-zA-Z_][a-zA-Z0-9_]*$"))]
    pub name: String,
    /// Value.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "minLength" = 1))]
    pub value: String,
}
