//! One backup from its beginning to its end, and what is left of it when it fails.

use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

use api::Cluster;
use api::object_store::ObjectStore;
use bytes::Bytes;
use jiff::Timestamp;
use kubekit::events::{Note, Recorder};
use objectstore::Store;
use objectstore::base::{self, Copied, Progress, WriteError, unfinished};
use objectstore::catalog::backup_id;
use objectstore::info::{Info, Point, Status};
use planner::backup::condition::Outcome;
use postgres::wal_name::SegmentSize;
use serde_json::json;
use thiserror::Error;

use super::archiving::{self, ArchivingError};
use super::facts::{self, FactsError};
use super::last_wal::{self, LastWalError};
use super::record::{Record, RecordError};
use super::session::{Moment, Session, SessionError};
use super::{maintain, words};
use super::{options, place};
use crate::state::State;
use crate::store::StoreError;

/// How often the log says how far the copy is.
const TELL: Duration = Duration::from_secs(30);

/// Why a backup failed.
#[derive(Debug, Error)]
pub(super) enum BackupError {
    #[error("cannot use the object store")]
    Store(#[from] StoreError),
    #[error("WAL does not reach the archive")]
    Archiving(#[from] ArchivingError),
    #[error("cannot hold the backup open")]
    Session(#[from] SessionError),
    #[error("cannot describe the server")]
    Facts(#[from] FactsError),
    #[error("cannot copy the files of the server")]
    Copy(#[from] WriteError),
    #[error("the backup lacks its end")]
    LastWal(#[from] LastWalError),
    #[error("cannot mark the backup as one that is being taken")]
    Mark(#[source] objectstore::Error),
    #[error("cannot write the metadata of the backup")]
    Metadata(#[source] objectstore::Error),
    #[error("the segment size of the server is strange")]
    SegmentSize,
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl BackupError {
    /// The object is another's: there is nothing to write into it.
    fn is_lost(&self) -> bool {
        matches!(
            self,
            Self::Record(RecordError::Lost)
                | Self::Archiving(ArchivingError::Record(RecordError::Lost))
        )
    }
}

/// A backup to be taken.
pub(super) struct Job {
    pub state: State,
    pub cluster: Cluster,
    pub store: ObjectStore,
    pub record: Record,
    pub recorder: Recorder,
}

impl Job {
    /// Takes the backup; then what is too old goes.
    pub async fn run(mut self) {
        let name = self.record.name().to_owned();
        let taken = self.take().await;
        match &taken {
            Ok(info) => {
                tracing::info!(backup = name, id = info.id, "the backup is complete");
                self.succeeded(info).await;
            }
            Err(error) if error.is_lost() => {
                tracing::warn!(backup = name, "the backup is not ours any more: it is given up");
            }
            Err(error) => self.failed(&words(error)).await,
        }
        match place::open(&self.state, &self.cluster, &self.store).await {
            Ok(store) => {
                maintain::run(&self.state, &self.cluster, &self.store, &store, &self.recorder)
                    .await;
            }
            Err(error) => {
                let error = words(&error);
                tracing::warn!(error, "the catalog of backups cannot be read");
            }
        }
    }

    async fn take(&mut self) -> Result<Info, BackupError> {
        let store = place::open(&self.state, &self.cluster, &self.store).await?;
        archiving::wait(&self.state, &mut self.record).await?;
        self.say(Note::normal("Starting", "Backup started")).await;
        maintain::condition(&self.state, &Outcome::Started, None).await;
        let session = Session::open(&self.state).await?;
        let id = backup_id(Timestamp::now());
        let mut info = facts::read(&session, &id, self.record.backup_name()).await?;
        self.log_begin(&id);
        self.mark(&store, &id).await?;
        let done = self.copy(&store, &session, &mut info).await;
        let Err(error) = done else { return Ok(info) };
        // Nobody takes what is left for a backup; it says itself what became of it.
        drop(session);
        info.status = Status::Failed;
        info.error = Some(words(&error).replace('\n', " "));
        give_up(&store, &info).await;
        Err(error)
    }

    /// Removes what others were killed over, and leaves the mark that says the same of this one.
    async fn mark(&self, store: &Store, id: &str) -> Result<(), BackupError> {
        match unfinished::clear(store).await {
            Ok(ids) if ids.is_empty() => {}
            Ok(ids) => tracing::info!(ids = ids.join(", "), "removed what was broken off"),
            Err(error) => {
                tracing::warn!(error = words(&error), "what was broken off stays in the store");
            }
        }
        let who = format!("{} {}\n", self.state.identity().pod, self.state.session());
        unfinished::begin(store, id, &who).await.map_err(BackupError::Mark)
    }

    /// The words and fields that others look for, who knew the program that took backups before us.
    fn log_begin(&self, id: &str) {
        let data = self.store.data.clone().unwrap_or_default();
        let asked = json!(options::of(&data, self.record.backup_name())).to_string();
        let (name, message) = (self.record.name(), options::BEGINS);
        tracing::info!(backupName = name, id, options.json = asked, "{message}");
    }

    async fn copy(
        &mut self,
        store: &Store,
        session: &Session,
        info: &mut Info,
    ) -> Result<(), BackupError> {
        let size = info.segment_size.and_then(SegmentSize::new).ok_or(BackupError::SegmentSize)?;
        let point = |moment: Moment| Point::at(moment.lsn, moment.timeline, size, moment.time);
        let data = self.store.data.clone().unwrap_or_default();
        let label = format!("Barman backup cloud {}", info.id);
        let begin = session.start(&label, data.immediate_checkpoint == Some(true)).await?;
        info.begin = point(begin);
        info.timeline = Some(begin.timeline.0);
        let progress = Progress::default();
        let copied = self.watched(store, session, info, &progress).await?;
        let closed = session.stop().await?;
        info.end = point(closed.end);
        info.label = Some(closed.label.clone());
        session.finish_segment(&info.id).await?;
        copied.finish(&closed.label).await?;
        last_wal::archived(&self.state, store, session, closed.end, size).await?;
        // Whoever was told that it failed must not find it complete.
        self.record.confirm().await?;
        info.status = Status::Done;
        let text = Bytes::from(info.write());
        let key = store.location().info(&info.id);
        if let Err(error) = store.put(&key, text.clone()).await {
            // Perhaps nothing but the last answer was lost.
            let there = store.get(&key).await;
            if there.ok().as_ref() != Some(&text) {
                return Err(BackupError::Metadata(error));
            }
        }
        if let Err(error) = unfinished::end(store, &info.id).await {
            tracing::debug!(%error, "the next backup removes the mark of this one");
        }
        let (plain, stored) = (progress.plain_bytes(), progress.stored_bytes());
        tracing::info!(id = info.id, plain, stored, files = progress.files(), "all is stored");
        Ok(())
    }

    /// Copies the files, and has done with them when it comes back: also when the server has lost
    /// the backup meanwhile.
    async fn watched(
        &self,
        store: &Store,
        session: &Session,
        info: &Info,
        progress: &Progress,
    ) -> Result<Copied, BackupError> {
        let mut files = pin!(self.files(store, info, progress));
        tokio::select! {
            copied = &mut files => copied,
            error = session.ended() => {
                progress.cancel();
                // Until no thread of it writes any more: what is left can be removed then.
                drop(files.await);
                Err(error.into())
            }
            () = tell(&info.id, progress) => unreachable!("it is told until the copy is there"),
        }
    }

    async fn files(
        &self,
        store: &Store,
        info: &Info,
        progress: &Progress,
    ) -> Result<Copied, BackupError> {
        let files = [&info.config_file, &info.hba_file, &info.ident_file];
        let source = base::Source {
            data_directory: self.state.paths().data.clone(),
            major: info.version.unwrap_or_default() / 10_000,
            tablespaces: info.tablespaces.clone(),
            configuration: files.into_iter().flatten().map(PathBuf::from).collect(),
        };
        let options = place::write_options(&self.store);
        Ok(base::write(store, &info.id, &source, &options, progress).await?)
    }

    async fn succeeded(&mut self, info: &Info) {
        if let Err(error) = self.record.completed(info, Timestamp::now()).await {
            let error = words(&error);
            tracing::warn!(error, "the backup is complete, and its object does not say so");
            return;
        }
        self.say(Note::normal("Completed", "Backup completed")).await;
        maintain::condition(&self.state, &Outcome::Succeeded, None).await;
    }

    async fn failed(&mut self, why: &str) {
        tracing::error!(backup = self.record.name(), error = why, "the backup failed");
        let now = Timestamp::now();
        if let Err(error) = self.record.failed(why, now).await {
            let error = words(&error);
            tracing::warn!(error, "the object does not say that the backup failed");
        }
        self.say(Note::normal("Failed", "Backup failed")).await;
        maintain::condition(&self.state, &Outcome::Failed(why.to_owned()), Some(now)).await;
    }

    async fn say(&self, note: Note) {
        let reason = note.reason.clone();
        if let Err(error) = self.recorder.publish(&self.record.backup, note).await {
            tracing::warn!(reason, %error, "failed to write an event");
        }
    }
}

/// Says again and again how far the copy is.
async fn tell(id: &str, progress: &Progress) {
    loop {
        tokio::time::sleep(TELL).await;
        let (plain, stored) = (progress.plain_bytes(), progress.stored_bytes());
        tracing::info!(id, plain, stored, files = progress.files(), "copying");
    }
}

/// Removes the archives of a backup that failed and leaves a word about it, as far as possible.
async fn give_up(store: &Store, info: &Info) {
    let cleared = async {
        // First the word: a write that failed may have come through all the same.
        store.put(&store.location().info(&info.id), info.write().into()).await?;
        unfinished::give_up(store, &info.id).await
    };
    if let Err(error) = cleared.await {
        tracing::warn!(
            id = info.id,
            error = words(&error),
            "remains of the backup stay in the store"
        );
    }
}
