//! What a store promises, over SeaweedFS.

use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use objectstore::store::Put;
use objectstore::wal::{self, KeepOptions, Kept, Places, WalError};
use objectstore::{Codec, Credentials, Keys, Kind};
use postgres::wal_name::WalName;
use testkit::rig::s3::ACCESS_KEY;
use testkit::s3::Server;
use testkit::s3::faults::{Fault, Proxy, first_seed};

use crate::ground::{impatient, noise, open, server};

/// One server for all, so that it is started once.
#[tokio::test]
async fn a_store_keeps_its_promises() -> Result<()> {
    let server = server().await?;
    objects(&server).await.context("objects")?;
    denied(&server).await.context("denied")?;
    leftovers(&server).await.context("leftovers")?;
    rivals(&server).await.context("rivals")?;
    lost_words(&server).await.context("lost words")?;
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
    for seed in [7, 77, 777].map(|seed| first_seed() + seed) {
        let proxy = Proxy::start(server.address(), seed).await?;
        proxy.plan(30, &Fault::ALL);
        let store = open(&proxy.endpoint(), "faults", impatient);
        let places = Places::new(store.clone(), Codec::Lz4);
        for number in 0..20_u32 {
            let name: WalName = format!("{seed:08X}00000000{number:08X}").parse()?;
            let (file, back) = (folder.path().join("file"), folder.path().join("back"));
            std::fs::write(&file, noise(30_000, number))?;
            let options = KeepOptions { codec: Codec::Lz4, level: None };
            let kept = wal::keep(&store, name, &file, options).await?;
            // The same, when the first answer was lost.
            assert!(matches!(kept, Kept::New { .. } | Kept::Same), "seed {seed}: {kept:?}");
            std::fs::write(&file, noise(30_000, number + 1))?;
            let other = wal::keep(&store, name, &file, options).await;
            assert!(matches!(other, Err(WalError::Differs { .. })), "{other:?}");
            places.fetch(name, &back, None).await?;
            assert!(std::fs::read(&back)? == noise(30_000, number), "seed {seed}: {name}");
        }
        // A store that names another content for a part has lost it, and says so at the end; and
        // for a silence over a large part nobody has the time here.
        let left_out = [Fault::WrongEtag, Fault::Silence];
        let honest: Vec<_> = Fault::ALL.into_iter().filter(|it| !left_out.contains(it)).collect();
        proxy.plan(30, &honest);
        let content = noise(16 << 20, 3);
        let key = store.location().key(&format!("base/{seed}.tar"));
        let mut upload = store.upload(&key, 5 << 20, 2)?;
        upload.write(&content).await?;
        upload.finish().await?;
        assert!(proxy.met().len() > 8, "seed {seed}: {:?}", proxy.met());
        assert!(direct.get(&key).await? == content, "seed {seed}");

        proxy.heal();
        proxy.pick("PUT", "partNumber=2", Fault::WrongEtag);
        let key = store.location().key(&format!("base/{seed}-wrong.tar"));
        let mut upload = store.upload(&key, 5 << 20, 2)?;
        upload.write(&content).await?;
        let wrong = upload.finish().await.expect_err("a part is another");
        assert_eq!(direct.get(&key).await.expect_err("nothing appears").kind(), Kind::NotFound);
        assert!(!wrong.retry(), "{wrong}");
    }
    assert_eq!(direct.abort_uploads(&direct.location().key("base/")).await?, 0, "none is left");
    Ok(())
}

/// Uploads that nobody finished are found and taken back, and no others.
async fn leftovers(server: &Server) -> Result<()> {
    let store = open(&server.endpoint(), "left", |_| {});
    let content = noise(6 << 20, 5);
    for name in ["base/a & b/data.tar", "base/a & b/1_0001.tar", "wals/x"] {
        let mut upload = store.upload(&store.location().key(name), 5 << 20, 1)?;
        upload.write(&content).await?;
        drop(upload);
    }
    let below = store.location().key("base/a & b/");
    assert_eq!(store.abort_uploads(&below).await?, 2);
    assert_eq!(store.abort_uploads(&below).await?, 0);
    assert_eq!(store.abort_uploads(&store.location().key("wals/")).await?, 1);
    Ok(())
}

