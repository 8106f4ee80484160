//! Deletes objects: many at once where the store can, else one by one.

use futures::{StreamExt as _, TryStreamExt as _};
use object_store::ObjectStoreExt as _;
use object_store::path::Path;

use super::Store;
use super::error::{Error, Kind};

/// How many at once: what one request of the protocol takes.
const BATCH: usize = 1000;

/// How many single deletions run beside each other.
const PARALLEL: usize = 8;

impl Store {
    /// Deletes objects. One that is not there counts as deleted.
    ///
    /// # Errors
    /// When one of them may still be there.
    pub async fn delete(&self, keys: &[String]) -> Result<(), Error> {
        for batch in keys.chunks(BATCH) {
            let paths = batch.iter().map(|key| self.path(key)).collect::<Result<Vec<_>, _>>()?;
            let [one] = paths.as_slice() else {
                self.delete_batch(batch, &paths).await?;
                continue;
            };
            self.delete_one(&batch[0], one).await?;
        }
        Ok(())
    }

    async fn delete_batch(&self, keys: &[String], paths: &[Path]) -> Result<(), Error> {
        let together = || async {
            let paths: Vec<_> = paths.iter().cloned().map(Ok).collect();
            let stream = self.shared.backend.delete_stream(futures::stream::iter(paths).boxed());
            stream.try_collect::<Vec<_>>().await.map(|_| ())
        };
        let first = keys.first().map_or("", String::as_str);
        match self.again("delete", first, 0, together).await {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == Kind::Unreachable => return Err(error),
            Err(error) => {
                tracing::debug!(%error, "deleting one by one");
            }
        }
        futures::stream::iter(keys.iter().zip(paths).map(Ok))
            .try_for_each_concurrent(PARALLEL, |(key, path)| self.delete_one(key, path))
            .await
    }

    async fn delete_one(&self, key: &str, path: &Path) -> Result<(), Error> {
        let one = || async { self.shared.backend.delete(path).await };
        match self.again("delete", key, 0, one).await {
            Err(error) if error.kind() == Kind::NotFound => Ok(()),
            done => done,
        }
    }
}
