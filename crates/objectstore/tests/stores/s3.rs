//! What a store promises, over SeaweedFS.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use objectstore::settings::Timeouts;
use objectstore::store::Put;
use objectstore::wal::{self, KeepOptions, Kept, Places, WalError};
use objectstore::{Codec, Credentials, Keys, Kind, Location, Settings, Store};
use postgres::wal_name::WalName;
use testkit::rig::s3::{ACCESS_KEY, SECRET_KEY};
use testkit::rig::slot;
use testkit::s3::Server;

use crate::faults::Proxy;

async fn server() -> Result<Server> {
    let _ = rustls::crypto::ring::default_provider().install_default(); // by any other test
    Server::start(&slot::cache()?).await
}

fn open(endpoint: &str, server: &str, change: impl FnOnce(&mut Settings)) -> Store {
    let location = Location::parse("s3://bucket/some/path/", server).expect("a location");
    let mut settings = Settings {
        endpoint: Some(endpoint.to_owned()),
        credentials: Credentials::Keys(Keys {
            id: ACCESS_KEY.to_owned(),
            secret: SECRET_KEY.to_owned().into(),
            session_token: None,
        }),
        timeouts: Timeouts { retry: Duration::from_secs(30), ..Timeouts::default() },
        tags: BTreeMap::from([("team".to_owned(), "db & co".to_owned())]),
        ..Settings::default()
    };
    change(&mut settings);
    Store::open(&settings, &location).expect("opened")
}

fn noise(length: usize, mut seed: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        bytes.extend_from_slice(&seed.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// One server for all, so that it is started once.
#[tokio::test]
async fn a_store_keeps_its_promises() -> Result<()> {
    let server = server().await?;
    objects(&server).await.context("objects")?;
    denied(&server).await.context("denied")?;
    faults(&server).await.context("faults")?;
    Ok(())
}

async fn objects(server: &Server) -> Result<()> {
    let store = open(&server.endpoint(), "one", |_| {});
    let absent = store.get("x").await.expect_err("there is no bucket");
    assert!(matches!(absent.kind(), Kind::NoBucket | Kind::NotFound), "{absent}");
    store.ensure_bucket().await?;
    store.ensure_bucket().await?;
    wal::expect_empty(&store).await?;

    let key = store.location().key("wals/a b+c");
    assert_eq!(store.put_new(&key, Bytes::from("first")).await?, Put::Written);
    assert_eq!(store.put_new(&key, Bytes::from("second")).await?, Put::Exists);
    assert_eq!(store.get(&key).await?, Bytes::from("first"));
    store.put(&key, Bytes::from("third")).await?;
    assert_eq!((store.size(&key).await?, store.get_range(&key, 1..3).await?), (5, "hi".into()));
    let content = noise(12 << 20, 1);
    let large = store.location().key("base/20260101T000000/data.tar");
    let mut upload = store.upload(&large, 5 << 20, 2)?;
    for piece in content.chunks(1_000_003) {
        upload.write(piece).await?;
    }
    assert_eq!(upload.finish().await?, 12 << 20);
    let mut reader = store.read(&large, 3).await?;
    let mut read = Vec::new();
    while let Some(bytes) = reader.next().await? {
        read.extend_from_slice(&bytes);
    }
    assert!(read == content, "{} bytes", read.len());
    let mut broken = store.upload(&store.location().key("base/broken.tar"), 5 << 20, 2)?;
    broken.write(&content).await?;
    broken.give_up().await;
    let listed = store.list(&store.location().base()).await?;
    assert_eq!(listed.iter().map(|o| o.key.as_str()).collect::<Vec<_>>(), [large.as_str()]);
    assert_eq!(store.folders(&store.location().base()).await?, ["20260101T000000"]);

    let keys: Vec<String> =
        (0..30).map(|n| store.location().key(&format!("wals/f/{n:02}"))).collect();
    for key in &keys {
        store.put(key, Bytes::from("x")).await?;
    }
    let named = store.list_named(&store.location().key("wals/f"), "1").await?;
    assert_eq!(named.len(), 10);
    store.delete(&keys).await?;
    store.delete(&keys).await?;
    assert_eq!(store.list(&store.location().key("wals/f")).await?.len(), 0);
    Ok(())
}

async fn denied(server: &Server) -> Result<()> {
    let wrong = open(&server.endpoint(), "one", |settings| {
        settings.credentials = Credentials::Keys(Keys {
            id: ACCESS_KEY.to_owned(),
            secret: "wrong".to_owned().into(),
            session_token: None,
        });
    });
    let error = wrong.get("x").await.expect_err("a wrong key");
    assert_eq!(error.kind(), Kind::Denied, "{error}");
    assert!(error.to_string().contains(&server.endpoint()), "{error}");
    let away = open("http://127.0.0.1:9", "one", |settings| {
        settings.timeouts.retry = Duration::from_millis(300);
    });
    let error = away.get("x").await.expect_err("nobody there");
    assert_eq!(error.kind(), Kind::Unreachable, "{error}");
    Ok(())
}

/// Whatever goes wrong: what is acknowledged is there, whole and once.
async fn faults(server: &Server) -> Result<()> {
    let direct = open(&server.endpoint(), "faults", |_| {});
    let folder = tempfile::tempdir()?;
    for seed in [7, 77, 777] {
        let proxy = Proxy::start(server.address(), 30, seed).await?;
        let store = open(&proxy.endpoint(), "faults", |_| {});
        let places = Places::new(store.clone(), Codec::Lz4);
        for number in 0..20_u32 {
            let name: WalName = format!("{seed:08X}00000000{number:08X}").parse()?;
            let (file, back) = (folder.path().join("file"), folder.path().join("back"));
            std::fs::write(&file, noise(300_000, number))?;
            let options = KeepOptions { codec: Codec::Lz4, level: None };
            let kept = wal::keep(&store, name, &file, options).await?;
            // The same, when the first answer was lost.
            assert!(matches!(kept, Kept::New { .. } | Kept::Same), "{kept:?}");
            std::fs::write(&file, noise(300_000, number + 1))?;
            let other = wal::keep(&store, name, &file, options).await;
            assert!(matches!(other, Err(WalError::Differs { .. })), "{other:?}");
            places.fetch(name, &back, None).await?;
            assert!(std::fs::read(&back)? == noise(300_000, number), "{name}");
        }
        let content = noise(16 << 20, 3);
        let key = store.location().key(&format!("base/{seed}.tar"));
        let mut upload = store.upload(&key, 5 << 20, 2)?;
        upload.write(&content).await?;
        upload.finish().await?;
        assert!(proxy.faults() > 10, "{} faults", proxy.faults());
        proxy.set_percent(0);
        assert!(direct.get(&key).await? == content);
    }
    Ok(())
}
