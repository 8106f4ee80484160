//! How backups of a cluster are taken.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::backup::{BackupTarget, OnlineConfiguration};
use crate::object_store::ObjectStore;
use crate::string_enum::string_enum;
use crate::text;

/// How backups of a cluster are taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupConfiguration {
    /// Object store for base backups and WAL. Deprecated: use a plugin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barman_object_store: Option<ObjectStore>,
    /// How long backups are kept, in days, weeks or months, such as `30d`. It only applies to the
    /// in-tree object store.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = "^[1-9][0-9]*[dwm]$"))]
    pub retention_policy: Option<String>,
    /// Which instance backups are taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "prefer-standby"))]
    pub target: Option<BackupTarget>,
    /// How snapshots of the volumes are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_snapshot: Option<VolumeSnapshotConfiguration>,
}

/// How volume snapshots are taken as backups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VolumeSnapshotConfiguration {
    /// Annotations to add to the snapshots.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// VolumeSnapshotClass of the data directory, and of other volumes without a class of their
    /// own.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub class_name: Option<String>,
    /// Labels to add to the snapshots.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Whether the instance keeps running while its volumes are cut; if not, a replica is stopped
    /// for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub online: Option<bool>,
    /// Options for snapshots of a running instance.
    #[serde(default)]
    #[schemars(extend("x-default" = {"immediateCheckpoint": false, "waitForArchive": true}))]
    pub online_configuration: OnlineConfiguration,
    /// Which object owns the snapshots, so that they are deleted with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "none"))]
    pub snapshot_owner_reference: Option<SnapshotOwner>,
    /// VolumeSnapshotClass for each tablespace, by the name of the tablespace.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tablespace_class_name: BTreeMap<String, String>,
    /// VolumeSnapshotClass of the WAL volume.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub wal_class_name: Option<String>,
}

string_enum! {
    /// The object that owns volume snapshots.
    pub enum SnapshotOwner {
        /// Nobody: they stay until they are deleted by hand.
        None = "none",
        /// The cluster.
        Cluster = "cluster",
        /// The backup they belong to.
        Backup = "backup",
    }
}
