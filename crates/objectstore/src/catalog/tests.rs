use std::io::Write as _;
use std::path::PathBuf;

use bytes::Bytes;

use super::*;
use crate::location::Location;

/// The archive that the original wrote, where it is at hand.
pub(crate) fn recorded() -> Option<PathBuf> {
    let shared = std::env::var_os("CNPG_SHARED")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    let folder = shared.join("compat/objectstore");
    if folder.is_dir() {
        return Some(folder);
    }
    // Written past the capture of the test runner, so that it is seen.
    let _ = writeln!(std::io::stderr(), "left out: no recordings at {}", folder.display());
    None
}

/// The recorded archive of the cluster `src`, in a store.
pub(crate) async fn recorded_store(server: &str) -> Option<Store> {
    let folder = recorded()?.join(server);
    let location = Location::parse("s3://bucket/path", server).expect("a location");
    let store = Store::in_memory(&location);
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let rest = path.strip_prefix(&folder).expect("below").to_str().expect("a name");
            let body = Bytes::from(std::fs::read(&path).expect("a file"));
            store.put(&location.key(rest), body).await.expect("put");
        }
    }
    Some(store)
}

#[tokio::test]
async fn the_originals_archive_is_read() {
    let Some(store) = recorded_store("src").await else { return };
    let catalog = read(&store).await.expect("read");
    assert_eq!(catalog.unreadable, []);
    let ids: Vec<_> = catalog.done().map(|backup| backup.id.as_str()).collect();
    assert_eq!(ids, ["20261121T070134"]);
    let first = catalog.first_recoverability_point().expect("one").to_string();
    assert_eq!(first, "2026-11-21T07:01:37.992806Z");
    assert_eq!(catalog.last_backup(), catalog.first_recoverability_point());
    let ids = ["20261121T070134".to_owned()];
    assert_eq!(keeps(&store, &ids).await.expect("asked"), []);
    store.put(&store.location().keep(&ids[0]), Bytes::from("standalone")).await.expect("put");
    let kept = keeps(&store, &ids).await.expect("asked");
    assert_eq!(kept, [(ids[0].clone(), Keep::Standalone)]);
}

#[tokio::test]
async fn what_makes_no_sense_is_told_apart_from_what_is_not_there() {
    let location = Location::parse("s3://bucket", "s").expect("a location");
    let store = Store::in_memory(&location);
    for (key, body) in [
        ("base/20260101T000000/data.tar", "begun"),
        ("base/20260102T000000/backup.info", "what"),
        ("base/20260103T000000/backup.info", "status=FAILED"),
        ("base/notes/backup.info", "status=DONE"),
    ] {
        store.put(&location.key(key), Bytes::from(body)).await.expect("put");
    }
    let catalog = read(&store).await.expect("read");
    assert_eq!(catalog.unreadable.len(), 1);
    assert_eq!(catalog.unreadable[0].id, "20260102T000000");
    assert_eq!(catalog.backups.len(), 1);
    assert_eq!((catalog.done().count(), catalog.last_backup()), (0, None));
}

#[test]
fn ids_are_times() {
    let now: Timestamp = "2026-11-21T07:01:34.9Z".parse().expect("a time");
    assert_eq!(backup_id(now), "20261121T070134");
    assert!(is_backup_id(&backup_id(now)));
    for name in ["", "20261121070134", "20261121T07013", "2026112TT070134", "20261121T0701340"] {
        assert!(!is_backup_id(name), "{name}");
    }
}
