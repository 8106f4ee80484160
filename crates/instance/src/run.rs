//! `manager instance run`: from the first look at the cluster to the last process.
//!
//! ```text
//!  cluster watch --> state --> configure --> files, reload
//!  lease watch ----+
//!  signals --------+--> leader: the member of the election decides --> server: one life at a time
//!  peers, HTTP ----+                                              \--> lease, currentPrimary
//!  looks ----------+      guard: thread and sentinel watch the right to lead
//! ```

pub mod boot_clock;
pub(crate) mod calls;
mod configure;
mod control;
mod disk;
mod fence;
mod follow;
mod guard;
mod handover;
mod leader;
pub mod logs;
mod look;
mod memory;
mod names;
mod peers;
mod perform;
mod pod;
mod promotion;
mod rejoin;
mod relay;
mod server;
mod settle;
mod shutdown;
mod signs;
mod watch;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use api::Cluster;
use k8s_openapi::api::coordination::v1::Lease;
use kubekit::client::{Observe, Seen};
use kubekit::stop;
use nix::sys::signal::SigSet;
use pgkit::account::RunAs;
use pgkit::children::Children;
use pgkit::log::FifoError;
use pgkit::postmaster::ServerConfig;
use pgkit::postmaster::machine::Mode;
use pgkit::programs::Programs;
use planner::leadership::clock::Terms;
use planner::leadership::instance::{Bounds, Data, Event, Identity as Me, Member, Written};
use planner::leadership::records::Version;
use planner::leadership::rejoin::Rejoin;
use thiserror::Error;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, mpsc, watch as watch_channel};
use tokio::task::JoinSet;

pub use handover::Handover;
use handover::Received;
pub use leader::End;
pub use pgkit::log::Envelope;

use crate::bootstrap::get_cluster;
use crate::files::{external, volumes};
use crate::http;
use crate::metrics;
use crate::paths::{Paths, private_directory};
use crate::state::{Identity, State};

use self::leader::{Leader, Process};
use self::server::{Maker, Sign};

/// What the command line says.
#[derive(Debug, Clone)]
pub struct Options {
    pub data: PathBuf,
    pub identity: Identity,
    pub status_port: http::status::Transport,
    pub metrics_port: http::status::Transport,
    pub envelope: Envelope,
}

