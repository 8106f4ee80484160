//! Deletes what a plan says: the archives of a backup, then its metadata, then the WAL.

use thiserror::Error;

use super::{Plan, WalRule};
use crate::codec::Codec;
use crate::location::INFO;
use crate::store::{Error, Store};

/// What was deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    pub backups: Vec<String>,
    pub wal_files: usize,
}

/// Where deleting stopped; what was deleted before stays deleted, and the rest is for another time.
#[derive(Debug, Error)]
pub enum ExecuteError {
    #[error("backup {id} was not deleted")]
    Backup { id: String, source: Error },
    #[error("WAL that is not needed any more was not deleted")]
    Wal(#[source] Error),
}

/// Does what the plan says.
///
/// # Errors
/// At the first thing that cannot be deleted.
pub async fn execute(store: &Store, plan: &Plan) -> Result<Done, ExecuteError> {
    let mut done = Done::default();
    for deletion in &plan.deletions {
        let id = &deletion.id;
        let of = |source| ExecuteError::Backup { id: id.clone(), source };
        delete_backup(store, id).await.map_err(of)?;
        done.backups.push(id.clone());
    }
    let rules: Vec<_> = plan.deletions.iter().filter_map(|gone| gone.wal.as_ref()).collect();
    if !rules.is_empty() {
        done.wal_files = delete_wal(store, &rules).await.map_err(ExecuteError::Wal)?;
    }
    Ok(done)
}

/// Deletes one backup, its metadata last: what is half deleted is still known.
async fn delete_backup(store: &Store, id: &str) -> Result<(), Error> {
    let folder = store.location().backup(id);
    let info = store.location().info(id);
    let objects = store.list(&folder).await?;
    let is_archive = |key: &str| {
        let name = key.strip_prefix(&format!("{folder}/")).unwrap_or_default();
        // Annotations stay, as the original leaves them.
        !name.contains('/') && name != INFO
    };
    let archives: Vec<_> =
        objects.into_iter().map(|object| object.key).filter(|key| is_archive(key)).collect();
    store.delete(&archives).await?;
    store.delete(&[info]).await
}

async fn delete_wal(store: &Store, rules: &[&WalRule]) -> Result<usize, Error> {
    let objects = store.list(&store.location().wals()).await?;
    let gone = |key: &str| {
        let name = key.rsplit('/').next().unwrap_or_default();
        // What has no name of ours is not ours.
        let name = Codec::of(name).0.parse();
        name.is_ok_and(|name| rules.iter().any(|rule| rule.covers(name)))
    };
    let gone: Vec<_> =
        objects.into_iter().map(|object| object.key).filter(|key| gone(key)).collect();
    store.delete(&gone).await?;
    Ok(gone.len())
}
