//! The way from the objects of the API to a store: its fields, its secrets, and what the
//! environment of the container adds.

use std::collections::BTreeMap;

use api::object_store::arguments::{self, Arguments};
use api::object_store::{Compression, Encryption as Wanted, ObjectStore, WalCompression};
use api::references::SecretKeyRef;
use objectstore::location::LocationError;
use objectstore::settings::{self, Addressing, Proxy, Resolver, Timeouts};
use objectstore::store::OpenError;
use objectstore::{Codec, Credentials, Encryption, Keys, Location, Settings, Store};
use thiserror::Error;

use crate::files::secrets::{Content, SecretError, Secrets};

/// Why a store cannot be used.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error("{0} object stores are not supported yet: use s3Credentials")]
    Provider(&'static str),
    #[error("the object store has no credentials: set s3Credentials")]
    NoCredentials,
    #[error("s3Credentials has {0}: set accessKeyId and secretAccessKey together")]
    Half(&'static str),
    #[error(transparent)]
    Location(#[from] LocationError),
    #[error("a secret of the object store cannot be read")]
    Secret(#[from] SecretError),
    #[error("the object store cannot be opened")]
    Open(#[from] OpenError),
}

/// What is moved: each kind has its own encryption and its own arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    ArchiveWal,
    RestoreWal,
    Backup,
    RestoreBackup,
}

/// Opens the store of an object for one kind of work. `default_server` names the folder when the
/// object names none: the cluster, or the external cluster.
///
/// # Errors
/// When a field makes no sense here, or a secret cannot be read.
pub async fn open(
    secrets: &Secrets,
    object: &ObjectStore,
    default_server: &str,
    purpose: Purpose,
) -> Result<Store, StoreError> {
    let location = location(object, default_server)?;
    let mut contents = BTreeMap::new();
    for reference in references(object) {
        if !contents.contains_key(&reference.name) {
            contents.insert(reference.name.clone(), secrets.get(&reference.name).await?);
        }
    }
    let settings = settings(object, purpose, &contents, |name| std::env::var(name).ok())?;
    Ok(Store::open(&settings, &location)?)
}

/// Where in the store the folder of the server is.
///
/// # Errors
/// When the destination is no address of S3.
pub fn location(object: &ObjectStore, default_server: &str) -> Result<Location, StoreError> {
    if object.azure_credentials.is_some() {
        return Err(StoreError::Provider("Azure"));
    }
    if object.google_credentials.is_some() {
        return Err(StoreError::Provider("Google"));
    }
    let server = object.server_name.as_deref().unwrap_or(default_server);
    Ok(Location::parse(&object.destination_path, server)?)
}

/// The keys of Secrets that a store needs.
fn references(object: &ObjectStore) -> Vec<&SecretKeyRef> {
    let s3 = object
        .s3_credentials
        .iter()
        .flat_map(|s3| [&s3.access_key_id, &s3.secret_access_key, &s3.region, &s3.session_token]);
    s3.chain([&object.endpoint_ca]).flatten().collect()
}

/// What the arguments for one kind of work mean.
#[must_use]
pub fn read_arguments(object: &ObjectStore, purpose: Purpose) -> Arguments {
    let (wal, data) = (object.wal.as_ref(), object.data.as_ref());
    let words = match purpose {
        Purpose::ArchiveWal => wal.map(|wal| &wal.archive_additional_command_args),
        Purpose::RestoreWal => wal.map(|wal| &wal.restore_additional_command_args),
        Purpose::Backup => data.map(|data| &data.additional_command_args),
        Purpose::RestoreBackup => data.map(|data| &data.restore_additional_command_args),
    };
    words.map(|words| arguments::read(words).0).unwrap_or_default()
}

/// How WAL is packed.
#[must_use]
pub fn wal_codec(object: &ObjectStore) -> Codec {
    match object.wal.as_ref().and_then(|wal| wal.compression.as_ref()) {
        None => Codec::None,
        Some(WalCompression::Bzip2) => Codec::Bzip2,
        Some(WalCompression::Gzip) => Codec::Gzip,
        Some(WalCompression::Lz4) => Codec::Lz4,
        Some(WalCompression::Snappy) => Codec::Snappy,
        Some(WalCompression::Xz) => Codec::Xz,
        Some(WalCompression::Zstd) => Codec::Zstd,
        Some(other) => other.as_str().parse().unwrap_or_default(),
    }
}

/// How base backups are packed.
#[must_use]
pub fn data_codec(object: &ObjectStore) -> Codec {
    match object.data.as_ref().and_then(|data| data.compression.as_ref()) {
        None => Codec::None,
        Some(Compression::Bzip2) => Codec::Bzip2,
        Some(Compression::Gzip) => Codec::Gzip,
        Some(Compression::Lz4) => Codec::Lz4,
        Some(Compression::Snappy) => Codec::Snappy,
        Some(other) => other.as_str().parse().unwrap_or_default(),
    }
}

/// How many WAL files may be moved at the same time.
#[must_use]
pub fn max_parallel(object: &ObjectStore) -> usize {
    let wanted = object.wal.as_ref().and_then(|wal| wal.max_parallel).unwrap_or(1);
    usize::try_from(wanted).unwrap_or(1).clamp(1, 64)
}

fn settings(
    object: &ObjectStore,
    purpose: Purpose,
    secrets: &BTreeMap<String, Content>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Settings, StoreError> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let text = |reference: &SecretKeyRef| -> Result<String, StoreError> {
        let missing = || SecretError::Missing { name: reference.name.clone() };
        let content = secrets.get(&reference.name).ok_or_else(missing)?;
        Ok(content.text(&reference.key)?.to_owned())
    };
    let optional = |reference: &Option<SecretKeyRef>| reference.as_ref().map(text).transpose();
    let s3 = object.s3_credentials.as_ref().ok_or(StoreError::NoCredentials)?;
    // Secrets are often made with a line break at their end.
    let trimmed = |text: String| text.trim().to_owned();
    let id = optional(&s3.access_key_id)?.map(trimmed);
    let secret = optional(&s3.secret_access_key)?.map(trimmed);
    let credentials = match (id, secret) {
        (Some(id), Some(secret)) => Credentials::Keys(Keys {
            id,
            secret: secret.into(),
            session_token: optional(&s3.session_token)?.map(trimmed).map(Into::into),
        }),
        (None, None) if s3.inherit_from_iam_role == Some(true) => {
            Credentials::from_variables(variable)
        }
        (None, None) => return Err(StoreError::NoCredentials),
        (Some(_), None) => return Err(StoreError::Half("no secretAccessKey")),
        (None, Some(_)) => return Err(StoreError::Half("no accessKeyId")),
    };
    let region = optional(&s3.region)?.map(trimmed);
    let region = region.or_else(|| variable("AWS_REGION"));
    let arguments = read_arguments(object, purpose);
    let timeouts = Timeouts::default();
    Ok(Settings {
        endpoint: object.endpoint_url.clone(),
        region: region.or_else(|| variable("AWS_DEFAULT_REGION")),
        addressing: arguments.path_style.map(|path| match path {
            true => Addressing::Path,
            false => Addressing::Host,
        }),
        credentials,
        authorities: optional(&object.endpoint_ca)?,
        timeouts: Timeouts {
            attempt: arguments.read_timeout.unwrap_or(timeouts.attempt),
            ..timeouts
        },
        tags: object.tags.clone(),
        encryption: encryption(object, purpose, &arguments),
        resolver: Some(names()),
        proxy: proxy(object, variable),
    })
}

fn encryption(object: &ObjectStore, purpose: Purpose, arguments: &Arguments) -> Option<Encryption> {
    let wanted = match purpose {
        Purpose::ArchiveWal => object.wal.as_ref().and_then(|wal| wal.encryption.as_ref()),
        Purpose::Backup => object.data.as_ref().and_then(|data| data.encryption.as_ref()),
        Purpose::RestoreWal | Purpose::RestoreBackup => None,
    };
    match wanted? {
        Wanted::AwsKms => Some(Encryption::Kms { key: arguments.sse_kms_key_id.clone() }),
        _ => Some(Encryption::Aes256),
    }
}

/// The proxy that the container's environment names.
fn proxy(object: &ObjectStore, variable: impl Fn(&str) -> Option<String>) -> Option<Proxy> {
    let plain = object.endpoint_url.as_deref().is_some_and(|url| url.starts_with("http:"));
    let names = if plain { ["HTTP_PROXY", "http_proxy"] } else { ["HTTPS_PROXY", "https_proxy"] };
    let url = names.iter().find_map(|name| variable(name))?;
    let except = ["NO_PROXY", "no_proxy"].iter().find_map(|name| variable(name));
    Some(Proxy { url, except })
}

/// The name servers of the pod, never the C library.
fn names() -> Resolver {
    settings::resolver(|host| async move {
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        kubekit::client::addresses(&host).await.map_err(Into::into)
    })
}

#[cfg(test)]
mod tests;
