//! Writes an object of unknown size, in parts that are never on disk and tried again one by one.

use bytes::{Bytes, BytesMut};
use object_store::multipart::PartId;
use object_store::path::Path;
use object_store::{MultipartId, PutMultipartOptions};
use tokio::task::JoinSet;

use super::complete::Completed;
use super::error::{Error, Kind};
use super::{Put, Store};

/// The smallest part that stores take, but for the last.
const SMALLEST: u64 = 5 << 20;

/// How many parts an object may have.
const PARTS: u64 = 10_000;

/// The size of all parts of an object that will not be larger than this.
#[must_use]
pub fn part_size(largest_object: u64, wanted: Option<u64>) -> usize {
    let needed = largest_object.div_ceil(PARTS).max(SMALLEST).max(wanted.unwrap_or(0));
    // Whole mebibytes are easier on the eye of who lists parts.
    usize::try_from(needed.next_multiple_of(1 << 20)).unwrap_or(usize::MAX)
}

/// An object that is being written. Without [`Upload::finish`] there will be none.
#[derive(Debug)]
pub struct Upload {
    store: Store,
    key: String,
    path: Path,
    part: usize,
    parallel: usize,
    buffer: BytesMut,
    begun: Option<MultipartId>,
    /// How often it was begun: an answer that was lost leaves one that nobody knows.
    beginnings: usize,
    sent: usize,
    parts: Vec<Option<PartId>>,
    running: JoinSet<Result<(usize, PartId), Error>>,
    written: u64,
}

impl Store {
    /// Begins an object of parts of this size, so many of which are sent at the same time.
    ///
    /// # Errors
    /// When the key is none.
    pub fn upload(&self, key: &str, part: usize, parallel: usize) -> Result<Upload, Error> {
        Ok(Upload {
            store: self.clone(),
            key: key.to_owned(),
            path: self.path(key)?,
            part,
            parallel: parallel.max(1),
            buffer: BytesMut::new(),
            begun: None,
            beginnings: 0,
            sent: 0,
            parts: Vec::new(),
            running: JoinSet::new(),
            written: 0,
        })
    }
}

