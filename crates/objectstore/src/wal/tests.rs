use bytes::Bytes;
use postgres::wal_name::WalName;

use super::*;
use crate::catalog::tests::recorded_store;
use crate::location::Location;

fn store() -> Store {
    Store::in_memory(&Location::parse("s3://b/p", "s").expect("a location"))
}

fn name(text: &str) -> WalName {
    text.parse().expect("a name")
}

const SEGMENT: &str = "000000010000000000000003";

#[tokio::test]
async fn every_file_of_the_originals_archive_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    for (server, file, size) in [
        ("v-gzip", SEGMENT, 16 << 20),
        ("v-bzip2", SEGMENT, 16 << 20),
        ("v-lz4", SEGMENT, 16 << 20),
        ("v-xz", SEGMENT, 16 << 20),
        ("v-zstd", SEGMENT, 16 << 20),
        ("src", "00000002.history", 41),
        ("src", "000000010000000000000003.00000028.backup", 0),
        ("src", "000000010000000000000006.partial", 16 << 20),
    ] {
        let Some(store) = recorded_store(server).await else { return };
        let to = folder.path().join("file");
        let places = Places::new(store, Codec::Gzip);
        let found = places.fetch(name(file), &to, Some(16 << 20)).await.expect("fetched");
        assert!(size == 0 || found.size == size, "{server} {file}: {}", found.size);
        assert_eq!(std::fs::metadata(&to).expect("there").len(), found.size);
        assert!(!found.partial);
    }
    let Some(store) = recorded_store("src").await else { return };
    let places = Places::new(store.clone(), Codec::None);
    let to = folder.path().join("stand-in");
    let found = places.fetch(name("000000010000000000000006"), &to, None).await.expect("fetched");
    assert!(found.partial, "the unfinished one stands in for the whole");
    let absent = places.fetch(name("000000010000000000000009"), &to, None).await;
    assert!(absent.is_err_and(|error| error.is_not_found()));
    assert!(!places.has(name("00000003.history")).await.expect("asked"));
    let mixed = expect_empty(&store).await.expect_err("not empty").to_string();
    assert!(mixed.contains("Expected empty archive"), "{mixed}");
}

#[tokio::test]
async fn which_object_counts() {
    let to = tempfile::tempdir().expect("a folder");
    let to = to.path().join("file");
    let plain = SEGMENT.to_owned();
    for (row, objects, guess, expected) in [
        ("plain", vec![plain.clone()], Codec::Gzip, Some(plain.clone())),
        (
            "both: the packed one",
            vec![plain.clone(), format!("{SEGMENT}.gz")],
            Codec::None,
            Some(format!("{SEGMENT}.gz")),
        ),
        (
            "two packings",
            vec![format!("{SEGMENT}.zst"), format!("{SEGMENT}.gz")],
            Codec::None,
            Some(format!("{SEGMENT}.gz")),
        ),
        (
            "the whole before the part",
            vec![format!("{SEGMENT}.partial.gz"), plain.clone()],
            Codec::Gzip,
            Some(plain.clone()),
        ),
        ("only a label", vec![format!("{SEGMENT}.00000028.backup.gz")], Codec::Gzip, None),
        ("something else", vec![format!("{SEGMENT}.gz.tmp")], Codec::Gzip, None),
        ("nothing", vec![], Codec::Gzip, None),
    ] {
        let store = store();
        for object in &objects {
            let codec = Codec::of(object).1;
            let mut encoder = codec.encoder(Vec::new(), None).expect("an encoder");
            std::io::Write::write_all(&mut encoder, b"x").expect("packed");
            let body = Bytes::from(encoder.finish().expect("finished"));
            let key = format!("{}/{object}", store.location().wal_folder(name(SEGMENT)));
            store.put(&key, body).await.expect("put");
        }
        let got = Places::new(store, guess).fetch(name(SEGMENT), &to, None).await;
        match (got, expected) {
            (Ok(found), Some(expected)) => {
                assert!(found.key.ends_with(&format!("/{expected}")), "{row}: {}", found.key)
            }
            (Err(error), None) => assert!(error.is_not_found(), "{row}: {error}"),
            (got, _) => panic!("{row}: {got:?}"),
        }
    }
}

#[tokio::test]
async fn a_file_is_never_replaced_by_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    std::fs::write(&one, vec![1; 100_000]).expect("written");
    std::fs::write(&other, vec![2; 100_000]).expect("written");
    let store = store();
    for file in [SEGMENT, "00000002.history", "000000010000000000000003.00000028.backup"] {
        for codec in [Codec::None, Codec::Zstd] {
            let options = KeepOptions { codec, level: None };
            let first = keep(&store, name(file), &one, options).await.expect("kept");
            assert!(matches!(first, Kept::New { .. }), "{file} {codec}: {first:?}");
            let again = keep(&store, name(file), &one, options).await.expect("kept");
            assert_eq!(again, Kept::Same, "{file} {codec}");
            // Packed differently, the content is what counts.
            let harder = KeepOptions { codec, level: Some(19) };
            assert_eq!(keep(&store, name(file), &one, harder).await.expect("kept"), Kept::Same);
            let foreign = keep(&store, name(file), &other, options).await;
            assert!(
                matches!(foreign, Err(WalError::Differs { .. })),
                "{file} {codec}: {foreign:?}"
            );
        }
    }
    let (partial, options) = (name("000000010000000000000004.partial"), KeepOptions::default());
    let _ = keep(&store, partial, &one, options).await.expect("kept");
    let replaced = keep(&store, partial, &other, options).await.expect("kept");
    assert_eq!(replaced, Kept::Replaced { stored: 100_000 });
    let missing = keep(&store, name(SEGMENT), &folder.path().join("no"), options).await;
    assert!(matches!(missing, Err(WalError::Read { .. })));
}

#[tokio::test]
async fn an_archive_is_empty_as_long_as_it_has_no_wal() {
    let store = store();
    expect_empty(&store).await.expect("empty");
    for key in ["wals/README", "wals/0000000100000000/notes.gz", "base/20260101T000000/data.tar"] {
        store.put(&store.location().key(key), Bytes::from("x")).await.expect("put");
    }
    expect_empty(&store).await.expect("still empty");
    let key = store.location().key("wals/0000000100000000/000000010000000000000001.snappy");
    store.put(&key, Bytes::from("x")).await.expect("put");
    assert!(matches!(expect_empty(&store).await, Err(WalError::NotEmpty { .. })));
}

#[tokio::test]
async fn what_is_damaged_or_short_is_not_brought() {
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().join("file");
    let store = store();
    let key = store.location().wal(name(SEGMENT));
    let places = Places::new(store.clone(), Codec::Gzip);
    for (key, body) in [(format!("{key}.gz"), "no gzip"), (key.clone(), "short")] {
        store.put(&key, Bytes::from(body)).await.expect("put");
        let got = places.fetch(name(SEGMENT), &to, Some(16 << 20)).await;
        let fits = matches!(got, Err(WalError::Damaged { .. } | WalError::Size { .. }));
        assert!(fits, "{key}: {got:?}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "{key}");
        store.delete(&[key]).await.expect("deleted");
    }
}
