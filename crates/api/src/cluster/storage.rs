//! Volumes and tablespaces of an instance.

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text;

/// Limits for the emptyDir volumes of an instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EphemeralVolumesSizeLimit {
    /// Size of the shared memory at `/dev/shm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shm: Option<Quantity>,
    /// Size of the volume for temporary files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temporary_data: Option<Quantity>,
}

/// One volume of an instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Storage {
    /// Volume claim to start from. Its access mode is `ReadWriteOnce` when it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pvc_template: Option<PersistentVolumeClaimSpec>,
    /// Whether existing volumes grow when the size does. For all volumes of a cluster the value
    /// under `storage` decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub resize_in_use_volumes: Option<bool>,
    /// Size of the volume. It may grow, but never shrink.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// Storage class of the volume; the default class when unset.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
}

/// A tablespace on a volume of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tablespace {
    /// Name of the tablespace in PostgreSQL.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Role that owns the tablespace; the owner of the application's database when unset.
    #[serde(default)]
    pub owner: TablespaceOwner,
    /// Volume of the tablespace.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub storage: Storage,
    /// Whether temporary objects go to this tablespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub temporary: Option<bool>,
}

/// The role that owns a tablespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TablespaceOwner {
    /// Name of the role.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}
