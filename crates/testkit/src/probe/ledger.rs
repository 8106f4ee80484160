//! A running ledger: a thread for each session, in the network namespace it shall write from.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use nix::sched::{CloneFlags, setns};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::analysis::{Question, report};
use super::clock::Moment;
use super::journal::{History, Journal};
use super::report::Report;
use super::session::{self, Order, Pace, Progress, Route, Session, Target};
use crate::rig::layout::{Layout, Node};

/// How long the first acknowledgement may take, and reading back after the end.
const PATIENCE: Duration = Duration::from_secs(60);

/// The network that a session writes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeNet {
    /// That of this process.
    Here,
    /// The network namespace with this path.
    Namespace(PathBuf),
}

impl NodeNet {
    /// The network of a node, where services have their addresses.
    #[must_use]
    pub fn of(layout: &Layout, node: Node) -> Self {
        Self::Namespace(layout.namespace_path(node))
    }

    /// Runs a future in a thread of its own in this network.
    fn spawn<T, F>(&self, work: impl FnOnce() -> F + Send + 'static) -> JoinHandle<Result<T>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>>,
    {
        let net = self.clone();
        std::thread::spawn(move || {
            if let Self::Namespace(path) = &net {
                let file = File::open(path).with_context(|| format!("no {}", path.display()))?;
                setns(file, CloneFlags::CLONE_NEWNET)
                    .with_context(|| format!("failed to enter {}", path.display()))?;
            }
            // On this thread alone: any other would be in another network.
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(work())
        })
    }
}

/// Sessions that write, from `start` to `stop`.
#[derive(Debug)]
pub struct Ledger {
    run: String,
    net: NodeNet,
    journals: PathBuf,
    /// Removes the journals, unless somebody else wants them.
    _folder: Option<tempfile::TempDir>,
    order: watch::Sender<Order>,
    sessions: Vec<Running>,
}

#[derive(Debug)]
struct Running {
    name: String,
    journal: PathBuf,
    progress: watch::Receiver<Progress>,
    thread: Option<JoinHandle<Result<()>>>,
}

impl Ledger {
    /// Starts writing through a service; comes back after the first acknowledgement.
    pub async fn start(net: &NodeNet, service: &Target) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("ledger-").tempdir()?;
        let path = folder.path().to_owned();
        Self::begin(net, service, Pace::of(Route::Service), path, Some(folder)).await
    }

    /// The same at a pace of one's own, with the journals in a folder that stays.
    pub async fn start_in(
        folder: &Path,
        net: &NodeNet,
        service: &Target,
        pace: Pace,
    ) -> Result<Self> {
        Self::begin(net, service, pace, folder.to_owned(), None).await
    }

    async fn begin(
        net: &NodeNet,
        service: &Target,
        pace: Pace,
        journals: PathBuf,
        folder: Option<tempfile::TempDir>,
    ) -> Result<Self> {
        let mut ledger = Self {
            run: format!("{:x}-{:x}", Moment::now().0, std::process::id()),
            net: net.clone(),
            journals,
            _folder: folder,
            order: watch::channel(Order::Write).0,
            sessions: Vec::new(),
        };
        ledger.add(net, "service", Route::Service, service, pace).await?;
        Ok(ledger)
    }

    /// Adds a session that is held open on one server; comes back after its first attempt.
    pub async fn hold(&mut self, net: &NodeNet, name: &str, server: &Target) -> Result<()> {
        self.add(net, name, Route::Held, server, Pace::of(Route::Held)).await
    }

