//! A server under our supervision, with everything around it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use pgkit::account::{Account, RunAs};
use pgkit::children::Children;
use pgkit::connection::{Connection, Target};
use pgkit::log::Entry;
use pgkit::postmaster::machine::{Command, End, Limits};
use pgkit::postmaster::{Phase, ServerConfig, supervise};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::postgres_server::{PORT, PostgresHome};

pub const LIMIT: Duration = Duration::from_secs(60);

/// Whom servers of a home run as.
pub fn run_as(home: &PostgresHome) -> RunAs {
    let account = home.account();
    account.map_or(RunAs::Ourselves, |(uid, gid)| RunAs::Other(Account { uid, gid }))
}

/// What a server in a data directory of a home is started with; its output goes to the receiver.
pub fn config(home: &PostgresHome, data: &Path) -> Result<(ServerConfig, mpsc::Receiver<Entry>)> {
    let name = data.file_name().context("it has a name")?.to_string_lossy();
    let socket_directory = home.directory(&format!("run-{name}"))?;
    let (sink, entries) = mpsc::channel(10_000);
    let config = ServerConfig {
        program: home.program("postgres"),
        data_directory: data.to_owned(),
        arguments: vec!["-k".into(), socket_directory.clone().into()],
        socket_directory,
        port: PORT,
        environment: Vec::new(),
        run_as: run_as(home),
        sink,
    };
    Ok((config, entries))
}

/// A supervised server.
pub struct Supervised {
    pub commands: mpsc::Sender<Command>,
    pub phase: watch::Receiver<Phase>,
    pub limits: watch::Sender<Limits>,
    pub config: ServerConfig,
    pub entries: mpsc::Receiver<Entry>,
    task: JoinHandle<End>,
}

impl Supervised {
    /// Starts the supervisor of a new data directory.
    pub fn new(home: &PostgresHome) -> Result<Self> {
        let data = home.initdb("data", &[])?;
        Self::of(home, &data)
    }

    /// Starts the supervisor of a data directory.
    pub fn of(home: &PostgresHome, data: &Path) -> Result<Self> {
        let (config, entries) = config(home, data)?;
        Ok(Self::with(config, entries, Children::default()))
    }

    /// Starts a supervisor.
    pub fn with(config: ServerConfig, entries: mpsc::Receiver<Entry>, children: Children) -> Self {
        let (commands, asked) = mpsc::channel(8);
        let (seen, phase) = watch::channel(Phase::default());
        let (limits, changing) = watch::channel(Limits::default());
        let task = tokio::spawn({
            let config = config.clone();
            async move { supervise(&config, changing, &children, BTreeSet::new(), asked, &seen).await }
        });
        Self { commands, phase, limits, config, entries, task }
    }

    /// Sends a command.
    pub async fn ask(&self, command: Command) {
        self.commands.send(command).await.expect("the supervisor listens");
    }

    /// Waits for a phase; what the server said is in the error.
    pub async fn until(&mut self, what: &str, wanted: impl Fn(&Phase) -> bool) -> Result<Phase> {
        let waited = timeout(LIMIT, self.phase.wait_for(|phase| wanted(phase))).await;
        if let Ok(Ok(phase)) = waited {
            return Ok(phase.clone());
        }
        drop(waited);
        let phase = self.phase.borrow().clone();
        let mut said = Vec::new();
        while let Ok(entry) = self.entries.try_recv() {
            said.push(format!("{entry:?}"));
        }
        bail!("never {what}, but {phase:?}: {}", said.join("\n"));
    }

    /// Waits until the server takes connections; returns its process id.
    pub async fn running(&mut self) -> Result<i32> {
        match self.until("running", |phase| matches!(phase, Phase::Running { .. })).await? {
            Phase::Running { pid } => Ok(pid.as_raw()),
            other => bail!("{other:?}"),
        }
    }

    /// Waits for the end of the supervisor.
    pub async fn end(self) -> Result<End> {
        Ok(timeout(LIMIT, self.task).await.context("no end")??)
    }

    /// The superuser's way in.
    pub fn target(&self) -> Target {
        Target::superuser(&self.config.socket_directory, PORT)
    }

    /// A session of the superuser.
    pub async fn connect(&self) -> Result<Connection> {
        Ok(Connection::open(&self.target(), LIMIT).await?)
    }

    /// The data directory.
    pub fn data(&self) -> &PathBuf {
        &self.config.data_directory
    }
}

/// Whether a process is alive.
pub fn alive(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

/// Waits for a condition of the machine.
pub async fn until(what: &str, mut check: impl FnMut() -> bool) -> Result<()> {
    crate::until::until(what, LIMIT, async || {
        anyhow::ensure!(check());
        Ok(())
    })
    .await
}
