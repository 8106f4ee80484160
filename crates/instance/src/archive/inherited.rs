//! What a new primary owes to the archive of its ancestors.
//!
//! A standby marks what it receives as done, although only the primary archives it. If that dies
//! before it has, the last segments of its timeline are in no archive, and PostgreSQL asks nobody
//! for them: recovery over the failover would end there. Who is promoted has them, whole up to
//! where its own timeline begins; so they go with the history that says where that is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use objectstore::wal::{KeepOptions, Kept, WalError, keep};
use objectstore::{Codec, Store};
use postgres::history::History;
use postgres::wal_name::{Segment, SegmentSize, Timeline, WalName};

/// Archives the whole segments of the last ancestor that the archive does not have.
///
/// # Errors
/// When the store does not answer, or has another content under one of the names.
pub(super) async fn archive(
    store: &Store,
    timeline: Timeline,
    history: &Path,
    options: KeepOptions,
) -> Result<usize, WalError> {
    let read = |source| WalError::Read { path: history.to_owned(), source };
    let text = tokio::fs::read_to_string(history).await.map_err(read)?;
    let Some(folder) = history.parent() else { return Ok(0) };
    let Ok(history) = History::parse(timeline, &text) else { return Ok(0) };
    let Some(ancestor) = history.ancestors.last() else { return Ok(0) };
    let mine = whole(folder, ancestor.timeline, |segment, size| {
        segment.start(size).0 + u64::from(size.bytes()) <= ancestor.end.0
    });
    let folders = mine.iter().map(|(name, _)| store.location().wal_folder(*name));
    let folders: BTreeSet<_> = folders.collect();
    let mut known = BTreeSet::new();
    for folder in folders {
        let listed = store.list(&folder).await?.into_iter();
        let names = listed.map(|it| it.key.rsplit('/').next().unwrap_or_default().to_owned());
        known.extend(names.map(|name| Codec::of(&name).0.to_owned()));
    }
    let mut archived = 0;
    for (name, path) in mine {
        if known.contains(&name.to_string()) {
            continue;
        }
        match keep(store, name, &path, options).await? {
            Kept::New { stored } => {
                tracing::info!(file = %name, stored, "archived for the primary before");
                archived += 1;
            }
            Kept::Same | Kept::Replaced { .. } => {}
        }
    }
    Ok(archived)
}

/// The segments of a timeline in a folder that are wanted, oldest first.
fn whole(
    folder: &Path,
    timeline: Timeline,
    wanted: impl Fn(Segment, SegmentSize) -> bool,
) -> Vec<(WalName, PathBuf)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let segments = entries.filter_map(|entry| {
        let name = entry.file_name().to_str()?.parse().ok()?;
        let WalName::Segment(segment) = name else { return None };
        let size = u32::try_from(entry.metadata().ok()?.len()).ok().and_then(SegmentSize::new)?;
        let fits = segment.timeline == timeline && wanted(segment, size);
        fits.then(|| (name, entry.path()))
    });
    let mut segments: Vec<_> = segments.collect();
    segments.sort_by_key(|(name, _)| *name);
    segments
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use objectstore::Location;

    use super::*;

    #[tokio::test]
    async fn what_the_old_primary_did_not_archive_is_archived_by_the_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let name = |timeline: u32, part: u32| format!("{timeline:08X}00000000{part:08X}");
        for (timeline, part) in [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 4)] {
            let content = vec![u8::try_from(part).unwrap(); 1 << 20];
            std::fs::write(folder.path().join(name(timeline, part)), content).unwrap();
        }
        // It ended in the middle of segment 4, which is archived as a partial one.
        let history = folder.path().join("00000002.history");
        std::fs::write(&history, "1\t0/480000\tno recovery target specified\n").unwrap();
        let store = Store::in_memory(&Location::parse("s3://b", "s").unwrap());
        let archived: WalName = name(1, 2).parse().unwrap();
        let key = format!("{}.gz", store.location().wal(archived));
        store.put(&key, Bytes::from("whatever it is packed with")).await.unwrap();

        let options = KeepOptions::default();
        let count = super::archive(&store, Timeline(2), &history, options).await.unwrap();

        assert_eq!(count, 2);
        let listed = store.list(&store.location().wals()).await.unwrap();
        let names: Vec<_> = listed.iter().map(|it| it.key.rsplit('/').next().unwrap()).collect();
        assert_eq!(names, [name(1, 1), format!("{}.gz", name(1, 2)), name(1, 3)]);
        assert_eq!(super::archive(&store, Timeline(2), &history, options).await.unwrap(), 0);
    }
}
