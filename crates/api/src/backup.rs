//! backup

pub mod status;

use std::collections::BTreeMap;

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::backup::status::BackupStatus;
use crate::cel;
use crate::references::LocalRef;
use crate::string_enum::string_enum;

/// OnlineConfiguration
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OnlineConfiguration {
    /// Immediate checkpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub immediate_checkpoint: Option<bool>,
    /// Wait for archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub wait_for_archive: Option<bool>,
}

/// BackupSpec
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "postgresql.cnpg.io",
    version = "v1",
    kind = "Backup",
    plural = "backups",
    namespaced,
    status = "BackupStatus",
    derive = "Default",
    derive = "PartialEq",
    doc = "Backup of the PostgreSQL operator.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster.name"),
    printcolumn(name = "Method", type_ = "string", json_path = ".spec.method"),
    printcolumn(name = "Phase", type_ = "string", json_path = ".status.phase"),
    printcolumn(name = "Error", type_ = "string", json_path = ".status.error")
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::BACKUP))]
pub struct BackupSpec {
    /// Cluster to back up
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub cluster: LocalRef,
    /// How
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "barmanObjectStore"))]
    pub method: Option<BackupMethod>,
    /// Hot/cold for volumeSnapshot; refused with barmanObjectStore
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<bool>,
    /// Hot options; refused with barmanObjectStore
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online_configuration: Option<OnlineConfiguration>,
    /// Required for `plugin`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_configuration: Option<BackupPluginConfiguration>,
    /// Overrides cluster.spec.backup.target
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<BackupTarget>,
}

/// BackupPluginConfiguration
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupPluginConfiguration {
    /// Plugin
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Plugin args
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
}

string_enum! {
    /// BackupTarget
    pub enum BackupTarget {
        /// primary
        Primary = "primary",
        /// prefer-standby
        PreferStandby = "prefer-standby",
    }
}

string_enum! {
    /// BackupMethod
    pub enum BackupMethod {
        /// barmanObjectStore
        BarmanObjectStore = "barmanObjectStore",
        /// volumeSnapshot
        VolumeSnapshot = "volumeSnapshot",
        /// plugin
        Plugin = "plugin",
    }
}
