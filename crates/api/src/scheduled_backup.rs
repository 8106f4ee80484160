//! scheduled_backup

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::backup::{BackupMethod, BackupPluginConfiguration, BackupTarget, OnlineConfiguration};
use crate::references::LocalRef;
use crate::string_enum::string_enum;
use crate::{cel, text};

/// ScheduledBackupSpec
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
    doc = "ScheduledBackup of the PostgreSQL operator.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster.name"),
    printcolumn(name = "Last Backup", type_ = "date", json_path = ".status.lastScheduleTime")
)]
#[serde(rename_all = "camelCase")]
pub struct ScheduledBackupSpec {
    /// Owner of created Backups
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "none"))]
    pub backup_owner_reference: Option<ScheduledBackupOwner>,
    /// Cluster (immutable)
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub cluster: LocalRef,
    /// One backup right at creation
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub immediate: Option<bool>,
    /// Copied
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "barmanObjectStore"))]
    pub method: Option<BackupMethod>,
    /// Copied
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<bool>,
    /// Copied
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online_configuration: Option<OnlineConfiguration>,
    /// Copied
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_configuration: Option<BackupPluginConfiguration>,
    /// Cron, seconds first (6 fields)
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub schedule: String,
    /// Skip
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspend: Option<bool>,
    /// Copied
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<BackupTarget>,
}

/// ScheduledBackupStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScheduledBackupStatus {
    /// Admission error (guard)
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Last evaluation
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_check_time: Option<Time>,
    /// Time of the last created backup
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_schedule_time: Option<Time>,
    /// Next firing
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_schedule_time: Option<Time>,
}

string_enum! {
    /// ScheduledBackupOwner
    pub enum ScheduledBackupOwner {
        /// none
        None = "none",
        /// self
        Schedule = "self",
        /// cluster
        Cluster = "cluster",
    }
}
