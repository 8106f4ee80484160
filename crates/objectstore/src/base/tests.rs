use std::path::{Path, PathBuf};

use bytes::Bytes;
use jiff::Timestamp;

use super::*;
use crate::catalog;
use crate::catalog::tests::recorded_store;
use crate::codec::Codec;
use crate::info::{Info, Point, Status, Tablespace};
use crate::location::Location;
use crate::store::Store;

fn store() -> Store {
    Store::in_memory(&Location::parse("s3://b/p", "s").expect("a location"))
}

fn put(root: &Path, name: &str, content: &[u8]) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(path, content).expect("written");
}

/// Something like a data directory, and a tablespace of it.
fn server(root: &Path) -> Source {
    let (data, space) = (root.join("data"), root.join("space"));
    put(&data, "PG_VERSION", b"17\n");
    put(&data, "global/pg_control", &[7; 8192]);
    put(&data, "postmaster.pid", b"1");
    put(&data, "pg_wal/000000010000000000000001", b"wal");
    for relation in 0..40_u32 {
        let content: Vec<u8> = (0..relation * 700).map(|n| (n * relation % 251) as u8).collect();
        put(&data, &format!("base/5/{relation}"), &content);
    }
    let long = format!("dumps/{}/{}", "d".repeat(90), "f".repeat(60));
    put(&data, &long, b"long");
    put(&space, "PG_17_202406281/5/16405", &[1; 40960]);
    put(&space, "PG_16_202307071/5/1", b"of another version");
    std::fs::create_dir_all(data.join("pg_tblspc")).expect("made");
    std::os::unix::fs::symlink(&space, data.join("pg_tblspc/16386")).expect("linked");
    put(root, "elsewhere/pg_hba.conf", b"hba");
    let location = space.to_str().expect("a path").to_owned();
    Source {
        data_directory: data,
        major: 17,
        tablespaces: vec![Tablespace { name: "t".to_owned(), oid: 16386, location }],
        configuration: vec![root.join("elsewhere/pg_hba.conf"), root.join("data/postgresql.conf")],
    }
}

const ID: &str = "20260101T000000";

fn info(source: &Source, to: &Path) -> Info {
    let time = Some(Timestamp::UNIX_EPOCH);
    let mut tablespaces = source.tablespaces.clone();
    for space in &mut tablespaces {
        space.location = to.join("space").to_str().expect("a path").to_owned();
    }
    Info {
        id: ID.to_owned(),
        status: Status::Done,
        begin: Point { time, ..Point::default() },
        end: Point { time, ..Point::default() },
        tablespaces,
        ..Info::default()
    }
}

fn into(folder: &Path) -> RestoreOptions {
    RestoreOptions { data_directory: folder.join("data"), jobs: 2 }
}

