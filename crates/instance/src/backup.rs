//! Base backups of this instance, taken into the object store of its cluster.
//!
//! ```text
//!   asked --> running --> WAL is archived? --> open --> copy --> close --> metadata --> completed
//!                               |                |        |        |          |
//!                               +----------------+--------+--------+----------+--> failed
//! ```
//! Whatever becomes of it, old backups go and the catalog is read afterwards. The Backup object has
//! one writer from `running` on, which is the life of the manager that its status names: when that
//! is not us any more we write nothing, and nobody takes what we leave for a backup.

mod archiving;
mod copy;
mod facts;
mod last_wal;
mod maintain;
mod options;
mod place;
mod record;
mod session;

use std::sync::{Arc, Mutex, PoisonError};

use api::Cluster;
use api::backup::{Backup, BackupMethod};
use api::phases::backup as phases;
use jiff::Timestamp;
use kube::Api;
use kubekit::calls::{self, LIMIT, within};
use kubekit::events::Recorder;
use thiserror::Error;
use tokio::task::AbortHandle;

use crate::run::chain;
use crate::state::State;

use record::Record;

/// In whose name events are told.
const COMPONENT: &str = "local-webserver";

/// Why a backup is not begun.
#[derive(Debug, Error)]
pub enum AskError {
    #[error("cannot read {what}")]
    Read { what: &'static str, source: calls::Error },
    #[error("cannot write the status of the backup")]
    Write(#[from] record::RecordError),
    #[error("cluster {0} has no spec.backup.barmanObjectStore")]
    NoStore(String),
    #[error("the backup is of cluster {0}, and this is an instance of another")]
    NotOurs(String),
    #[error("the backup is {0} already")]
    Over(String),
    #[error("another backup is under way: {0}")]
    Busy(String),
    #[error("this version does not take backups by the method {0} yet")]
    Method(String),
}

/// The one backup there may be.
#[derive(Debug, Clone)]
pub struct Taker {
    state: State,
    current: Arc<Mutex<Option<(String, AbortHandle)>>>,
}

impl Taker {
    /// The taker of this instance.
    #[must_use]
    pub fn new(state: State) -> Self {
        Self { state, current: Arc::default() }
    }

    /// Begins the backup that an object asks for, unless it is under way; goes on by itself.
    ///
    /// # Errors
    /// When it cannot begin.
    pub async fn take(&self, name: &str) -> Result<(), AskError> {
        let identity = self.state.identity();
        let client = || self.state.client().clone();
        let read = |what| move |source| AskError::Read { what, source };
        let backups: Api<Backup> = Api::namespaced(client(), &identity.namespace);
        let backup = within(LIMIT, backups.get(name)).await.map_err(read("the backup"))?;
        if backup.spec.cluster.name != identity.cluster {
            return Err(AskError::NotOurs(backup.spec.cluster.name));
        }
        let clusters: Api<Cluster> = Api::namespaced(client(), &identity.namespace);
        let cluster = within(LIMIT, clusters.get(&identity.cluster)).await;
        let cluster = cluster.map_err(read("the cluster"))?;
        match &backup.spec.method {
            Some(BackupMethod::BarmanObjectStore) | None => {}
            Some(other) => return Err(AskError::Method(other.as_str().to_owned())),
        }
        let store = cluster.spec.backup.as_ref().and_then(|it| it.barman_object_store.as_ref());
        let store = store.cloned().ok_or_else(|| AskError::NoStore(identity.cluster.clone()))?;
        let uid = backup.metadata.uid.clone().unwrap_or_default();
        if let Some(under_way) = self.under_way() {
            return if under_way == uid { Ok(()) } else { Err(AskError::Busy(under_way)) };
        }
        let phase = backup.status.as_ref().and_then(|status| status.phase.clone());
        match phase.as_deref() {
            None | Some(phases::PENDING | phases::STARTED) => {}
            Some(other) => return Err(AskError::Over(other.to_owned())),
        }
        let mut record = Record::new(&self.state, backup);
        record.begin(&store, Timestamp::now()).await?;
        let job = copy::Job {
            state: self.state.clone(),
            cluster,
            store,
            record,
            recorder: Recorder::new(client(), COMPONENT),
        };
        let current = Arc::clone(&self.current);
        let task = tokio::spawn(async move {
            job.run().await;
            *current.lock().unwrap_or_else(PoisonError::into_inner) = None;
        });
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        // A task that has ended already must not be remembered.
        if !task.is_finished() {
            *current = Some((uid, task.abort_handle()));
        }
        Ok(())
    }

    fn under_way(&self) -> Option<String> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let (uid, task) = current.as_ref()?;
        (!task.is_finished()).then(|| uid.clone())
    }
}

/// An error with its causes, for the status of an object.
fn words(error: &dyn std::error::Error) -> String {
    chain(error)
}
