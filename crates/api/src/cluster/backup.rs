//! cluster/backup

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::backup::{BackupTarget, OnlineConfiguration};
use crate::object_store::ObjectStore;
use crate::string_enum::string_enum;
use crate::text;

/// BackupConfiguration
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupConfiguration {
    /// In-tree object store (deprecated; warning)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barman_object_store: Option<ObjectStore>,
    /// Days / weeks / months; used by in-tree object store only
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = "^[1-9][0-9]*[dwm]$"))]
    pub retention_policy: Option<String>,
    /// Which instance takes backups
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "prefer-standby"))]
    pub target: Option<BackupTarget>,
    /// Snapshot backups
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_snapshot: Option<VolumeSnapshotConfiguration>,
}

/// VolumeSnapshotConfiguration
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VolumeSnapshotConfiguration {
    /// Added to snapshots
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// VolumeSnapshotClass of PGDATA and fallback
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub class_name: Option<String>,
    /// Added to snapshots
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Hot or cold
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub online: Option<bool>,
    /// Hot backup options
    #[serde(default)]
    #[schemars(extend("x-default" = {"immediateCheckpoint": false, "waitForArchive": true}))]
    pub online_configuration: OnlineConfiguration,
    /// Owner of the snapshots
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "none"))]
    pub snapshot_owner_reference: Option<SnapshotOwner>,
    /// Tablespace → class; names must exist in spec.tablespaces
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tablespace_class_name: BTreeMap<String, String>,
    /// Class for WAL
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub wal_class_name: Option<String>,
}

string_enum! {
    /// SnapshotOwner
    pub enum SnapshotOwner {
        /// none
        None = "none",
        /// cluster
        Cluster = "cluster",
        /// backup
        Backup = "backup",
    }
}
