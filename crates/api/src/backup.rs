//! The kind `Backup`.

pub mod status;

use std::collections::BTreeMap;

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::backup::status::BackupStatus;
use crate::cel;
use crate::references::LocalRef;
use crate::string_enum::string_enum;

/// Options for snapshots of a running instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OnlineConfiguration {
    /// Whether to ask for a fast checkpoint, so that the backup starts at once at the price of
    /// more I/O.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub immediate_checkpoint: Option<bool>,
    /// Whether the backup waits until the WAL it needs is archived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub wait_for_archive: Option<bool>,
}

/// One backup of a cluster, taken once. It cannot be changed.
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
    doc = "One backup of a cluster.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster.name"),
    printcolumn(name = "Method", type_ = "string", json_path = ".spec.method"),
    printcolumn(name = "Phase", type_ = "string", json_path = ".status.phase"),
    printcolumn(name = "Error", type_ = "string", json_path = ".status.error")
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::BACKUP))]
pub struct BackupSpec {
    /// Cluster to back up.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub cluster: LocalRef,
    /// How the backup is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "barmanObjectStore"))]
    pub method: Option<BackupMethod>,
    /// Whether the instance keeps running while its volumes are cut; the cluster's own choice
    /// when unset. Only for volume snapshots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<bool>,
    /// Options for a running instance; the cluster's own when unset. Not for the in-tree object
    /// store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online_configuration: Option<OnlineConfiguration>,
    /// Plugin that takes the backup, for the method `plugin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_configuration: Option<BackupPluginConfiguration>,
    /// Which instance the backup is taken from; the cluster's own choice when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<BackupTarget>,
}

/// The plugin that takes a backup.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupPluginConfiguration {
    /// Name of the plugin.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Settings for the plugin.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
}

string_enum! {
    /// The instance that backups are taken from.
    pub enum BackupTarget {
        /// The primary.
        Primary = "primary",
        /// The most advanced standby, or the primary if there is none.
        PreferStandby = "prefer-standby",
    }
}

string_enum! {
    /// The way a backup is taken.
    pub enum BackupMethod {
        /// Base backup into the in-tree object store.
        BarmanObjectStore = "barmanObjectStore",
        /// Snapshots of the volumes.
        VolumeSnapshot = "volumeSnapshot",
        /// Whatever a plugin does.
        Plugin = "plugin",
    }
}
