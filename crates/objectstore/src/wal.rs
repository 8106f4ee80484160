//! WAL files in a store: packed and put, found in whatever compression they are in, and fetched.

mod fetch;
mod keep;

use std::io;
use std::path::PathBuf;

use postgres::wal_name::{WalName, WalNameError};
use thiserror::Error;

use crate::codec::Codec;
use crate::store::{Error as StoreError, Store};

pub use fetch::{Found, Places};
pub use keep::{KeepOptions, Kept, keep};

/// What may go wrong with a WAL file.
#[derive(Debug, Error)]
pub enum WalError {
    #[error(transparent)]
    Name(#[from] WalNameError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("failed to read {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("failed to write {path}")]
    Write { path: PathBuf, source: io::Error },
    #[error("{key} is damaged")]
    Damaged { key: String, source: io::Error },
    #[error("{key} has {size} bytes, a segment has {expected}")]
    Size { key: String, size: u64, expected: u64 },
    #[error(
        "{key} is in the archive already with another content: two servers write to this archive. \
         It was not overwritten; give one of them another serverName or destinationPath"
    )]
    Differs { key: String },
    #[error(
        "Expected empty archive: {key} is there already. \
         Give this cluster another serverName or destinationPath, or remove what is there"
    )]
    NotEmpty { key: String },
    #[error("a thread of the archive ended early")]
    Thread(#[from] tokio::task::JoinError),
}

impl WalError {
    /// Whether the archive says that it has no such file.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Store(error) if error.kind() == crate::Kind::NotFound)
    }

    /// Whether the same may work later.
    #[must_use]
    pub fn retry(&self) -> bool {
        matches!(self, Self::Store(error) if error.retry())
    }
}

/// Refuses an archive in which somebody's WAL is already: asked once in the life of a cluster.
///
/// # Errors
/// When there is WAL, or the store does not answer.
pub async fn expect_empty(store: &Store) -> Result<(), WalError> {
    store.ensure_bucket().await?;
    let is_wal = |key: &str| {
        let name = key.rsplit('/').next().unwrap_or_default();
        Codec::of(name).0.parse::<WalName>().is_ok()
    };
    match store.find(&store.location().wals(), is_wal).await? {
        None => Ok(()),
        Some(key) => Err(WalError::NotEmpty { key }),
    }
}

#[cfg(test)]
mod tests;
