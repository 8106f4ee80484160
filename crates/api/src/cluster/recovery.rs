//! A restored backup as the first instance.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::TypedLocalObjectReference;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::references::{LocalRef, SecretKeyRef};
use crate::text;

/// A restored backup as the first instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recovery {
    /// Backup object to restore. Excludes `volumeSnapshots`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<RecoveryBackup>,
    /// Database of the application; `app` when unset.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Owner of that database; named like the database when unset.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Point at which to stop replaying WAL; the end of the archive when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_target: Option<RecoveryTarget>,
    /// Secret with the credentials of the owner; generated when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<LocalRef>,
    /// Name of the external cluster whose backups and WAL are restored.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Snapshots or volume claims to start from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_snapshots: Option<RecoverySnapshots>,
}

/// The backup object to restore.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryBackup {
    /// Key of a Secret with the certificate authority of the object store that holds the backup.
    #[serde(rename = "endpointCA", default, skip_serializing_if = "Option::is_none")]
    pub endpoint_ca: Option<SecretKeyRef>,
    /// Name of the backup object.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
}

/// The point at which a recovery stops. At most one target may be given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryTarget {
    /// Backup to start from. Needed with a named, transaction or immediate target, unless volume
    /// snapshots are restored.
    #[serde(
        rename = "backupID",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub backup_id: Option<String>,
    /// Whether to stop just before the target instead of just after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclusive: Option<bool>,
    /// Whether to stop as soon as the data is consistent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_immediate: Option<bool>,
    /// Position in the WAL, as in `0/3000000`.
    #[serde(
        rename = "targetLSN",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub target_lsn: Option<String>,
    /// Name of a restore point.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub target_name: Option<String>,
    /// Timeline to follow: its number, or `latest`.
    #[serde(
        rename = "targetTLI",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub target_tli: Option<String>,
    /// Time, as in RFC 3339 or as PostgreSQL writes it; without a zone it is UTC.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub target_time: Option<String>,
    /// Transaction id.
    #[serde(
        rename = "targetXID",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub target_xid: Option<String>,
}

/// The volumes that a recovery starts from: snapshots, or other volume claims.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoverySnapshots {
    /// Source of the data directory.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub storage: TypedLocalObjectReference,
    /// Source of each tablespace, by the name of the tablespace.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tablespace_storage: BTreeMap<String, TypedLocalObjectReference>,
    /// Source of the WAL volume; the cluster must have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wal_storage: Option<TypedLocalObjectReference>,
}