impl Upload {
    /// How many bytes it was given.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Takes more bytes; waits while too many parts are under way.
    ///
    /// # Errors
    /// When a part cannot be sent.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        self.written += bytes.len() as u64;
        while !bytes.is_empty() {
            if self.buffer.capacity() == 0 {
                self.buffer.reserve(self.part);
            }
            let room = self.part - self.buffer.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == self.part {
                self.send().await?;
            }
        }
        Ok(())
    }

    /// Sends the rest and makes the object appear, whole, over whatever is there.
    ///
    /// # Errors
    /// When the store has not acknowledged all of it; then it was given up.
    pub async fn finish(mut self) -> Result<u64, Error> {
        let finished = self.try_finish().await;
        let written = self.written;
        self.done_with(finished).await.map(|()| written)
    }

    /// Sends the rest and makes the object appear, unless there is one: then this is given up.
    ///
    /// # Errors
    /// When the store has not acknowledged all of it; then it was given up.
    pub async fn finish_new(mut self) -> Result<Put, Error> {
        let finished = self.try_finish_new().await;
        match finished {
            Ok(Put::Exists) => {
                self.give_up().await;
                Ok(Put::Exists)
            }
            Ok(Put::Written) => self.done_with(Ok(())).await.map(|()| Put::Written),
            Err(error) => self.done_with(Err(error)).await.map(|()| Put::Written),
        }
    }

    async fn done_with(self, finished: Result<(), Error>) -> Result<(), Error> {
        match finished {
            Ok(()) => {
                if self.beginnings > 1 {
                    self.store.abort_uploads_of(&self.key).await;
                }
                Ok(())
            }
            Err(error) => {
                self.give_up().await;
                Err(error)
            }
        }
    }

    async fn try_finish(&mut self) -> Result<(), Error> {
        if self.begun.is_none() {
            let body = std::mem::take(&mut self.buffer).freeze();
            return self.store.put(&self.key, body).await;
        }
        let (id, parts) = self.send_rest().await?;
        self.complete(&id, parts).await
    }

    async fn try_finish_new(&mut self) -> Result<Put, Error> {
        if self.begun.is_none() {
            let body = std::mem::take(&mut self.buffer).freeze();
            return self.store.put_new(&self.key, body).await;
        }
        let (id, parts) = self.send_rest().await?;
        match self.store.complete_new(&self.key, &self.path, &id, &parts).await? {
            Completed::Done => {}
            // If it is our own, it is the same that is there.
            Completed::Exists | Completed::Gone => return Ok(Put::Exists),
            Completed::Unsupported => match self.store.size(&self.key).await {
                Ok(_) => return Ok(Put::Exists),
                Err(error) if error.kind() == Kind::NotFound => self.complete(&id, parts).await?,
                Err(error) => return Err(error),
            },
        }
        self.begun = None;
        Ok(Put::Written)
    }

    async fn send_rest(&mut self) -> Result<(MultipartId, Vec<PartId>), Error> {
        if !self.buffer.is_empty() {
            self.send().await?;
        }
        while let Some(sent) = self.running.join_next().await {
            self.note(sent)?;
        }
        let parts = self.parts.iter().cloned().collect::<Option<Vec<_>>>();
        let parts = parts.ok_or_else(|| self.error("a part is missing"))?;
        Ok((self.begun.clone().unwrap_or_default(), parts))
    }

    async fn complete(&mut self, id: &MultipartId, parts: Vec<PartId>) -> Result<(), Error> {
        let complete =
            || self.store.shared.backend.complete_multipart(&self.path, id, parts.clone());
        match self.store.again("complete", &self.key, 0, complete).await {
            Ok(_) => {
                self.begun = None;
                Ok(())
            }
            // An acknowledgement that was lost leaves nothing to complete, and the whole object.
            Err(error) if error.kind() == Kind::NotFound => {
                match self.store.size(&self.key).await {
                    Ok(size) if size == self.written => {
                        self.begun = None;
                        Ok(())
                    }
                    _ => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Takes back what was sent, as far as the store lets us.
    pub async fn give_up(mut self) {
        self.running.shutdown().await;
        if let Some(id) = self.begun.take() {
            let abort = || self.store.shared.backend.abort_multipart(&self.path, &id);
            match self.store.again("abort", &self.key, 0, abort).await {
                Err(error) if error.kind() != Kind::NotFound => {
                    let key = self.key.as_str();
                    tracing::warn!(key, %error, "parts of an unfinished object are left behind");
                }
                _ => {}
            }
        }
        if self.beginnings > 1 {
            self.store.abort_uploads_of(&self.key).await;
        }
    }

    async fn send(&mut self) -> Result<(), Error> {
        if self.begun.is_none() {
            let beginnings = &mut self.beginnings;
            let begin = || {
                *beginnings += 1;
                let tags = self.store.tags.clone();
                let options = PutMultipartOptions { tags, ..PutMultipartOptions::default() };
                self.store.shared.backend.create_multipart_opts(&self.path, options)
            };
            self.begun = Some(self.store.again("begin", &self.key, 0, begin).await?);
        }
        while self.running.len() >= self.parallel {
            match self.running.join_next().await {
                Some(sent) => self.note(sent)?,
                None => break,
            }
        }
        let index = self.sent;
        self.sent += 1;
        self.parts.push(None);
        let body = std::mem::take(&mut self.buffer).freeze();
        let id = self.begun.clone().unwrap_or_default();
        let (store, key, path) = (self.store.clone(), self.key.clone(), self.path.clone());
        self.running.spawn(async move {
            let length = body.len() as u64;
            let put = || {
                let body: Bytes = body.clone();
                store.shared.backend.put_part(&path, &id, index, body.into())
            };
            Ok((index, store.again("write a part of", &key, length, put).await?))
        });
        Ok(())
    }

    fn note(
        &mut self,
        sent: Result<Result<(usize, PartId), Error>, tokio::task::JoinError>,
    ) -> Result<(), Error> {
        let (index, part) = sent.map_err(|error| self.error(error))??;
        self.parts[index] = Some(part);
        Ok(())
    }

    fn error(&self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        self.store.error("write", &self.key, Kind::Other, source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fit_the_limits() {
        const GIB: u64 = 1 << 30;
        for (largest, wanted, mebibytes) in [
            (0, None, 5),
            (10 * GIB, None, 5),
            (100 * GIB, None, 11),
            (1024 * GIB, None, 105),
            (GIB, Some(8 << 20), 8),
            (GIB, Some(1), 5),
        ] {
            let size = part_size(largest, wanted);
            assert_eq!(size >> 20, mebibytes, "{largest} {wanted:?}");
            assert!(size as u64 * PARTS >= largest);
        }
    }
}
