//! The kind `ScheduledBackup`.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::backup::{BackupMethod, BackupPluginConfiguration, BackupTarget, OnlineConfiguration};
use crate::references::LocalRef;
use crate::string_enum::string_enum;
use crate::{cel, text};

/// Backups of a cluster, taken again and again.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "postgresql.cnpg.io",
    version = "v1",
    kind = "ScheduledBackup",
    plural = "scheduledbackups",
    namespaced,
    status = "ScheduledBackupStatus",
    derive = "Default",
    derive = "PartialEq",
    doc = "Backups of a cluster, taken again and again.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster.name"),
    printcolumn(name = "Last Backup", type_ = "date", json_path = ".status.lastScheduleTime")
)]
#[serde(rename_all = "camelCase")]
pub struct ScheduledBackupSpec {
    /// Which object owns the backups, so that they are deleted with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "none"))]
    pub backup_owner_reference: Option<ScheduledBackupOwner>,
    /// Cluster to back up. It cannot be changed.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub cluster: LocalRef,
    /// Whether a first backup is taken right away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub immediate: Option<bool>,
    /// How the backups are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "barmanObjectStore"))]
    pub method: Option<BackupMethod>,
    /// Whether the instance keeps running while its volumes are cut; the cluster's own choice
    /// when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<bool>,
    /// Options for a running instance; the cluster's own when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online_configuration: Option<OnlineConfiguration>,
    /// Plugin that takes the backups, for the method `plugin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_configuration: Option<BackupPluginConfiguration>,
    /// When backups are taken, in the manner of cron but with seconds first: second, minute,
    /// hour, day of the month, month, day of the week. `@daily` and the like are understood too.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub schedule: String,
    /// Whether no backups are taken for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspend: Option<bool>,
    /// Which instance the backups are taken from; the cluster's own choice when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<BackupTarget>,
}

/// When the schedule fired and will fire.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScheduledBackupStatus {
    /// Why the definition was refused.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When the schedule was looked at last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_check_time: Option<Time>,
    /// When a backup was made last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_schedule_time: Option<Time>,
    /// When the next backup is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_schedule_time: Option<Time>,
}

string_enum! {
    /// The object that owns the backups of a schedule.
    pub enum ScheduledBackupOwner {
        /// Nobody: they stay until they are deleted by hand.
        None = "none",
        /// The schedule.
        Schedule = "self",
        /// The cluster.
        Cluster = "cluster",
    }
}
