//! backup/status

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::object_store::{AzureCredentials, GoogleCredentials, S3Credentials};
use crate::references::SecretKeyRef;
use crate::schema::{Bytes, PlainInt};
use crate::text;

/// BackupStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupStatus {
    /// Azure Blob credentials, see below
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azure_credentials: Option<AzureCredentials>,
    /// Backup id in the store (= object name for snapshots)
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub backup_id: Option<String>,
    /// backup_label bytes (hot)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Bytes>")]
    pub backup_label_file: Option<ByteString>,
    /// Name in the store
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub backup_name: Option<String>,
    /// Begin lsn.
    #[serde(
        rename = "beginLSN",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub begin_lsn: Option<String>,
    /// Begin wal.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub begin_wal: Option<String>,
    /// stdout/stderr of a failed exec
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub command_error: Option<String>,
    /// Unused
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub command_output: Option<String>,
    /// Destination path.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub destination_path: Option<String>,
    /// Encryption.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub encryption: Option<String>,
    /// End lsn.
    #[serde(
        rename = "endLSN",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub end_lsn: Option<String>,
    /// End wal.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub end_wal: Option<String>,
    /// Endpoint ca.
    #[serde(rename = "endpointCA", default, skip_serializing_if = "Option::is_none")]
    pub endpoint_ca: Option<SecretKeyRef>,
    /// Endpoint url.
    #[serde(
        rename = "endpointURL",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub endpoint_url: Option<String>,
    /// Error.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Google Cloud Storage credentials, see below
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub google_credentials: Option<GoogleCredentials>,
    /// Where it ran
    #[serde(rename = "instanceID", default, skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<BackupInstance>,
    /// Major at backup time
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub major_version: Option<i64>,
    /// Method used
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Online.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<bool>,
    /// See Backup phases
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// Plugin data; snapshots use key `cnpg_volumesnapshot` =
    /// `{"volumeSnapshotFirstFailure":<unix s>}`
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub plugin_metadata: BTreeMap<String, String>,
    /// Operator start
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconciliation_started_at: Option<Time>,
    /// Operator end
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconciliation_terminated_at: Option<Time>,
    /// S3 credentials, see below
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3_credentials: Option<S3Credentials>,
    /// Server name.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// Snapshot backup status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot_backup_status: Option<SnapshotStatus>,
    /// Tool start
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// Tool end
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<Time>,
    /// tablespace_map bytes (hot)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Bytes>")]
    pub tablespace_map_file: Option<ByteString>,
}

/// BackupInstance
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupInstance {
    /// Container id of postgres (note the capital C)
    #[serde(
        rename = "ContainerID",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub container_id: Option<String>,
    /// Pod name.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub pod_name: Option<String>,
    /// UUID of the instance-manager run
    #[serde(
        rename = "sessionID",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub session_id: Option<String>,
}

/// SnapshotStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotStatus {
    /// Elements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elements: Vec<SnapshotElement>,
}

/// SnapshotElement
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotElement {
    /// VolumeSnapshot name
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Tablespace name.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub tablespace_name: Option<String>,
    /// PG_DATA, PG_WAL or PG_TABLESPACE
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub r#type: String,
}