/// Of two that upload under one name the second is told, and so is who comes later.
async fn rivals(server: &Server) -> Result<()> {
    let proxy = Proxy::start(server.address(), 1).await?;
    let store = open(&proxy.endpoint(), "rivals", |_| {});
    for lost in [None, Some(Fault::AnswerLost), Some(Fault::ResetAfter), Some(Fault::Error503)] {
        let key = store.location().key(&format!("wals/{lost:?}"));
        let begin = async |seed| {
            let content = noise(6 << 20, seed);
            let mut upload = store.upload(&key, 5 << 20, 1)?;
            upload.write(&content).await?;
            anyhow::Ok((upload, content))
        };
        let ((first, ours), (second, _)) = (begin(1).await?, begin(2).await?);
        if let Some(fault) = lost {
            proxy.pick("POST", "uploadId", fault);
        }
        let put = first.finish_new().await?;
        // Our own, whose acknowledgement was lost, or what is there: the caller compares.
        assert!(put == Put::Written || lost.is_some(), "{lost:?}: {put:?}");
        assert_eq!(second.finish_new().await?, Put::Exists, "{lost:?}");
        assert!(store.get(&key).await? == ours, "{lost:?}");
    }
    assert_eq!(store.abort_uploads(&store.location().wals()).await?, 0, "none is left");
    Ok(())
}

/// A history whose first try failed and whose second was done and not acknowledged: it is there, the
/// same is fine, another is refused. Of two that write under one name one is told.
async fn lost_words(server: &Server) -> Result<()> {
    let proxy = Proxy::start(server.address(), 1).await?;
    let store = open(&proxy.endpoint(), "lost", impatient);
    let direct = open(&server.endpoint(), "lost", |_| {});
    let folder = tempfile::tempdir()?;
    let file = |text: &str| -> Result<std::path::PathBuf> {
        let path = folder.path().join(text);
        std::fs::write(&path, text)?;
        Ok(path)
    };
    let (ours, theirs) = (file("1 ours")?, file("1 theirs")?);
    for (number, lost) in [Fault::AnswerLost, Fault::Silence, Fault::ResetAfter, Fault::NoEtag]
        .into_iter()
        .enumerate()
    {
        let name: WalName = format!("{:08X}.history", number + 2).parse()?;
        proxy.pick("PUT", ".history", Fault::Error500);
        proxy.pick("PUT", ".history", Fault::ResetDuring);
        proxy.pick("PUT", ".history", lost);
        let options = KeepOptions { codec: Codec::Gzip, level: None };
        let kept = wal::keep(&store, name, &ours, options).await?;
        assert!(matches!(kept, Kept::New { .. } | Kept::Same), "{lost:?}: {kept:?}");
        assert_eq!(wal::keep(&store, name, &ours, options).await?, Kept::Same, "{lost:?}");
        let other = wal::keep(&store, name, &theirs, options).await;
        assert!(matches!(other, Err(WalError::Differs { .. })), "{lost:?}: {other:?}");
        let back = folder.path().join("back");
        Places::new(direct.clone(), Codec::Gzip).fetch(name, &back, None).await?;
        assert_eq!(std::fs::read_to_string(back)?, "1 ours", "{lost:?}");
    }
    for number in 0..10_u64 {
        let name: WalName = format!("0000000900000000{number:08X}").parse()?;
        let other = Proxy::start(server.address(), number).await?;
        for proxy in [&proxy, &other] {
            proxy.plan(40, &Fault::ALL);
        }
        let second = open(&other.endpoint(), "lost", impatient);
        let options = KeepOptions::default();
        let (one, two) = tokio::join!(
            wal::keep(&store, name, &ours, options),
            wal::keep(&second, name, &theirs, options)
        );
        let back = folder.path().join("back");
        Places::new(direct.clone(), Codec::None).fetch(name, &back, None).await?;
        let expected = match (&one, &two) {
            (Ok(_), Err(WalError::Differs { .. })) => "1 ours",
            (Err(WalError::Differs { .. }), Ok(_)) => "1 theirs",
            both => anyhow::bail!("seed {number}: {both:?}"),
        };
        assert_eq!(std::fs::read_to_string(back)?, expected, "seed {number}");
    }
    Ok(())
}
