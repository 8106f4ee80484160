//! object_store

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::references::SecretKeyRef;
use crate::schema::PlainInt;
use crate::string_enum::string_enum;
use crate::text;

/// ObjectStore
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectStore {
    /// Azure credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azure_credentials: Option<AzureCredentials>,
    /// Data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<DataOptions>,
    /// Destination path.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "minLength" = 1))]
    pub destination_path: String,
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
    /// Google credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub google_credentials: Option<GoogleCredentials>,
    /// History tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub history_tags: BTreeMap<String, String>,
    /// S3 credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3_credentials: Option<S3Credentials>,
    /// Server name.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Wal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wal: Option<WalOptions>,
}

/// DataOptions
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataOptions {
    /// Additional command args.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional_command_args: Vec<String>,
    /// Compression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<Compression>,
    /// Encryption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// Immediate checkpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub immediate_checkpoint: Option<bool>,
    /// Jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("minimum" = 1))]
    pub jobs: Option<i32>,
    /// Restore additional command args.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restore_additional_command_args: Vec<String>,
}

/// WalOptions
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WalOptions {
    /// Archive additional command args.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub archive_additional_command_args: Vec<String>,
    /// Compression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<WalCompression>,
    /// Encryption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// Max parallel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>", extend("minimum" = 1))]
    pub max_parallel: Option<i64>,
    /// Restore additional command args.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restore_additional_command_args: Vec<String>,
}

/// AzureCredentials
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AzureCredentials {
    /// Connection string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_string: Option<SecretKeyRef>,
    /// Inherit from azure ad.
    #[serde(rename = "inheritFromAzureAD", default, skip_serializing_if = "Option::is_none")]
    pub inherit_from_azure_ad: Option<bool>,
    /// Storage account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_account: Option<SecretKeyRef>,
    /// Storage key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_key: Option<SecretKeyRef>,
    /// Storage sas token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_sas_token: Option<SecretKeyRef>,
    /// Use default azure credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_default_azure_credentials: Option<bool>,
}

/// GoogleCredentials
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GoogleCredentials {
    /// Application credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_credentials: Option<SecretKeyRef>,
    /// Gke environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gke_environment: Option<bool>,
}

/// S3Credentials
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct S3Credentials {
    /// Access key id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<SecretKeyRef>,
    /// Inherit from iam role.
    #[serde(rename = "inheritFromIAMRole", default, skip_serializing_if = "Option::is_none")]
    pub inherit_from_iam_role: Option<bool>,
    /// Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<SecretKeyRef>,
    /// Secret access key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_access_key: Option<SecretKeyRef>,
    /// Session token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<SecretKeyRef>,
}

string_enum! {
    /// Compression
    pub enum Compression {
        /// bzip2
        Bzip2 = "bzip2",
        /// gzip
        Gzip = "gzip",
        /// lz4
        Lz4 = "lz4",
        /// snappy
        Snappy = "snappy",
    }
}

string_enum! {
    /// Encryption
    pub enum Encryption {
        /// AES256
        Aes256 = "AES256",
        /// aws:kms
        AwsKms = "aws:kms",
    }
}

string_enum! {
    /// WalCompression
    pub enum WalCompression {
        /// bzip2
        Bzip2 = "bzip2",
        /// gzip
        Gzip = "gzip",
        /// lz4
        Lz4 = "lz4",
        /// snappy
        Snappy = "snappy",
        /// xz
        Xz = "xz",
        /// zstd
        Zstd = "zstd",
    }
}
