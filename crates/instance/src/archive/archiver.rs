//! The warm archiver: files go to the store before PostgreSQL asks for each of them.
//!
//! ```text
//!  asked for --+--> running --> done: answered
//!  .ready -----+           \--> ahead: answered as soon as asked for
//! ```
//! What is known is in memory and is of this process: after a restart a file that was sent already
//! is asked for again, found in the store with the same content, and done.

use std::collections::{BTreeMap, VecDeque};
use std::fs::Metadata;
use std::future::Future;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use objectstore::wal::WalError;
use postgres::wal_name::WalName;
use tokio::sync::watch;

/// Does the work for one file: opens the store, sends it, and says how it went.
pub(super) trait Send: std::marker::Send + Sync + 'static {
    fn send(
        &self,
        name: WalName,
        path: PathBuf,
    ) -> impl Future<Output = Result<(), SendError>> + std::marker::Send;
}

/// Why a file was not sent.
#[derive(Debug, thiserror::Error)]
pub(super) enum SendError {
    #[error("the cluster has not been seen yet")]
    NoCluster,
    #[error("the object store cannot be used")]
    Store(#[from] crate::store::StoreError),
    #[error(transparent)]
    Wal(#[from] WalError),
    #[error("failed to remove {path}")]
    Mark { path: PathBuf, source: std::io::Error },
}

/// How an attempt ended, for all who wait for it.
type Outcome = Option<Result<(), Arc<SendError>>>;

/// How many files beyond those in work may be done before they are asked for.
const AHEAD: usize = 16;

pub(super) struct Archiver<S> {
    sender: S,
    status: PathBuf,
    wal: PathBuf,
    files: Mutex<BTreeMap<String, File>>,
    waiting: Mutex<Waiting>,
}

/// The files that wait, as they were seen: tens of thousands after a long outage, so the folder is
/// not read for each of them.
#[derive(Default)]
struct Waiting {
    names: VecDeque<String>,
    read: Option<Instant>,
}

/// How long what was seen in the folder is good for, once all of it was taken.
const SEEN: Duration = Duration::from_millis(100);

impl Waiting {
    fn next(&mut self, status: &Path) -> Option<String> {
        if self.names.is_empty() && self.read.is_none_or(|read| read.elapsed() >= SEEN) {
            self.names = super::queue_in(status).unwrap_or_default().into();
            self.read = Some(Instant::now());
        }
        self.names.pop_front()
    }
}

enum File {
    Running(watch::Receiver<Outcome>),
    Done(FileId),
}

/// Tells a file from another one of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileId {
    inode: u64,
    size: u64,
    changed: (i64, i64),
}

impl FileId {
    fn of(path: &Path) -> Option<Self> {
        let of = |metadata: Metadata| Self {
            inode: metadata.ino(),
            size: metadata.len(),
            changed: (metadata.mtime(), metadata.mtime_nsec()),
        };
        std::fs::metadata(path).ok().map(of)
    }
}

impl<S: Send> Archiver<S> {
    pub fn new(sender: S, data: &Path) -> Self {
        let wal = data.join("pg_wal");
        let (status, files, waiting) =
            (wal.join("archive_status"), Mutex::default(), Mutex::default());
        Self { sender, status, wal, files, waiting }
    }

    /// Sends a file, or knows that it was sent; meanwhile those that wait behind it are sent, so
    /// many at a time.
    pub async fn archive(
        self: &Arc<Self>,
        name: WalName,
        path: &Path,
        parallel: usize,
    ) -> Result<(), Arc<SendError>> {
        let key = name.to_string();
        let mut outcome = match self.known_or_start(&key, name, path) {
            None => {
                self.look_ahead(parallel);
                return Ok(());
            }
            Some(running) => running,
        };
        self.look_ahead(parallel);
        let ended = outcome.wait_for(Option::is_some).await.map(|ended| ended.clone());
        match ended {
            Ok(Some(ended)) => {
                if ended.is_ok() {
                    self.look_ahead(parallel);
                }
                ended
            }
            // It was cut short with this process.
            Ok(None) | Err(_) => Err(Arc::new(SendError::NoCluster)),
        }
    }

    fn known_or_start(
        self: &Arc<Self>,
        key: &str,
        name: WalName,
        path: &Path,
    ) -> Option<watch::Receiver<Outcome>> {
        let mut files = self.lock();
        match files.get(key) {
            Some(File::Running(outcome)) => return Some(outcome.clone()),
            // It stays known until the server has marked it: an answer may be lost.
            Some(File::Done(id)) if FileId::of(path) == Some(*id) => return None,
            Some(File::Done(_)) | None => {}
        }
        let outcome = self.start(name, path.to_owned());
        files.insert(key.to_owned(), File::Running(outcome.clone()));
        Some(outcome)
    }

    fn start(self: &Arc<Self>, name: WalName, path: PathBuf) -> watch::Receiver<Outcome> {
        let (end, outcome) = watch::channel(None);
        let archiver = self.clone();
        tokio::spawn(async move {
            let id = FileId::of(&path);
            let sent = archiver.sender.send(name, path).await.map_err(Arc::new);
            let key = name.to_string();
            {
                let mut files = archiver.lock();
                match (&sent, id) {
                    (Ok(()), Some(id)) => files.insert(key, File::Done(id)),
                    (Ok(()), None) | (Err(_), _) => files.remove(&key),
                };
            }
            if let Err(error) = &sent {
                tracing::warn!(file = %name, error = crate::run::chain(error), "not archived");
            }
            end.send_replace(Some(sent));
        });
        outcome
    }

    /// Begins with files that wait, as far as there is room.
    fn look_ahead(self: &Arc<Self>, parallel: usize) {
        let is_ready = |key: &str| self.status.join(format!("{key}.ready")).exists();
        let mut files = self.lock();
        // PostgreSQL has what it asked for, and asks no more for what it has marked as done.
        files.retain(|key, file| matches!(file, File::Running(_)) || is_ready(key));
        let mut running = files.values().filter(|file| matches!(file, File::Running(_))).count();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while running < parallel && files.len() < parallel + AHEAD {
            let Some(key) = waiting.next(&self.status) else { break };
            let Ok(name) = key.parse::<WalName>() else { continue };
            if files.contains_key(&key) || !is_ready(&key) {
                continue;
            }
            let outcome = self.start(name, self.wal.join(&key));
            files.insert(key, File::Running(outcome));
            running += 1;
        }
    }

    /// Sends all files that wait, and marks them as done: the server does not run.
    pub async fn sweep(self: &Arc<Self>, parallel: usize) -> Result<usize, Arc<SendError>> {
        let waiting = super::queue_in(&self.status).unwrap_or_default();
        let mut swept = 0;
        for key in waiting {
            let Ok(name) = key.parse::<WalName>() else { continue };
            match self.archive(name, &self.wal.join(&key), parallel).await {
                Ok(()) => {}
                // It will not become another one: somebody must look, and nobody may wait for it.
                Err(error) if matches!(&*error, SendError::Wal(WalError::Differs { .. })) => {
                    tracing::error!(file = key, error = crate::run::chain(&error), "left behind");
                    continue;
                }
                Err(error) => return Err(error),
            }
            let (ready, done) =
                (self.status.join(format!("{key}.ready")), self.status.join(format!("{key}.done")));
            std::fs::rename(&ready, done)
                .map_err(|source| Arc::new(SendError::Mark { path: ready, source }))?;
            swept += 1;
        }
        Ok(swept)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, File>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
