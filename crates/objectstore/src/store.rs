//! A store: puts, gets, lists and deletes objects, each within a time and again when that may help.
//!
//! The library below tries once; what is tried again, how often and for how long is decided here,
//! so that every request has a deadline that fits its bytes.

mod backend;
mod bucket;
mod complete;
mod delete;
mod error;
mod leftovers;
mod read;
mod retry;
mod upload;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use futures::TryStreamExt as _;
use object_store::path::Path;
use object_store::{GetOptions, ObjectStoreExt as _, PutMode, PutOptions, TagSet};

pub use backend::OpenError;
pub use error::{Error, Kind};
pub use read::Reader;
pub use upload::{Upload, part_size};

use crate::location::Location;
use crate::settings::{Settings, Timeouts};
use backend::Backend;

/// The way to one folder of one bucket; a clone shares its connections.
#[derive(Debug, Clone)]
pub struct Store {
    shared: Arc<Shared>,
    tags: TagSet,
}

#[derive(Debug)]
struct Shared {
    backend: Box<dyn Backend>,
    location: Location,
    /// Where it is, for those who read an error.
    endpoint: String,
    timeouts: Timeouts,
    bucket: Option<bucket::Maker>,
    trouble: Mutex<Option<String>>,
}

/// An object as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub key: String,
    pub size: u64,
    pub modified: jiff::Timestamp,
}

/// What became of an object that had to be new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Put {
    Written,
    /// There is one already, perhaps our own whose acknowledgement was lost.
    Exists,
}

impl Store {
    /// Opens a store. Nothing is asked of it yet.
    ///
    /// # Errors
    /// Settings that cannot be: an authority that is no certificate, an endpoint that is no URL.
    pub fn open(settings: &Settings, location: &Location) -> Result<Self, OpenError> {
        let (backend, bucket) = backend::open(settings, location)?;
        let region = settings.region.as_deref().unwrap_or("us-east-1");
        let aws = || format!("https://s3.{region}.amazonaws.com");
        Ok(Self {
            shared: Arc::new(Shared {
                backend,
                location: location.clone(),
                endpoint: settings.endpoint.clone().unwrap_or_else(aws),
                timeouts: settings.timeouts,
                bucket: Some(bucket),
                trouble: Mutex::default(),
            }),
            tags: tag_set(&settings.tags),
        })
    }

    /// A store in memory, that forgets: for tests of what is built on stores.
    #[must_use]
    pub fn in_memory(location: &Location) -> Self {
        Self {
            shared: Arc::new(Shared {
                backend: Box::new(object_store::memory::InMemory::new()),
                location: location.clone(),
                endpoint: "memory".to_owned(),
                timeouts: Timeouts::default(),
                bucket: None,
                trouble: Mutex::default(),
            }),
            tags: TagSet::default(),
        }
    }

    /// The same store, which puts other tags on objects: they replace those of the settings.
    #[must_use]
    pub fn tagged(&self, tags: &BTreeMap<String, String>) -> Self {
        Self { shared: self.shared.clone(), tags: tag_set(tags) }
    }

