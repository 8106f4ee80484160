//! Whose archive it is: two clusters must never mix theirs.
//!
//! A new data directory has a mark that asks for an empty archive. The original only looks whether
//! it is empty, so a cluster whose first primary dies early is refused its own archive. We leave a
//! note with the identity of the cluster beside the WAL, under a name that no tool takes for WAL:
//! who finds its own note goes on.

use bytes::Bytes;
use objectstore::store::Put;
use objectstore::wal::{self, WalError};
use objectstore::{Kind, Store};

/// The name of the note.
const NOTE: &str = "wals/cnpg-archive-owner";

/// Makes sure that the archive is ours, and says so in it.
///
/// # Errors
/// When there is WAL of another cluster, or the store does not answer.
pub(super) async fn claim(store: &Store, identity: &str, trusted: bool) -> Result<(), WalError> {
    let key = store.location().key(NOTE);
    let empty = wal::expect_empty(store).await;
    let note = match store.get(&key).await {
        Ok(note) => Some(note),
        Err(error) if error.kind() == Kind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    let ours = note.as_ref().map(|note| note.trim_ascii() == identity.as_bytes());
    match (empty, ours) {
        (Ok(()) | Err(WalError::NotEmpty { .. }), Some(true)) => Ok(()),
        // There was a cluster here, and its WAL has been removed.
        (Ok(()), Some(false)) => Ok(store.put(&key, Bytes::from(identity.to_owned())).await?),
        (Ok(()), None) => match store.put_new(&key, Bytes::from(identity.to_owned())).await? {
            Put::Written => Ok(()),
            // Another cluster began at the same moment, or our own answer was lost.
            Put::Exists if store.get(&key).await?.trim_ascii() == identity.as_bytes() => Ok(()),
            Put::Exists => Err(WalError::NotEmpty { key }),
        },
        // It was archived to before there were notes.
        (Err(WalError::NotEmpty { .. }), None) if trusted => Ok(()),
        (Err(error), _) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use objectstore::Location;

    use super::*;

    #[tokio::test]
    async fn an_archive_has_one_owner() {
        let location = Location::parse("s3://b", "s").unwrap();
        let store = Store::in_memory(&location);
        claim(&store, "one", false).await.expect("empty");
        claim(&store, "one", false).await.expect("its own");
        let segment = location.key("wals/0000000100000000/000000010000000000000001.gz");
        store.put(&segment, Bytes::from("x")).await.unwrap();
        claim(&store, "one", false).await.expect("its own, with WAL");
        let other = claim(&store, "two", false).await.expect_err("of another");
        assert!(matches!(other, WalError::NotEmpty { .. }), "{other}");
        let other = claim(&store, "two", true).await.expect_err("of another, by its note");
        assert!(matches!(other, WalError::NotEmpty { .. }), "{other}");
        store.delete(std::slice::from_ref(&segment)).await.unwrap();
        claim(&store, "two", false).await.expect("emptied");
        let original = Store::in_memory(&location);
        original.put(&segment, Bytes::from("x")).await.unwrap();
        claim(&original, "one", false).await.expect_err("nobody knows whose");
        claim(&original, "one", true).await.expect("archiving works already");
    }
}
