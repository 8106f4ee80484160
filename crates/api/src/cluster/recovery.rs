//! cluster/recovery

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::TypedLocalObjectReference;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::references::{LocalRef, SecretKeyRef};
use crate::text;

/// Recovery
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recovery {
    /// A Backup object; excludes volumeSnapshots; together with `source` accepted
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<RecoveryBackup>,
    /// App database, default `app`
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Owner, default = database
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// PITR target; at most one of XID/Name/LSN/Time/Immediate
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_target: Option<RecoveryTarget>,
    /// Owner credentials
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<LocalRef>,
    /// External cluster; must exist and have connectionParameters, barmanObjectStore or plugin
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// PVC data sources (VolumeSnapshot of group snapshot.storage.k8s.io or core
    /// PersistentVolumeClaim)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_snapshots: Option<RecoverySnapshots>,
}

/// RecoveryBackup
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryBackup {
    /// CA for the object store of that backup
    #[serde(rename = "endpointCA", default, skip_serializing_if = "Option::is_none")]
    pub endpoint_ca: Option<SecretKeyRef>,
    /// Backup name
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
}

/// RecoveryTarget
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryTarget {
    /// Backup to start from; required with name, XID or immediate targets unless recovering from
    /// snapshots; refused with volumeSnapshots
    #[serde(
        rename = "backupID",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub backup_id: Option<String>,
    /// recovery_target_inclusive = not this; default inclusive
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclusive: Option<bool>,
    /// Stop at consistency
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_immediate: Option<bool>,
    /// `X/Y` hex LSN
    #[serde(
        rename = "targetLSN",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub target_lsn: Option<String>,
    /// Restore point; < 64 bytes, no control characters
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub target_name: Option<String>,
    /// `latest`, empty or positive integer
    #[serde(
        rename = "targetTLI",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub target_tli: Option<String>,
    /// RFC3339 (with or without zone), or PostgreSQL timestamp; no zone = UTC
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub target_time: Option<String>,
    /// Unsigned 32-bit integer
    #[serde(
        rename = "targetXID",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub target_xid: Option<String>,
}

/// RecoverySnapshots
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoverySnapshots {
    /// Source of PGDATA
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub storage: TypedLocalObjectReference,
    /// Tablespace name → source
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tablespace_storage: BTreeMap<String, TypedLocalObjectReference>,
    /// Source of WAL volume; needs spec.walStorage; kinds as for storage (tablespaceStorage kinds
    /// are not checked)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wal_storage: Option<TypedLocalObjectReference>,
}
