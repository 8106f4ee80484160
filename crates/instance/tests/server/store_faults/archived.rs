//! The WAL of a real server under load, archived by a service that is killed.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, ensure};
use testkit::dice::Dice;
use testkit::postgres_server::PostgresHome;
use testkit::s3::faults::{Fault, Proxy, first_seed};
use testkit::until::until;
use testkit::victim::{self, Victim};

use super::*;

const KILLS: usize = 100;

/// When the server starts a new timeline: before these kills.
const FORKS: [usize; 2] = [30, 65];

/// What the service may hold in memory, unoptimised.
const MEMORY: u64 = 256 << 20;

const PATIENCE: Duration = Duration::from_secs(90);

/// A server whose archive command keeps a copy of each file and a list of those that are safe.
struct Origin {
    home: PostgresHome,
    program: PathBuf,
}

impl Origin {
    fn new() -> Result<Self> {
        let home = PostgresHome::new()?;
        let data = home.initdb("data", &["--wal-segsize=1"])?;
        home.directory("run")?;
        home.directory("kept")?;
        home.directory("safe")?;
        // Where the account of the server can reach it.
        let program = home.path("program");
        std::fs::copy(victim::program()?, &program)?;
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
        let origin = Self { home, program };
        let root = origin.root().display().to_string();
        let words = victim::words(VICTIM).join(" ");
        let task = format!(r#"{{"do":"ask","home":"{root}","path":"'"$1"'"}}"#);
        let script = format!(
            "#!/bin/sh\nname=${{1##*/}}\ncp \"$1\" {root}/kept/.new && \
             mv {root}/kept/.new \"{root}/kept/$name\" || exit 1\n\
             {}='{task}' {} {words} >/dev/null 2>&1 || exit 1\n: > \"{root}/safe/$name\"\n",
            victim::TASK,
            origin.program.display(),
        );
        let command = origin.home.path("archive.sh");
        std::fs::write(&command, script)?;
        std::fs::set_permissions(&command, std::fs::Permissions::from_mode(0o755))?;
        let mut settings = std::fs::read_to_string(data.join("postgresql.conf"))?;
        settings.push_str(&format!(
            "archive_mode = on\narchive_command = '{} %p'\nrestore_command = 'false'\n",
            command.display()
        ));
        std::fs::write(data.join("postgresql.conf"), settings)?;
        origin.mark(".check-empty-wal-archive")?;
        origin.control(&["start"])?;
        Ok(origin)
    }

    fn root(&self) -> PathBuf {
        self.home.path("").components().collect()
    }

    /// An empty file in the data directory, of the server's account.
    fn mark(&self, name: &str) -> Result<()> {
        let path = self.home.path("data").join(name);
        std::fs::write(&path, "")?;
        if let Some((user, group)) = self.home.account() {
            std::os::unix::fs::chown(path, Some(user), Some(group))?;
        }
        Ok(())
    }

    fn control(&self, words: &[&str]) -> Result<()> {
        let mut command = self.home.command("pg_ctl");
        let options = format!("-k {}", self.home.path("run").display());
        command.args(words).args(["-w", "-t", "90", "-o", &options, "-l"]);
        command.arg(self.home.path("run/log")).arg("-D").arg(self.home.path("data"));
        let status = command.stdout(Stdio::null()).status()?;
        let log = || std::fs::read_to_string(self.home.path("run/log")).unwrap_or_default();
        ensure!(status.success(), "pg_ctl {words:?}: {status}: {}", log());
        Ok(())
    }

    fn sql(&self, statements: &[&str]) -> Command {
        let mut psql = self.home.command("psql");
        psql.args(["-XAtqU", "postgres", "-v", "ON_ERROR_STOP=1", "-h"]);
        psql.arg(self.home.path("run")).stdout(Stdio::null()).stderr(Stdio::null());
        for statement in statements {
            psql.args(["-c", statement]);
        }
        psql
    }

    /// Ends the timeline, as a failover does.
    fn fork(&self) -> Result<()> {
        self.control(&["stop", "-m", "fast"])?;
        self.mark("recovery.signal")?;
        self.control(&["start"])
    }

    fn start(&self, proxy: &Proxy) -> Result<Victim> {
        let task = task("archive", &self.root(), &proxy.endpoint());
        Victim::start(&self.program, VICTIM, &task, self.home.account())
    }

    fn names(&self, folder: &str) -> Result<BTreeSet<String>> {
        let entries = std::fs::read_dir(self.home.path(folder))?;
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        let _ = self.control(&["stop", "-m", "immediate"]); // it may not run
    }
}

/// Writes until it is told to stop; between two timelines there is nobody to write to.
fn load(origin: &Origin, stop: &AtomicBool) {
    let _ = origin.sql(&["create table load (n bigint, v text)"]).status();
    let write = "insert into load select n, md5(n::text) from generate_series(1, 2000) n";
    for round in 0_u64.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let backup = ["select pg_backup_start('b', true)", "select pg_backup_stop(false)"];
        let also: &[&str] = if round % 20 == 0 { &backup } else { &[] };
        let _ = origin.sql(&[also, &[write, "select pg_switch_wal()"]].concat()).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn what_was_archived_is_there_whoever_dies() -> Result<()> {
    let server = server().await?;
    let proxy = Proxy::start(server.address(), first_seed()).await?;
    let origin = Arc::new(Origin::new()?);
    let stop = Arc::new(AtomicBool::new(false));
    let writer = {
        let (origin, stop) = (origin.clone(), stop.clone());
        std::thread::spawn(move || load(&origin, &stop))
    };
    let (mut dice, mut peak) = (Dice::new(first_seed()), 0);
    for kill in 0..KILLS {
        proxy.plan([0, 10, 30][kill % 3], &Fault::ALL);
        let before = proxy.requests();
        let victim = origin.start(&proxy)?;
        if FORKS.contains(&kill) {
            let origin = origin.clone();
            tokio::task::spawn_blocking(move || origin.fork()).await??;
        }
        let moment = before + usize::try_from(dice.below(6))?;
        until("at work", PATIENCE, async || {
            ensure!(proxy.requests() > moment, "kill {kill}: it asks the store for nothing more");
            Ok(())
        })
        .await?;
        peak = peak.max(victim.peak().unwrap_or(0));
        let ended = victim.kill()?;
        ensure!(ended.is_none(), "kill {kill}: the service ended by itself: {ended:?}");
    }
    stop.store(true, Ordering::Relaxed);
    writer.join().expect("the writer does not panic");
    proxy.plan(10, &Fault::ALL);
    let last = origin.start(&proxy)?;
    until("archived", PATIENCE, async || {
        let marks = origin.names("data/pg_wal/archive_status")?;
        let waits: Vec<_> = marks.iter().filter(|name| name.ends_with(".ready")).collect();
        ensure!(waits.is_empty(), "{waits:?} wait, {} are safe", origin.names("safe")?.len());
        Ok(())
    })
    .await?;
    peak = peak.max(last.peak().unwrap_or(0));

    let safe = origin.names("safe")?;
    let places = Places::new(open(&server.endpoint()), Codec::Gzip);
    let back = origin.home.path("back");
    for name in &safe {
        places.fetch(name.parse()?, &back, None).await.with_context(|| name.clone())?;
        let kept = origin.home.path("kept").join(name);
        ensure!(std::fs::read(&back)? == std::fs::read(kept)?, "{name} is another");
    }
    for kind in [".history", ".partial", ".backup"] {
        let count = safe.iter().filter(|name| name.ends_with(kind)).count();
        ensure!(count >= 2, "{count} files {kind}: {safe:?}");
    }
    ensure!(safe.len() >= KILLS, "{} files under load", safe.len());
    ensure!(proxy.met().len() > Fault::ALL.len() / 2, "{:?}", proxy.met());
    ensure!(peak < MEMORY, "{} MB", peak >> 20);
    let mark = origin.home.path("data/.check-empty-wal-archive");
    ensure!(!mark.exists(), "the archive is claimed");
    Ok(())
}
