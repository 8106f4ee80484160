//! What is left of a backup that was broken off: known by a mark that only we leave, so that nobody
//! else's files are ever touched.
//!
//! ```text
//!   begin --> archives --> backup.info --> end
//!     |          |                          |
//!     +- mark ---+--- nobody ended it: ---- + mark goes
//!                     all of it goes
//! ```

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::catalog::{is_backup_id, read_info};
use crate::info::Status;
use crate::store::{Error, Kind, Store};

/// The mark. The original's tools look at no such name.
const MARK: &str = "cnpg-unfinished";

/// Marks a backup as one that is being taken; must be there before anything else of it.
///
/// # Errors
/// When the store does not take it.
pub async fn begin(store: &Store, id: &str, who: &str) -> Result<(), Error> {
    store.put(&mark(store, id), Bytes::from(who.to_owned())).await
}

/// Takes the mark away: the metadata say what the backup is.
///
/// # Errors
/// When it may still be there; that does no harm.
pub async fn end(store: &Store, id: &str) -> Result<(), Error> {
    store.delete(&[mark(store, id)]).await
}

/// Removes what is left of backups that nobody is at any more, and returns their ids. Must only be
/// called by who may take a backup, while he takes none.
///
/// A backup that is done only loses its mark; of one that says that it failed the word stays.
///
/// # Errors
/// When something may be left.
pub async fn clear(store: &Store) -> Result<Vec<String>, Error> {
    let base = store.location().base();
    let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for object in store.list(&base).await? {
        let inside = object.key.strip_prefix(&base).and_then(|rest| rest.strip_prefix('/'));
        let Some((id, _)) = inside.and_then(|rest| rest.split_once('/')) else { continue };
        if is_backup_id(id) {
            folders.entry(id.to_owned()).or_default().push(object.key);
        }
    }
    let mut cleared = Vec::new();
    for (id, keys) in folders {
        let mark = mark(store, &id);
        if !keys.contains(&mark) {
            continue;
        }
        let status = match read_info(store, &id).await {
            Ok(Ok(info)) => Some(info.status),
            // Whoever wrote that may know what it means.
            Ok(Err(_)) => continue,
            Err(error) if error.kind() == Kind::NotFound => None,
            Err(error) => return Err(error),
        };
        if status == Some(Status::Done) {
            end(store, &id).await?;
            continue;
        }
        remove(store, &id, keys).await?;
        cleared.push(id);
    }
    Ok(cleared)
}

/// Removes everything of a backup except for its metadata; the mark last, so that it is found again
/// when this is broken off.
///
/// # Errors
/// When something may be left.
pub async fn give_up(store: &Store, id: &str) -> Result<(), Error> {
    let objects = store.list(&store.location().backup(id)).await?;
    remove(store, id, objects.into_iter().map(|object| object.key).collect()).await
}

async fn remove(store: &Store, id: &str, keys: Vec<String>) -> Result<(), Error> {
    let (mark, info) = (mark(store, id), store.location().info(id));
    let archives: Vec<_> = keys.into_iter().filter(|key| *key != mark && *key != info).collect();
    store.delete(&archives).await?;
    match store.abort_uploads(&format!("{}/", store.location().backup(id))).await {
        // There is no way to know of any.
        Err(error) if error.kind() == Kind::Unsupported => {}
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    store.delete(&[mark]).await
}

fn mark(store: &Store, id: &str) -> String {
    format!("{}/{MARK}", store.location().backup(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::Info;
    use crate::location::Location;

    #[tokio::test]
    async fn only_what_is_marked_goes() {
        let store = Store::in_memory(&Location::parse("s3://b/p", "s").expect("a location"));
        let id = |number: u32| format!("20260101T00000{number}");
        let put = async |number: u32, name: &str, text: String| {
            let key = format!("{}/{name}", store.location().backup(&id(number)));
            store.put(&key, text.into()).await.expect("put");
        };
        let info = |number: u32, status| Info { id: id(number), status, ..Info::default() }.write();
        for number in 1..=5 {
            put(number, "data.tar", "tar".to_owned()).await;
        }
        for number in [1, 2, 3, 5] {
            begin(&store, &id(number), "who").await.expect("marked");
        }
        put(2, "backup.info", info(2, Status::Failed)).await;
        put(3, "backup.info", info(3, Status::Done)).await;
        put(5, "backup.info", "end_time=never\n".to_owned()).await;

        assert_eq!(clear(&store).await.expect("cleared"), [id(1), id(2)]);

        let listed = store.list(&store.location().base()).await.expect("listed");
        let left: Vec<_> =
            listed.iter().filter_map(|it| it.key.strip_prefix("p/s/base/")).collect();
        let expected = [
            "20260101T000002/backup.info",
            "20260101T000003/backup.info",
            "20260101T000003/data.tar",
            "20260101T000004/data.tar", // of another tool
            "20260101T000005/backup.info",
            "20260101T000005/cnpg-unfinished",
            "20260101T000005/data.tar",
        ];
        assert_eq!(left, expected);
        assert!(clear(&store).await.expect("again").is_empty());
    }
}
