//! Base backups and restores by processes that are killed, over a store that fails.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use jiff::Timestamp;
use objectstore::base::{self, Progress, RestoreOptions, Source, WriteOptions, unfinished};
use objectstore::info::{Info, Point, Status, Tablespace};
use objectstore::{Codec, Store, catalog};
use serde_json::{Value, json};
use testkit::dice::Dice;
use testkit::s3::faults::{Fault, Proxy, first_seed};
use testkit::until::until;
use testkit::victim::{self, Victim};

use crate::ground::{impatient, noise, open, server};

/// How often somebody is killed, or fails.
const TIMES: u64 = 100;

/// The rest is for a store that keeps silent about a part of many megabytes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Requests of a backup, and of a restore, about.
const BACKUP: u64 = 24;
const RESTORE: u64 = 8;

/// What one of them may hold in memory, unoptimised.
const MEMORY: u64 = 256 << 20;

const SERVER: &str = "killed";
const LABEL: &str = "START WAL LOCATION: 0/2000028 (file 000000010000000000000002)\n";

/// Silence over large parts takes longer than a test has.
const FAULTS: [Fault; 12] = [
    Fault::Error500,
    Fault::Error503,
    Fault::SlowDown,
    Fault::SlowRequest,
    Fault::SlowAnswer,
    Fault::Truncated,
    Fault::ResetBefore,
    Fault::ResetDuring,
    Fault::ResetAfter,
    Fault::AnswerLost,
    Fault::WrongEtag,
    Fault::NoEtag,
];

/// The process that is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn victim() -> Result<()> {
    let Some(task) = victim::task() else { return Ok(()) };
    let word = |name: &str| task[name].as_str().map(str::to_owned).context("a word");
    let store = open(&word("endpoint")?, SERVER, impatient);
    let (id, folder) = (word("id")?, PathBuf::from(word("folder")?));
    match word("do")?.as_str() {
        "backup" => back_up(&store, &id, &folder).await?,
        "restore" => restore(&store, &id, &folder).await?,
        other => bail!("{other} is nothing to do"),
    }
    Ok(())
}

fn source(folder: &Path) -> Result<Source> {
    let space = folder.join("space").to_str().context("a path")?.to_owned();
    Ok(Source {
        data_directory: folder.join("data"),
        major: 15,
        tablespaces: vec![Tablespace { name: "t".to_owned(), oid: 16386, location: space }],
        configuration: Vec::new(),
    })
}

/// As an instance does it: the mark, the archives, the label, the metadata.
async fn back_up(store: &Store, id: &str, folder: &Path) -> Result<()> {
    let source = source(folder)?;
    unfinished::begin(store, id, "victim").await?;
    let options = WriteOptions { codec: Codec::Snappy, ..WriteOptions::default() };
    let progress = Progress::default();
    let copied = base::write(store, id, &source, &options, &progress).await?;
    copied.finish(LABEL).await?;
    let now = Point { time: Some(Timestamp::UNIX_EPOCH), ..Point::default() };
    let info = Info {
        id: id.to_owned(),
        status: Status::Done,
        begin: now.clone(),
        end: now,
        tablespaces: source.tablespaces,
        ..Info::default()
    };
    store.put(&store.location().info(id), info.write().into()).await?;
    unfinished::end(store, id).await?;
    Ok(())
}

async fn restore(store: &Store, id: &str, to: &Path) -> Result<()> {
    let mut info = catalog::read_info(store, id).await?.map_err(anyhow::Error::msg)?;
    for space in &mut info.tablespaces {
        space.location = to.join("space").to_str().context("a path")?.to_owned();
    }
    let options = RestoreOptions { data_directory: to.join("data"), jobs: 2 };
    Ok(base::restore(store, &info, &options, &Progress::default()).await?)
}

/// The data directory of a real server that was shut down, somewhat larger, and a tablespace.
fn data(folder: &Path) -> Result<()> {
    let home = testkit::postgres_server::PostgresHome::new()?;
    let made = home.initdb("data", &[])?;
    let copied = std::process::Command::new("cp").arg("-a").arg(made).arg(folder).status()?;
    ensure!(copied.success(), "cp: {copied}");
    let data = folder.join("data");
    // They are the same three times.
    for database in ["base/1", "base/4"] {
        std::fs::remove_dir_all(data.join(database))?;
    }
    for (name, length) in [("16384", 6 << 20), ("16385", 100), ("16386", 0)] {
        std::fs::write(data.join("base/5").join(name), noise(length, 3))?;
    }
    let space = folder.join("space/PG_15_202209061/5");
    std::fs::create_dir_all(&space)?;
    std::fs::write(space.join("16405"), noise(2 << 20, 9))?;
    Ok(())
}

