//! Reads a large object in parts, some of them ahead of who reads.

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};

use super::Store;
use super::error::Error;

/// What one request reads.
const PART: u64 = 4 << 20;

/// The content of an object, in order.
pub struct Reader {
    parts: BoxStream<'static, Result<Bytes, Error>>,
    size: u64,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Reader {
    /// How long the object is.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The next bytes; none at the end.
    ///
    /// # Errors
    /// When they cannot be had.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        self.parts.try_next().await
    }
}

impl Store {
    /// Begins to read an object, so many parts of a few megabytes ahead.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn read(&self, key: &str, ahead: usize) -> Result<Reader, Error> {
        let size = self.size(key).await?;
        let (store, key) = (self.clone(), key.to_owned());
        let parts = futures::stream::iter((0..size).step_by(usize::try_from(PART).unwrap_or(1)))
            .map(move |start| {
                let (store, key) = (store.clone(), key.clone());
                async move { store.get_range(&key, start..size.min(start + PART)).await }
            })
            .buffered(ahead.max(1))
            .boxed();
        Ok(Reader { parts, size })
    }
}