    /// How far the session through the service has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.sessions.first().map(|one| *one.progress.borrow()).unwrap_or_default()
    }

    /// How far a session that is held has come, by its name.
    #[must_use]
    pub fn progress_of(&self, name: &str) -> Option<Progress> {
        let found = self.sessions.iter().find(|session| session.name == name);
        found.map(|session| *session.progress.borrow())
    }

    /// Waits until the service has acknowledged so many more writes.
    pub async fn acknowledges(&self, more: u64, limit: Duration) -> Result<()> {
        let goal = self.progress().acked + more;
        let reached = self.wait(|now| now.acked >= goal, limit).await;
        reached.with_context(|| format!("the service did not acknowledge {more} more writes"))
    }

    /// Waits until the session through the service has made so many attempts in all.
    pub async fn attempts_beyond(&self, count: u64, limit: Duration) -> Result<()> {
        let reached = self.wait(|now| now.attempts > count, limit).await;
        reached.with_context(|| format!("the session did not make {count} attempts"))
    }

    async fn wait(&self, reached: impl FnMut(&Progress) -> bool, limit: Duration) -> Result<()> {
        let service = self.sessions.first().context("no session")?;
        let mut progress = service.progress.clone();
        let seen = timeout(limit, progress.wait_for(reached)).await;
        seen.with_context(|| format!("not within {limit:?}"))?.context("the session has ended")?;
        Ok(())
    }

    /// Ends all sessions, reads back what is there, and tells what it means.
    ///
    /// Reads in the network of the session through the service.
    pub async fn stop(mut self, read_from: &Target) -> Result<Report> {
        self.end().await?;
        let read = |one: &Running| History::read(&one.journal);
        let histories = self.sessions.iter().map(read).collect::<Result<Vec<_>>>()?;
        let rows = self.read_back(read_from).await?;
        Ok(report(&histories, &rows, &Question::default()))
    }

    async fn read_back(&self, from: &Target) -> Result<Vec<(String, u64)>> {
        let (run, from) = (self.run.clone(), from.clone());
        let thread = self.net.spawn(move || async move {
            let give_up = tokio::time::Instant::now() + PATIENCE;
            loop {
                match session::read_back(&from, &run).await {
                    Err(_) if tokio::time::Instant::now() < give_up => {
                        sleep(Duration::from_millis(100)).await;
                    }
                    done => return done,
                }
            }
        });
        join(thread).await.context("failed to read back the ledger")
    }

    async fn add(
        &mut self,
        net: &NodeNet,
        name: &str,
        route: Route,
        target: &Target,
        pace: Pace,
    ) -> Result<()> {
        let (run, name, target) = (self.run.clone(), name.to_owned(), target.clone());
        let journal = self.journals.join(format!("{name}.jsonl"));
        let session = Session { run, name: name.clone(), route, target, pace };
        let mut writer = Journal::create(&journal, &session.start())?;
        let (sender, mut progress) = watch::channel(Progress::default());
        let order = self.order.subscribe();
        let about = format!("{:?}", session.target);
        let thread =
            net.spawn(
                move || async move { session::run(&session, &mut writer, &sender, order).await },
            );
        let running = Running { name, journal, progress: progress.clone(), thread: Some(thread) };
        self.sessions.push(running);
        let begun = |now: &Progress| match route {
            Route::Service => now.acked > 0,
            Route::Held => now.attempts > 0,
        };
        match timeout(PATIENCE, progress.wait_for(begun)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) => {
                self.end().await?;
                Err(anyhow!("the session to {about} has ended"))
            }
            Err(_) => Err(anyhow!("{about} took no write within {PATIENCE:?}")),
        }
    }

    async fn end(&mut self) -> Result<()> {
        self.order.send_replace(Order::Stop);
        for session in &mut self.sessions {
            if let Some(thread) = session.thread.take() {
                join(thread).await?;
            }
        }
        Ok(())
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        self.order.send_replace(Order::Stop);
        for thread in self.sessions.iter_mut().filter_map(|session| session.thread.take()) {
            // The journals must not be written to any more when their folder goes.
            let _ = thread.join();
        }
    }
}

async fn join<T: Send + 'static>(thread: JoinHandle<Result<T>>) -> Result<T> {
    let joined = tokio::task::spawn_blocking(move || thread.join()).await?;
    joined.map_err(|_| anyhow!("the thread panicked"))?
}