/// What servers make anew.
const LEFT_OUT: [&str; 3] = ["data/pg_wal", "data/pg_notify", "data/pg_subtrans"];

/// All files below a folder with what is in them, but for what no backup has.
fn files(root: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let (mut found, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.strip_prefix(root)?.to_owned();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if path.is_file() && !LEFT_OUT.iter().any(|folder| name.starts_with(folder)) {
                found.push((name, std::fs::read(&path)?));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn task(what: &str, proxy: &Proxy, id: &str, folder: &Path) -> Value {
    json!({"do": what, "endpoint": proxy.endpoint(), "id": id, "folder": folder})
}

/// Starts one and kills it at one of so many requests, or lets it come to its end. Whether it was
/// well.
async fn run(dice: &mut Dice, proxy: &Proxy, requests: u64, task: Value) -> Result<bool> {
    let moment = usize::try_from(dice.below(requests))?;
    let spared = dice.below(6) == 0;
    let mut victim = Victim::start(&victim::program()?, "killed::victim", &task, None)?;
    until("at its moment", PATIENCE, async || {
        let there = proxy.requests() > moment || victim.has_ended()?;
        ensure!(there, "{} of {moment} requests", proxy.requests());
        Ok(())
    })
    .await?;
    let peak = victim.peak().unwrap_or(0);
    ensure!(peak < MEMORY, "{} MB", peak >> 20);
    let patience = if spared { PATIENCE } else { Duration::ZERO };
    let ended = tokio::task::spawn_blocking(move || victim.end(patience)).await??;
    ensure!(ended.is_some() || !spared, "it did not come to its end within {PATIENCE:?}");
    Ok(ended.is_some_and(|(status, _)| status.success()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_whole_or_none_and_a_restore_right_or_failed() -> Result<()> {
    let server = server().await?;
    let direct = open(&server.endpoint(), SERVER, |_| {});
    direct.ensure_bucket().await?;
    let home = tempfile::tempdir()?;
    data(home.path())?;
    let mut expected = files(home.path())?;
    expected.push(("data/backup_label".into(), LABEL.as_bytes().to_vec()));
    expected.sort();

    let (mut said, mut found) = (0, 0);
    let first = first_seed();
    for seed in first..first + TIMES / 2 {
        let proxy = Proxy::start(server.address(), seed).await?;
        proxy.plan(seed % 3 * 8, &FAULTS);
        let id = format!("20260101T{seed:06}");
        let well = {
            let task = task("backup", &proxy, &id, home.path());
            run(&mut Dice::new(seed), &proxy, BACKUP, task).await?
        };
        let complete = catalog::read(&direct).await?.by_id(&id).is_some_and(Info::is_done);
        ensure!(complete || !well, "seed {seed}: it was reported, and is not there");
        (said, found) = (said + usize::from(well), found + usize::from(complete));
        if complete {
            let to = tempfile::tempdir()?;
            restore(&direct, &id, to.path()).await.with_context(|| format!("seed {seed}"))?;
            ensure!(files(to.path())? == expected, "seed {seed}: {id} is not what was copied");
        }
    }
    // Nobody is at any of them: what was broken off goes, and nothing else.
    let torn = unfinished::clear(&direct).await?;
    let base = direct.location().base();
    let listed = direct.list(&base).await?;
    let id = |key: &str| key.strip_prefix(&base)?.split('/').nth(1).map(str::to_owned);
    let left: BTreeSet<String> = listed.iter().filter_map(|object| id(&object.key)).collect();
    let done: BTreeSet<_> = catalog::read(&direct).await?.done().map(|it| it.id.clone()).collect();
    ensure!(left == done && done.len() == found, "{left:?} are left of {done:?}");
    ensure!(found >= 5 && torn.len() >= 5, "{said} reported, {found} there, {} torn", torn.len());
    ensure!(direct.abort_uploads(&base).await? == 0, "uploads are left");

    let id = done.last().context("one is complete")?;
    let (mut right, mut failed) = (0, 0);
    for seed in first + TIMES / 2..first + TIMES {
        let proxy = Proxy::start(server.address(), seed).await?;
        proxy.plan(seed % 3 * 8, &FAULTS);
        let to = tempfile::tempdir()?;
        let well = {
            let task = task("restore", &proxy, id, to.path());
            run(&mut Dice::new(seed), &proxy, RESTORE, task).await?
        };
        if well {
            ensure!(files(to.path())? == expected, "seed {seed}: it is not what was copied");
        }
        (right, failed) = (right + usize::from(well), failed + usize::from(!well));
    }
    ensure!(right >= 5 && failed >= 5, "{right} right, {failed} failed");
    Ok(())
}
