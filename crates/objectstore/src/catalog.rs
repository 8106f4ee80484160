//! What base backups a store has: read from their `backup.info`, for there is no index.

use futures::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;

use crate::info::Info;
use crate::location::INFO;
use crate::store::{Error, Kind, Store};

/// How many are read at the same time.
const PARALLEL: usize = 8;

/// Whether and how a backup is kept from being deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// With all WAL after it.
    Full,
    /// With the WAL that makes it consistent, and no more.
    Standalone,
}

/// All base backups of a server, oldest first: their names are times.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalog {
    pub backups: Vec<Info>,
    /// Folders whose metadata are there and make no sense, with the reason.
    pub unreadable: Vec<Unreadable>,
}

/// A backup that nothing is known of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    pub id: String,
    pub why: String,
}

impl Catalog {
    /// The backups that can be restored, oldest first.
    pub fn done(&self) -> impl DoubleEndedIterator<Item = &Info> {
        self.backups.iter().filter(|backup| backup.is_done())
    }

    /// The first moment that can be recovered: the end of the oldest backup.
    #[must_use]
    pub fn first_recoverability_point(&self) -> Option<Timestamp> {
        self.done().next().and_then(|backup| backup.end.time)
    }

    /// When the newest backup ended.
    #[must_use]
    pub fn last_backup(&self) -> Option<Timestamp> {
        self.done().next_back().and_then(|backup| backup.end.time)
    }

    /// The backup with this id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Info> {
        self.backups.iter().find(|backup| backup.id == id)
    }
}

/// Whether a name is that of a backup: `20261121T070134`.
#[must_use]
pub fn is_backup_id(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.len() == 15
        && bytes
            .iter()
            .enumerate()
            .all(|(index, byte)| if index == 8 { *byte == b'T' } else { byte.is_ascii_digit() })
}

/// The id of a backup that begins now.
#[must_use]
pub fn backup_id(now: Timestamp) -> String {
    now.strftime("%Y%m%dT%H%M%S").to_string()
}

/// Reads the metadata of all base backups.
///
/// # Errors
/// When the store does not answer; metadata that make no sense are no error but
/// [`Catalog::unreadable`].
pub async fn read(store: &Store) -> Result<Catalog, Error> {
    let folders = store.folders(&store.location().base()).await?;
    let ids = folders.into_iter().filter(|name| is_backup_id(name));
    let read = futures::stream::iter(ids)
        .map(|id| async move { read_one(store, &id).await.map(|one| (id, one)) })
        .buffered(PARALLEL)
        .try_collect::<Vec<_>>()
        .await?;
    let mut catalog = Catalog::default();
    for (id, one) in read {
        match one {
            None => {}
            Some(Ok(info)) => catalog.backups.push(info),
            Some(Err(why)) => catalog.unreadable.push(Unreadable { id, why }),
        }
    }
    Ok(catalog)
}

async fn read_one(store: &Store, id: &str) -> Result<Option<Result<Info, String>>, Error> {
    let bytes = match store.get(&store.location().info(id)).await {
        Ok(bytes) => bytes,
        // A backup that is being made, or was broken off.
        Err(error) if error.kind() == Kind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| format!("{INFO} is no text"));
    let info = text.and_then(|text| Info::parse(id, text).map_err(|error| error.to_string()));
    Ok(Some(info))
}

/// Reads the metadata of one base backup.
///
/// # Errors
/// When the store does not answer, or does not have it.
pub async fn read_info(store: &Store, id: &str) -> Result<Result<Info, String>, Error> {
    let key = store.location().info(id);
    let bytes = store.get(&key).await?;
    Ok(match std::str::from_utf8(&bytes) {
        Ok(text) => Info::parse(id, text).map_err(|error| error.to_string()),
        Err(_) => Err(format!("{INFO} is no text")),
    })
}

/// Reads which of these backups are kept.
///
/// # Errors
/// When the store does not answer.
pub async fn keeps(store: &Store, ids: &[String]) -> Result<Vec<(String, Keep)>, Error> {
    let read = futures::stream::iter(ids.iter().cloned())
        .map(|id| async move {
            match store.get(&store.location().keep(&id)).await {
                Ok(text) if text.trim_ascii() == b"standalone" => Ok(Some((id, Keep::Standalone))),
                // Whatever else it says, somebody wants it kept.
                Ok(_) => Ok(Some((id, Keep::Full))),
                Err(error) if error.kind() == Kind::NotFound => Ok(None),
                Err(error) => Err(error),
            }
        })
        .buffered(PARALLEL)
        .try_collect::<Vec<_>>()
        .await?;
    Ok(read.into_iter().flatten().collect())
}

#[cfg(test)]
pub(crate) mod tests;