    /// Whether both were opened at once, with the same credentials.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// Where in it things lie.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.shared.location
    }

    /// The address of the service.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.shared.endpoint
    }

    /// What keeps failing while it is tried again; nothing once something worked.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note_trouble(&self, trouble: Option<String>) {
        *self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// Writes an object over whatever is there.
    ///
    /// # Errors
    /// When the store did not acknowledge it.
    pub async fn put(&self, key: &str, body: Bytes) -> Result<(), Error> {
        self.put_in(PutMode::Overwrite, key, &body).await.map(|_| ())
    }

    /// Writes an object unless there is one.
    ///
    /// # Errors
    /// When the store did not acknowledge it. Stores that know no conditions are asked first and
    /// then written to.
    pub async fn put_new(&self, key: &str, body: Bytes) -> Result<Put, Error> {
        match self.put_in(PutMode::Create, key, &body).await {
            Ok(put) => Ok(put),
            Err(error) if error.kind() == Kind::Unsupported => match self.size(key).await {
                Ok(_) => Ok(Put::Exists),
                Err(error) if error.kind() == Kind::NotFound => {
                    self.put_in(PutMode::Overwrite, key, &body).await
                }
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    async fn put_in(&self, mode: PutMode, key: &str, body: &Bytes) -> Result<Put, Error> {
        let path = self.path(key)?;
        let options = PutOptions { mode, tags: self.tags.clone(), ..PutOptions::default() };
        let length = body.len() as u64;
        let written = self
            .again("write", key, length, || {
                let (body, options) = (body.clone().into(), options.clone());
                self.shared.backend.put_opts(&path, body, options)
            })
            .await;
        match written {
            Ok(_) => Ok(Put::Written),
            Err(error) if error.kind() == Kind::Exists => Ok(Put::Exists),
            Err(error) => Err(error),
        }
    }

    /// Reads a whole object that fits into memory.
    ///
    /// # Errors
    /// When it is not there, or was not read to its end.
    pub async fn get(&self, key: &str) -> Result<Bytes, Error> {
        let path = self.path(key)?;
        self.again("read", key, LARGE, || self.body(&path, GetOptions::default())).await
    }

    /// Reads a part of an object.
    ///
    /// # Errors
    /// When it is not there, or was not read to its end.
    pub async fn get_range(&self, key: &str, range: Range<u64>) -> Result<Bytes, Error> {
        let path = self.path(key)?;
        let length = range.end - range.start;
        self.again("read", key, length, || async {
            let range = Some(range.clone().into());
            let read = self.body(&path, GetOptions { range, ..GetOptions::default() }).await?;
            // An object that has become shorter is another one.
            if read.len() as u64 == length { Ok(read) } else { Err(short(read.len(), length)) }
        })
        .await
    }

    /// One attempt to read. That nothing comes any more is found long before all of it would have to
    /// be there; an answer that is cut off may look like one that has ended.
    async fn body(&self, path: &Path, options: GetOptions) -> object_store::Result<Bytes> {
        let found = self.brief(self.shared.backend.get_opts(path, options)).await?;
        let size = found.range.end - found.range.start;
        let mut body = BytesMut::with_capacity(usize::try_from(size.min(LARGE)).unwrap_or(0));
        let mut stream = found.into_stream();
        while let Some(bytes) = self.brief(stream.try_next()).await? {
            body.extend_from_slice(&bytes);
        }
        if body.len() as u64 == size { Ok(body.freeze()) } else { Err(short(body.len(), size)) }
    }

    /// The size of an object.
    ///
    /// # Errors
    /// When it is not there, or the store does not answer.
    pub async fn size(&self, key: &str) -> Result<u64, Error> {
        let path = self.path(key)?;
        let head = || async { self.shared.backend.head(&path).await };
        Ok(self.again("look at", key, 0, head).await?.size)
    }

    /// All objects in a folder and below it, in the order of their keys.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list(&self, folder: &str) -> Result<Vec<Listed>, Error> {
        let path = self.path(folder)?;
        let list = || async {
            let mut listed = self.shared.backend.list(Some(&path)).map_ok(listed_from);
            let mut found = Vec::new();
            while let Some(object) = self.brief(listed.try_next()).await? {
                found.push(object);
            }
            Ok(found)
        };
        let mut found = self.again("list", folder, LARGE, list).await?;
        found.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(found)
    }

    /// The objects in a folder whose names begin so, in the order of their keys.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_named(&self, folder: &str, name: &str) -> Result<Vec<Listed>, Error> {
        let (path, wanted) = (self.path(folder)?, format!("{folder}/{name}"));
        // What comes before the first of them is not listed, and what comes after is not read.
        let before = self.path(wanted.get(..wanted.len() - 1).unwrap_or(folder))?;
        let list = || async {
            let listed = self.shared.backend.list_with_offset(Some(&path), &before);
            let mut listed = listed.map_ok(listed_from);
            let mut found = Vec::new();
            while let Some(object) = listed.try_next().await? {
                if object.key.starts_with(&wanted) {
                    found.push(object);
                } else if object.key > wanted && self.shared.backend.lists_in_order() {
                    break;
                }
            }
            Ok(found)
        };
        let mut found = self.again("list", &wanted, 0, list).await?;
        found.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(found)
    }

    /// The first object in a folder or below it that is wanted, if there is one.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find(
        &self,
        folder: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Option<String>, Error> {
        let path = self.path(folder)?;
        let find = || async {
            let mut listed = self.shared.backend.list(Some(&path));
            while let Some(object) = self.brief(listed.try_next()).await? {
                if wanted(object.location.as_ref()) {
                    return Ok(Some(object.location.to_string()));
                }
            }
            Ok(None)
        };
        self.again("list", folder, LARGE, find).await
    }

    /// The names of the folders that lie directly in a folder, sorted.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn folders(&self, folder: &str) -> Result<Vec<String>, Error> {
        let path = self.path(folder)?;
        let list = || async { self.shared.backend.list_with_delimiter(Some(&path)).await };
        let listed = self.again("list", folder, LARGE, list).await?;
        let names = listed.common_prefixes.iter().filter_map(Path::filename);
        let mut names: Vec<_> = names.map(str::to_owned).collect();
        names.sort();
        Ok(names)
    }

    fn path(&self, key: &str) -> Result<Path, Error> {
        Path::parse(key).map_err(|error| self.error("name", key, Kind::Other, error))
    }
}

fn short(read: usize, size: u64) -> object_store::Error {
    let said = format!("{read} bytes of {size} came");
    let source = std::io::Error::new(std::io::ErrorKind::UnexpectedEof, said);
    object_store::Error::Generic { store: "S3", source: source.into() }
}

/// What a listing or an object of unknown size may weigh, for its deadline.
const LARGE: u64 = 16 << 20;

fn listed_from(meta: object_store::ObjectMeta) -> Listed {
    Listed {
        key: meta.location.to_string(),
        size: meta.size,
        modified: jiff::Timestamp::from_second(meta.last_modified.timestamp()).unwrap_or_default(),
    }
}

fn tag_set(tags: &BTreeMap<String, String>) -> TagSet {
    let mut set = TagSet::default();
    for (name, value) in tags {
        set.push(name, value);
    }
    set
}

#[cfg(test)]
mod tests;
