//! Extensions that come as images.

use k8s_openapi::api::core::v1::ImageVolumeSource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A PostgreSQL extension that comes as an image of its own, mounted read-only into the
/// instances.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Extension {
    /// Directories of the image to append to `PATH` of PostgreSQL, relative to the mount.
    #[serde(rename = "bin_path", default, skip_serializing_if = "Vec::is_empty")]
    pub bin_path: Vec<String>,
    /// Directories of the image for the setting `dynamic_library_path`, relative to the mount;
    /// empty means `lib`.
    #[serde(rename = "dynamic_library_path", default, skip_serializing_if = "Vec::is_empty")]
    pub dynamic_library_path: Vec<String>,
    /// Environment variables of the PostgreSQL process that the extension needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub env: Vec<ExtensionEnv>,
    /// Directories of the image for the setting `extension_control_path`, relative to the mount;
    /// empty means `share`.
    #[serde(rename = "extension_control_path", default, skip_serializing_if = "Vec::is_empty")]
    pub extension_control_path: Vec<String>,
    /// The image to mount. The reference may be left out when an image catalog provides the
    /// extension.
    #[serde(default)]
    pub image: ImageVolumeSource,
    /// Directories of the image to put into `LD_LIBRARY_PATH` of PostgreSQL, relative to the
    /// mount.
    #[serde(rename = "ld_library_path", default, skip_serializing_if = "Vec::is_empty")]
    pub ld_library_path: Vec<String>,
    /// Name of the extension. It is mounted at `/extensions/<name>`.
    #[serde(default)]
    #[schemars(extend(
        "x-required" = true,
        "minLength" = 1,
        "maxLength" = 59,
        "pattern" = "^[a-z0-9]([-a-z0-9_]*[a-z0-9])?$",
    ))]
    pub name: String,
}

/// An environment variable for an extension.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExtensionEnv {
    /// Name of the variable. `PATH`, `LD_LIBRARY_PATH` and the names reserved by the operator are
    /// refused.
    #[serde(default)]
    #[schemars(extend(
        "x-required" = true,
        "minLength" = 1,
        "pattern" = "^[a-zA-Z_][a-zA-Z0-9_]*$",
    ))]
    pub name: String,
    /// Value of the variable. `${image_root}` stands for the place where the image is mounted,
    /// and `$${` writes a literal `${`.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "minLength" = 1))]
    pub value: String,
}
