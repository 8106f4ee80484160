//! The in-tree object store: where base backups and WAL are kept, and how to log in there.

pub mod arguments;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::references::SecretKeyRef;
use crate::schema::PlainInt;
use crate::string_enum::string_enum;
use crate::text;

/// Where base backups and WAL are kept: a folder in an S3, Azure or Google object store.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectStore {
    /// How to log in to Azure Blob Storage. Exactly one of the three kinds of credentials is
    /// given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azure_credentials: Option<AzureCredentials>,
    /// Options for base backups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<DataOptions>,
    /// Address of the folder for base backups and WAL, such as `s3://bucket/path`,
    /// `gs://bucket/path` or the URL of an Azure container.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "minLength" = 1))]
    pub destination_path: String,
    /// Key of a Secret with the certificate authority that signed the certificate of the
    /// endpoint.
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
    /// How to log in to Google Cloud Storage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub google_credentials: Option<GoogleCredentials>,
    /// Tags for timeline history files in the store.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub history_tags: BTreeMap<String, String>,
    /// How to log in to S3 or a store that speaks its protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3_credentials: Option<S3Credentials>,
    /// Folder of this server below the destination. When empty it is the name of the cluster, or
    /// of the external cluster for restores.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// Tags for base backups and WAL files in the store.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Options for archiving and restoring WAL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wal: Option<WalOptions>,
}

/// How base backups are written to and read from the object store.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataOptions {
    /// Further arguments for the backup command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional_command_args: Vec<String>,
    /// Compression of base backups; none when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<Compression>,
    /// Encryption by the object store; its own policy applies when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// Whether to ask for a fast checkpoint, so that the backup starts at once at the price of
    /// more I/O.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub immediate_checkpoint: Option<bool>,
    /// Number of uploads that run at the same time; 2 when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("minimum" = 1))]
    pub jobs: Option<i32>,
    /// Further arguments for the restore command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restore_additional_command_args: Vec<String>,
}

/// How WAL files are written to and read from the object store.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WalOptions {
    /// Further arguments for the command that archives WAL.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub archive_additional_command_args: Vec<String>,
    /// Compression of WAL files; none when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<WalCompression>,
    /// Encryption by the object store; its own policy applies when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// Number of WAL files archived or fetched at the same time; 1 when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>", extend("minimum" = 1))]
    pub max_parallel: Option<i64>,
    /// Further arguments for the command that fetches WAL.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restore_additional_command_args: Vec<String>,
}

/// How to log in to Azure Blob Storage: a connection string, or an account with one way to prove
/// it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AzureCredentials {
    /// Key with a whole connection string. It excludes every other field here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_string: Option<SecretKeyRef>,
    /// Whether to use the identity that Azure gives to the pod.
    #[serde(rename = "inheritFromAzureAD", default, skip_serializing_if = "Option::is_none")]
    pub inherit_from_azure_ad: Option<bool>,
    /// Key with the name of the storage account; needed with `storageKey` and `storageSasToken`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_account: Option<SecretKeyRef>,
    /// Key with the access key of the storage account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_key: Option<SecretKeyRef>,
    /// Key with a shared access signature for the storage account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_sas_token: Option<SecretKeyRef>,
    /// Whether to try the default chain of credentials of the Azure SDK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_default_azure_credentials: Option<bool>,
}

/// How to log in to Google Cloud Storage: a credentials file, or the identity of the environment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GoogleCredentials {
    /// Key with a JSON credentials file. Needed unless `gkeEnvironment` is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_credentials: Option<SecretKeyRef>,
    /// Whether the identity that GKE gives to the pod is used instead of a credentials file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gke_environment: Option<bool>,
}

/// How to log in to S3: a pair of keys, or the role of the pod.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct S3Credentials {
    /// Key with the access key id; goes together with `secretAccessKey`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<SecretKeyRef>,
    /// Whether to use the IAM role of the pod instead of keys.
    #[serde(rename = "inheritFromIAMRole", default, skip_serializing_if = "Option::is_none")]
    pub inherit_from_iam_role: Option<bool>,
    /// Key with the name of the region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<SecretKeyRef>,
    /// Key with the secret access key; goes together with `accessKeyId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_access_key: Option<SecretKeyRef>,
    /// Key with a session token, for temporary keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<SecretKeyRef>,
}

string_enum! {
    /// Compression of base backups.
    pub enum Compression {
        /// bzip2: small and slow.
        Bzip2 = "bzip2",
        /// gzip: understood everywhere.
        Gzip = "gzip",
        /// LZ4: fast.
        Lz4 = "lz4",
        /// Snappy: fast.
        Snappy = "snappy",
    }
}

string_enum! {
    /// Encryption by the object store.
    pub enum Encryption {
        /// With a key that the object store manages.
        Aes256 = "AES256",
        /// With a key of the key management service.
        AwsKms = "aws:kms",
    }
}

string_enum! {
    /// Compression of WAL files.
    pub enum WalCompression {
        /// bzip2: small and slow.
        Bzip2 = "bzip2",
        /// gzip: understood everywhere.
        Gzip = "gzip",
        /// LZ4: fast.
        Lz4 = "lz4",
        /// Snappy: fast.
        Snappy = "snappy",
        /// xz: the smallest and the slowest.
        Xz = "xz",
        /// Zstandard: small and fast.
        Zstd = "zstd",
    }
}
