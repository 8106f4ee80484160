//! What became of a backup.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::object_store::{AzureCredentials, GoogleCredentials, S3Credentials};
use crate::references::SecretKeyRef;
use crate::schema::{Bytes, PlainInt};
use crate::text;

/// What became of a backup, and all that is needed to restore it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupStatus {
    /// How to log in to Azure Blob Storage, where the backup is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azure_credentials: Option<AzureCredentials>,
    /// Identifier of the backup in its store.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub backup_id: Option<String>,
    /// The file `backup_label` of a snapshot of a running instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Bytes>")]
    pub backup_label_file: Option<ByteString>,
    /// Name of the backup in its store.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub backup_name: Option<String>,
    /// Position in the WAL where the backup began.
    #[serde(
        rename = "beginLSN",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub begin_lsn: Option<String>,
    /// WAL file in which the backup began.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub begin_wal: Option<String>,
    /// Output of the failed backup command.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub command_error: Option<String>,
    /// Kept for older programs, and not used.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub command_output: Option<String>,
    /// Address of the folder that holds the backup.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub destination_path: Option<String>,
    /// Encryption of the backup by the object store.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub encryption: Option<String>,
    /// Position in the WAL where the backup ended.
    #[serde(
        rename = "endLSN",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub end_lsn: Option<String>,
    /// WAL file in which the backup ended.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub end_wal: Option<String>,
    /// Key of a Secret with the certificate authority of the object store.
    #[serde(rename = "endpointCA", default, skip_serializing_if = "Option::is_none")]
    pub endpoint_ca: Option<SecretKeyRef>,
    /// Address of the object store, when it is not the provider's own.
    #[serde(
        rename = "endpointURL",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub endpoint_url: Option<String>,
    /// What went wrong.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How to log in to Google Cloud Storage, where the backup is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub google_credentials: Option<GoogleCredentials>,
    /// Instance that took the backup.
    #[serde(rename = "instanceID", default, skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<BackupInstance>,
    /// PostgreSQL major version of the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub major_version: Option<i64>,
    /// How the backup was taken.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Whether the instance was running meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<bool>,
    /// How far the backup is.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// Notes of the plugin, or of the snapshots, for themselves.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub plugin_metadata: BTreeMap<String, String>,
    /// When the operator began to work on the backup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconciliation_started_at: Option<Time>,
    /// When the operator was done with the backup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconciliation_terminated_at: Option<Time>,
    /// How to log in to S3, where the backup is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3_credentials: Option<S3Credentials>,
    /// Folder of the server below the destination.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// The snapshots that the backup consists of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot_backup_status: Option<SnapshotStatus>,
    /// When copying began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// When copying ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<Time>,
    /// The file `tablespace_map` of a snapshot of a running instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Bytes>")]
    pub tablespace_map_file: Option<ByteString>,
}

/// The instance that took a backup.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupInstance {
    /// Container that PostgreSQL ran in.
    #[serde(
        rename = "ContainerID",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub container_id: Option<String>,
    /// Name of the pod.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub pod_name: Option<String>,
    /// Identifier of the run of the instance manager.
    #[serde(
        rename = "sessionID",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub session_id: Option<String>,
}

/// The snapshots that a backup consists of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotStatus {
    /// One entry for each volume.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elements: Vec<SnapshotElement>,
}

/// The snapshot of one volume.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotElement {
    /// Name of the VolumeSnapshot.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Name of the tablespace, if the volume holds one.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub tablespace_name: Option<String>,
    /// What the volume holds: `PG_DATA`, `PG_WAL` or `PG_TABLESPACE`.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub r#type: String,
}