fn files(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path: PathBuf = entry.expect("an entry").path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if path.is_file() {
                let name = path.strip_prefix(root).expect("below").to_str().expect("a name");
                found.push((name.to_owned(), std::fs::read(&path).expect("read")));
            }
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn what_is_written_is_restored() {
    let root = tempfile::tempdir().expect("a folder");
    let source = server(root.path());
    for (codec, jobs, max_archive_size) in [
        (Codec::None, 1, 1 << 30),
        (Codec::Gzip, 3, 1 << 30),
        (Codec::Snappy, 2, 1 << 30),
        (Codec::None, 2, 20_000),
    ] {
        let store = store();
        let options = WriteOptions { codec, jobs, max_archive_size, ..WriteOptions::default() };
        let progress = Progress::default();
        let copied = write(&store, ID, &source, &options, &progress).await.expect("copied");
        copied.finish("START WAL LOCATION: 0/1\n").await.expect("finished");
        assert!(progress.plain_bytes() > 500_000 && progress.files() > 40);
        let to = tempfile::tempdir().expect("a folder");
        let info = info(&source, to.path());
        let progress = Progress::default();
        restore(&store, &info, &into(to.path()), &progress).await.expect("restored");
        let mut expected = files(&source.data_directory);
        expected.retain(|(name, _)| name != "postmaster.pid" && !name.starts_with("pg_wal/"));
        expected.push(("backup_label".to_owned(), b"START WAL LOCATION: 0/1\n".to_vec()));
        expected.push(("pg_hba.conf".to_owned(), b"hba".to_vec()));
        expected.sort();
        assert_eq!(files(&to.path().join("data")), expected, "{codec}");
        let space = files(&to.path().join("space"));
        assert_eq!(space, [("PG_17_202406281/5/16405".to_owned(), vec![1; 40960])]);
        let link = std::fs::read_link(to.path().join("data/pg_tblspc/16386")).expect("a link");
        assert_eq!(link, to.path().join("space"));
        assert!(to.path().join("data/pg_wal").is_dir());
        let again = restore(&store, &info, &into(to.path()), &progress).await;
        assert!(matches!(again, Err(RestoreError::NotEmpty(_))), "{again:?}");
        let tars = store.list(&store.location().backup(ID)).await.expect("listed").len();
        assert!((max_archive_size > 1 << 20) || tars > 5, "{tars} tars");
    }
}

#[tokio::test]
async fn a_copy_that_is_dropped_leaves_no_metadata_and_no_last_tar() {
    let root = tempfile::tempdir().expect("a folder");
    let source = server(root.path());
    let store = store();
    let options = WriteOptions { jobs: 1, ..WriteOptions::default() };
    let copied = write(&store, ID, &source, &options, &Progress::default()).await.expect("copied");
    drop(copied);
    let left = store.list(&store.location().backup(ID)).await.expect("listed");
    assert!(left.iter().all(|object| !object.key.contains("data")), "{left:?}");
}

#[tokio::test]
async fn damage_is_found() {
    let root = tempfile::tempdir().expect("a folder");
    let source = server(root.path());
    let store = store();
    let options = WriteOptions { codec: Codec::Gzip, jobs: 1, ..WriteOptions::default() };
    let progress = Progress::default();
    let copied = write(&store, ID, &source, &options, &progress).await.expect("copied");
    copied.finish("label").await.expect("finished");
    let key = format!("{}/data.tar.gz", store.location().backup(ID));
    let whole = store.get(&key).await.expect("read");
    let plain = {
        let mut out = Vec::new();
        let mut decoder = Codec::Gzip.decoder(&whole[..]).expect("a decoder");
        std::io::Read::read_to_end(&mut decoder, &mut out).expect("unpacked");
        out
    };
    let cut_tar = {
        let mut encoder = Codec::Gzip.encoder(Vec::new(), None).expect("an encoder");
        std::io::Write::write_all(&mut encoder, &plain[..plain.len() - 1024]).expect("packed");
        encoder.finish().expect("finished")
    };
    let mut flipped = whole.to_vec();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    for (name, bytes) in [
        ("cut off", whole.slice(..whole.len() - 9)),
        ("cut in half", whole.slice(..whole.len() / 2)),
        ("flipped", Bytes::from(flipped)),
        ("a tar without an end", Bytes::from(cut_tar)),
        ("no tar", Bytes::from("nonsense")),
    ] {
        store.put(&key, bytes).await.expect("put");
        let to = tempfile::tempdir().expect("a folder");
        let restored =
            restore(&store, &info(&source, to.path()), &into(to.path()), &progress).await;
        assert!(matches!(restored, Err(RestoreError::Extract { .. })), "{name}: {restored:?}");
    }
    store.delete(&[key]).await.expect("deleted");
    let to = tempfile::tempdir().expect("a folder");
    let restored = restore(&store, &info(&source, to.path()), &into(to.path()), &progress).await;
    assert!(matches!(restored, Err(RestoreError::Parts(_))), "{restored:?}");
    let mut failed = info(&source, to.path());
    failed.status = Status::Failed;
    let restored = restore(&store, &failed, &into(to.path()), &progress).await;
    assert!(matches!(restored, Err(RestoreError::Unfinished(_))), "{restored:?}");
}

#[tokio::test]
async fn the_originals_backups_are_extracted() {
    for (server, relation) in [("src", "16405"), ("d-bzip2", "16405")] {
        let Some(store) = recorded_store(server).await else { return };
        let to = tempfile::tempdir().expect("a folder");
        let mut info = catalog::read(&store).await.expect("read").backups.remove(0);
        info.tablespaces[0].location = to.path().join("space").to_str().expect("a path").to_owned();
        let progress = Progress::default();
        restore(&store, &info, &into(to.path()), &progress).await.expect("restored");
        let label = std::fs::read_to_string(to.path().join("data/backup_label")).expect("read");
        assert_eq!(Some(label), info.label, "{server}");
        let space = files(&to.path().join("space"));
        assert!(space.iter().any(|(name, _)| name.ends_with(relation)), "{server}");
        assert!(progress.plain_bytes() > 20_000_000, "{server}");
    }
}

#[tokio::test]
async fn an_archive_that_leads_elsewhere_is_refused() {
    let root = tempfile::tempdir().expect("a folder");
    let outside = root.path().join("outside");
    std::fs::create_dir(&outside).expect("made");
    let file = |tar: &mut tar::Builder<Vec<u8>>, name: &str| {
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        header.set_mode(0o600);
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, &b"x"[..]).expect("added");
    };
    let link = |tar: &mut tar::Builder<Vec<u8>>, name: &str| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        tar.append_link(&mut header, name, &outside).expect("added");
    };
    type Make<'a> = &'a dyn Fn(&mut tar::Builder<Vec<u8>>);
    let cases: [(&str, Make<'_>); 4] = [
        ("upwards", &|tar| file(tar, "../outside/x")),
        ("absolute", &|tar| file(tar, "/tmp/../tmp/x")),
        ("by a link", &|tar| {
            link(tar, "base");
            file(tar, "base/x");
        }),
        ("onto a link", &|tar| {
            link(tar, "x");
            file(tar, "x");
        }),
    ];
    let source = server(root.path());
    for (name, make) in cases {
        let store = store();
        let mut tar = tar::Builder::new(Vec::new());
        make(&mut tar);
        let bytes = Bytes::from(tar.into_inner().expect("ended"));
        let folder = store.location().backup(ID);
        store.put(&format!("{folder}/data.tar"), bytes.clone()).await.expect("put");
        store.put(&format!("{folder}/16386.tar"), bytes).await.expect("put");
        let to = tempfile::tempdir_in(root.path()).expect("a folder");
        let (info, progress) = (info(&source, to.path()), Progress::default());
        let restored = restore(&store, &info, &into(to.path()), &progress).await;
        assert!(matches!(restored, Err(RestoreError::Extract { .. })), "{name}: {restored:?}");
        assert_eq!(std::fs::read_dir(&outside).expect("there").count(), 0, "{name}");
    }
}
