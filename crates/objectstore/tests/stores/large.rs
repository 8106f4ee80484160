//! Files as large as they come: segments of 64 and 128 MiB, and a relation that is full of holes.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::{Result, ensure};
use objectstore::base::{self, Progress, RestoreOptions, Source, WriteOptions};
use objectstore::info::{Info, Point, Status};
use objectstore::wal::{self, KeepOptions, Kept, Places};
use objectstore::{Codec, Store};
use postgres::wal_name::WalName;
use testkit::s3::faults::{Fault, Proxy};

use crate::ground::{impatient, noise, open, server};

const GIGABYTE: u64 = 1 << 30;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_files_come_back_the_same() -> Result<()> {
    let server = server().await?;
    open(&server.endpoint(), "large", |_| {}).ensure_bucket().await?;
    let proxy = Proxy::start(server.address(), 1).await?;
    let store = open(&proxy.endpoint(), "large", impatient);
    proxy.plan(20, &[Fault::Error500, Fault::AnswerLost, Fault::Truncated, Fault::ResetDuring]);
    segments(&store).await?;
    proxy.heal();
    holes(&store).await
}

/// Half noise, half zeros, as a segment that was switched early.
async fn segments(store: &Store) -> Result<()> {
    let folder = tempfile::tempdir()?;
    for (number, codec, megabytes) in
        [(1, Codec::Lz4, 64), (2, Codec::None, 64), (3, Codec::None, 128)]
    {
        let name: WalName = format!("0000000100000000{number:08X}").parse()?;
        let size = megabytes << 20;
        let (file, back) = (folder.path().join("file"), folder.path().join("back"));
        let mut content = noise(1 << 20, number).repeat(megabytes / 2);
        content.iter_mut().step_by(1 << 20).zip(0_u8..).for_each(|(byte, at)| *byte = at);
        content.resize(size, 0);
        std::fs::write(&file, &content)?;
        let options = KeepOptions { codec, level: None };
        let kept = wal::keep(store, name, &file, options).await?;
        ensure!(matches!(kept, Kept::New { .. } | Kept::Same), "{codec} {megabytes}: {kept:?}");
        ensure!(wal::keep(store, name, &file, options).await? == Kept::Same, "{codec} {megabytes}");
        let found = Places::new(store.clone(), codec).fetch(name, &back, Some(size as u32)).await?;
        ensure!(found.size == size as u64 && std::fs::read(&back)? == content, "{found:?}");
    }
    let left = store.abort_uploads(&store.location().wals()).await?;
    ensure!(left == 0, "{left} uploads are left");
    Ok(())
}

/// A word at the beginning, in the middle and at the end of a gigabyte of nothing.
async fn holes(store: &Store) -> Result<()> {
    let words = [(0, "begin"), (GIGABYTE / 2, "middle"), (GIGABYTE - 3, "end")];
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    std::fs::create_dir_all(data.join("base/5"))?;
    std::fs::create_dir_all(data.join("global"))?;
    std::fs::write(data.join("PG_VERSION"), "15\n")?;
    std::fs::write(data.join("global/pg_control"), noise(8192, 1))?;
    let mut relation = File::create(data.join("base/5/16384"))?;
    for (at, word) in words {
        relation.seek(SeekFrom::Start(at))?;
        relation.write_all(word.as_bytes())?;
    }
    drop(relation);
    let source = Source {
        data_directory: data,
        major: 15,
        tablespaces: Vec::new(),
        configuration: Vec::new(),
    };
    let (id, progress) = ("20260101T000000", Progress::default());
    let options = WriteOptions { codec: Codec::Snappy, ..WriteOptions::default() };
    let copied = base::write(store, id, &source, &options, &progress).await?;
    copied.finish("label").await?;
    let now = Point { time: Some(jiff::Timestamp::UNIX_EPOCH), ..Point::default() };
    let info = Info {
        id: id.to_owned(),
        status: Status::Done,
        begin: now.clone(),
        end: now,
        ..Info::default()
    };
    let to = folder.path().join("to");
    let options = RestoreOptions { data_directory: to.clone(), jobs: 2 };
    base::restore(store, &info, &options, &Progress::default()).await?;
    let path = to.join("base/5/16384");
    let metadata = std::fs::metadata(&path)?;
    ensure!(metadata.len() == GIGABYTE, "{} bytes", metadata.len());
    let taken = metadata.blocks() * 512;
    ensure!(taken < GIGABYTE / 16, "{taken} bytes on the volume for nothing");
    is_nothing_but(&path, &words)
}

fn is_nothing_but(path: &Path, words: &[(u64, &str)]) -> Result<()> {
    let (mut file, mut block, mut at) = (File::open(path)?, vec![0; 1 << 20], 0);
    let zeros = vec![0_u8; block.len()];
    while at < GIGABYTE {
        file.read_exact(&mut block)?;
        for (place, word) in words {
            if (at..at + block.len() as u64).contains(place) {
                let begin = usize::try_from(place - at)?;
                let part = &mut block[begin..begin + word.len()];
                ensure!(part == word.as_bytes(), "{word} is missing at {place}");
                part.fill(0);
            }
        }
        ensure!(block == zeros, "there is something at {at}");
        at += block.len() as u64;
    }
    Ok(())
}