/// Why the manager cannot run.
#[derive(Debug, Error)]
pub enum RunError {
    #[error(transparent)]
    Client(#[from] kubekit::client::Error),
    #[error(transparent)]
    Cluster(#[from] crate::bootstrap::ClusterError),
    #[error("cannot hear signals")]
    Signals(#[source] io::Error),
    #[error("cannot make the directory {path}")]
    Directory { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Logs(#[from] FifoError),
    #[error("cannot listen for {what}")]
    Listen { what: &'static str, source: io::Error },
    #[error(transparent)]
    Memory(#[from] memory::MemoryError),
    #[error(transparent)]
    Volume(#[from] volumes::VolumeError),
    #[error("the move of the WAL to its volume was broken off")]
    Interrupted,
    #[error("cannot tell whose data these are")]
    Data(#[from] pgkit::data_directory::FileError),
}

/// Something that the leadership loop has to hear of.
#[derive(Debug)]
pub(crate) enum Happening {
    Told(Event),
    Lease(Box<Lease>),
    LeaseRead(Option<Box<Lease>>),
    LeaseWritten(Box<Written<Lease>>),
    ClusterRead(Option<(Box<Cluster>, Option<Version>)>),
    CurrentWritten(Box<Written<Cluster>>),
    Server(u64, Sign),
    Promoted(u64, Result<(), promotion::PromotionError>),
    StopNow(u64, Mode),
    Rejoined(Result<Rejoin, rejoin::RejoinError>),
    Reload,
    Terminate { patience: Option<Duration> },
    ClientsHadTheirTime(u64),
    Names(names::NamesEvent),
}

/// What the server is to clients, and which life of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Serving {
    #[default]
    No,
    Standby {
        life: u64,
    },
    Primary {
        life: u64,
    },
}

/// Where happenings go; what they come from never waits.
#[derive(Debug, Clone)]
pub(crate) struct Inbox {
    happenings: mpsc::UnboundedSender<Happening>,
    refresh: Arc<Notify>,
}

impl Inbox {
    pub(crate) fn send(&self, happening: Happening) {
        // When the loop has ended nobody needs to hear of anything.
        let _ = self.happenings.send(happening);
    }

    /// Has the configuration read again.
    pub(crate) fn refresh(&self) {
        self.refresh.notify_one();
    }

    pub(crate) async fn refresh_asked(&self) {
        self.refresh.notified().await;
    }
}

/// Nobody counts our calls yet.
#[derive(Debug)]
struct Unobserved;

impl Observe for Unobserved {
    fn request(&self, _: Seen) {}
}

/// For threads beside the main one: what is sent to the process is for that, also while the program
/// is replaced.
pub fn leave_signals() {
    if let Err(error) = SigSet::all().thread_block() {
        tracing::warn!(%error, "a thread takes signals");
    }
}

/// For programs whose calls nobody counts.
#[must_use]
pub fn unobserved() -> Arc<dyn Observe> {
    Arc::new(Unobserved)
}

/// Runs until the container is to end; the server is down then, and the lease given back.
///
/// # Errors
/// When it cannot begin.
pub async fn run(options: Options) -> Result<End, RunError> {
    let mut signals = Signals::new().map_err(RunError::Signals)?;
    // Another image of this program has blocked them, so that none was lost.
    SigSet::all().thread_unblock().map_err(|error| RunError::Signals(error.into()))?;
    let handed = Received::take();
    let has_server = handed.as_ref().is_some_and(Received::has_server);
    let config = kubekit::client::configuration().await?;
    let client = kubekit::client::connect(&config, unobserved())?;
    let Identity { cluster, namespace, .. } = &options.identity;
    let cluster = tokio::select! {
        cluster = get_cluster(&client, namespace, cluster) => cluster?,
        () = signals.asked() => return Ok(End::Asked),
    };
    let paths = Paths::new(&options.data);
    for path in [paths.socket_directory(), paths.log(""), paths.certificates(), paths.temporary()] {
        private_directory(&path).map_err(|source| RunError::Directory { path, source })?;
    }
    let children = Children::default();
    let (sink, entries) = logs::channel();
    let printer = tokio::spawn(logs::print(entries, options.envelope.clone()));
    let (state, requests) =
        State::new(options.identity.clone(), paths, client, children.clone(), sink.clone());
    let terms = terms(&cluster);
    let bounds = bounds(&cluster, terms);
    let released_seconds = released_seconds(&cluster);
    volumes::coredump_filter(&cluster);
    volumes::tablespace_directories(state.paths(), &cluster);
    state.publish(Arc::new(cluster));

    let (stopper, stop) = stop::channel();
    let mut fifos = JoinSet::new();
    logs::read_fifos(state.paths(), &sink, &stop, &mut fifos)?;
    let mut tasks = JoinSet::new();
    serve(&state, &options, &stop, &mut tasks).await?;
    let reaper = children.clone();
    tasks.spawn(async move {
        if let Err(error) = reaper.reap_orphans().await {
            tracing::error!(%error, "orphans are not reaped");
        }
    });
    let watched = state.clone();
    tasks.spawn(async move { watch::cluster(&watched).await });
    let watched = state.clone();
    tasks.spawn(async move { external::task::run(&watched).await });

    let (send, happenings) = mpsc::unbounded_channel();
    let inbox = Inbox { happenings: send, refresh: Arc::default() };
    let (configured, until_configured) = watch_channel::channel(has_server);
    let maker = Maker {
        config: Arc::new(server_config(&state)),
        programs: Programs::default(),
        children: children.clone(),
        target: state.superuser(),
        inbox: inbox.clone(),
        configured: until_configured,
    };
    let (opened, until_opened) =
        watch_channel::channel(handed.as_ref().is_some_and(Received::is_open));
    let (wanted, wants) = watch_channel::channel(None);
    let keeper = configure::Keeper {
        state: state.clone(),
        maker: maker.clone(),
        inbox: inbox.clone(),
        opened: until_opened,
        configured,
        wanted,
        first: !has_server,
        hash: None,
    };
    tasks.spawn(keeper.run());
    let (serving, serves) = watch_channel::channel(Serving::No);
    tasks.spawn(crate::sql::task::run(state.clone(), serves.clone()));
    tasks.spawn(settle::follow(state.clone(), serves, wants));
    let session = match &handed {
        Some(handed) => handed.session(),
        None => tokio::select! {
            session = pod::session(&state) => session,
            () = signals.asked() => return Ok(End::Asked),
        },
    };
    tracing::info!(pod = %session.pod_uid, container = %session.container_id, "this is who we are");
    let leases = (state.clone(), inbox.clone());
    tasks.spawn(async move {
        let (state, inbox) = leases;
        watch::lease(&state, |lease| inbox.send(Happening::Lease(Box::new(lease)))).await;
    });
    let moving = state.paths().clone();
    let moved = tokio::task::spawn_blocking(move || volumes::move_wal(&moving)).await;
    moved.map_err(|_| RunError::Interrupted)??;
    let remembered = memory::load(&state.paths().beside_data(memory::NAME))?;
    let data = match state.paths().data_directory().role()? {
        pgkit::data_directory::Role::Primary => Data::Primary,
        pgkit::data_directory::Role::Standby => Data::Standby,
    };
    let control = control::read_aloud(&maker).await;
    let me = Me { name: state.identity().pod.as_str().into(), session: session.clone() };
    let mut guard = guard::Guard::start(state.paths().data.clone(), &children);
    let mut member = Member::new(me, bounds, remembered.clone(), data);
    let mut process = Process::Down { end: control.as_ref().and_then(control::clean_end) };
    let mut names = names::Names::default();
    if let Some(handed) = handed {
        (member, process) = handed.resume(member, &mut guard, &maker, leader::QUIET);
        names = names::Names::found();
    }
    let leader = Leader {
        member,
        guard,
        state: state.clone(),
        session: session.clone(),
        terms,
        released_seconds,
        inbox: inbox.clone(),
        maker,
        lives: server::FIRST,
        process,
        lease: None,
        ended: remembered.ended,
        upstream: None,
        names,
        opened,
        serving,
        asked: Vec::new(),
        failed_rewinds: 0,
        smart: None,
        segment: control::segment_size(control.as_ref()),
        woken: planner::leadership::clock::BootTime::default(),
        rejoining: None,
        look_due: false,
        hurried: false,
        told: planner::leadership::clock::BootTime::default(),
        leaving: None,
        end_reason: None,
        end: None,
    };
    let (ending, to_end) = (state.clone(), inbox.clone());
    tasks.spawn(async move {
        signals.asked().await;
        tracing::info!("asked to end");
        let patience = shutdown::patience(&ending, &session).await;
        to_end.send(Happening::Terminate { patience });
        std::future::pending::<()>().await;
    });
    let segment = control::segment_size(control.as_ref());
    let end = if !has_server && disk::room_for_wal(&state.paths().data, segment) == disk::Room::Full
    {
        tracing::error!("there is no room for WAL: the volume has to grow first");
        End::DiskFull
    } else {
        leader.run(happenings, requests).await
    };
    tracing::info!(end = end.word(), "the instance manager ends");
    tasks.abort_all();
    stopper.ask();
    while fifos.join_next().await.is_some() {}
    drop((state, sink));
    // The output of a server that runs on does not end.
    let upgrades = matches!(end, End::Upgrade(_));
    let patience = Duration::from_millis(if upgrades { 100 } else { 1000 });
    let _ = tokio::time::timeout(patience, printer).await;
    Ok(end)
}

async fn serve(
    state: &State,
    options: &Options,
    stop: &stop::Stop,
    tasks: &mut JoinSet<()>,
) -> Result<(), RunError> {
    let of = |what| move |source| RunError::Listen { what, source };
    let asked = || {
        let mut stop = stop.clone();
        async move { stop.asked().await }
    };
    let listener = http::status::bind().await.map_err(of("status requests"))?;
    let shared = http::status::Shared::new(state.clone());
    tasks.spawn(http::status::run(listener, options.status_port, shared, asked()));
    let listener = http::local::bind().await.map_err(of("our own commands"))?;
    tasks.spawn(http::local::run(listener, state.clone(), asked()));
    crate::archive::start(state.clone()).map_err(of("the commands of the server"))?;
    let listener = metrics::bind().await.map_err(of("scrapes"))?;
    tasks.spawn(metrics::run(listener, options.metrics_port, state.clone(), asked()));
    Ok(())
}

fn server_config(state: &State) -> ServerConfig {
    let program = std::env::var_os("POSTGRES_NAME").filter(|name| !name.is_empty());
    ServerConfig {
        program: program.map_or_else(|| "postgres".into(), Into::into),
        data_directory: state.paths().data.clone(),
        socket_directory: state.paths().socket_directory(),
        port: state.paths().port,
        arguments: Vec::new(),
        environment: Vec::new(),
        run_as: RunAs::Ourselves,
        sink: state.log().clone(),
    }
}

fn seconds(value: Option<i32>, default: Duration) -> Duration {
    value.and_then(|value| u64::try_from(value).ok()).map_or(default, Duration::from_secs)
}

/// The times of the lease; a change of them takes effect with the next start.
fn terms(cluster: &Cluster) -> Terms {
    let lease = cluster.spec.primary_lease.clone().unwrap_or_default();
    let default = Terms::default();
    Terms {
        lease: seconds(lease.lease_duration_seconds, default.lease),
        renew_deadline: seconds(lease.renew_deadline_seconds, default.renew_deadline),
        retry: seconds(lease.retry_period_seconds, default.retry),
    }
}

fn released_seconds(cluster: &Cluster) -> i32 {
    let lease = cluster.spec.primary_lease.as_ref();
    lease.and_then(|lease| lease.released_lease_duration_seconds).unwrap_or(1)
}

fn bounds(cluster: &Cluster, terms: Terms) -> Bounds {
    let default = Bounds::default();
    let switchover_delay = seconds(cluster.spec.switchover_delay, default.switchover_delay);
    Bounds { terms, switchover_delay, ..default }
}

/// All causes of an error in one line, outermost first.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The signals that ask for the end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
