//! What all parts of the instance manager share: a handle that is cheap to clone.
//!
//! Each value has one writer, named with it. Nobody waits for another part through this; who wants
//! to hear of a change subscribes to it.

mod flags;

use std::sync::Arc;

use api::cluster::Cluster;
use kube::Client;
use pgkit::children::Children;
use pgkit::connection::Target;
use pgkit::log::Sink;
use planner::leadership::instance::Ask;
use planner::leadership::operator::Report;
use serving::live::Live;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot, watch};

pub use flags::Flags;

use crate::paths::Paths;

/// Whose manager this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name of the pod, which is that of the instance.
    pub pod: String,
    pub cluster: String,
    pub namespace: String,
}

/// What other parts ask of the run loop.
#[derive(Debug)]
pub enum Request {
    /// A peer wants this instance to refrain from claiming the lease.
    Promise { ask: Ask, answer: oneshot::Sender<bool> },
    /// The program at this path, checked and in its place, shall take over; PostgreSQL runs on.
    /// No answer is success.
    Upgrade { failed: oneshot::Sender<String> },
    /// Stop PostgreSQL, smart and then fast, and start it again.
    Restart,
    /// Read the configuration again, although the cluster has not changed.
    Refresh,
}

/// The run loop has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the instance manager is ending")]
pub struct Ending;

/// How many requests may wait.
const REQUESTS: usize = 16;

/// The shared handle.
#[derive(Clone)]
pub struct State(Arc<Inner>);

struct Inner {
    identity: Identity,
    paths: Paths,
    session: String,
    client: Client,
    children: Children,
    log: Sink,
    cluster: watch::Sender<Option<Arc<Cluster>>>,
    flags: watch::Sender<Flags>,
    leadership: watch::Sender<Option<Arc<Report>>>,
    certificate: Arc<Live>,
    requests: mpsc::Sender<Request>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("identity", &self.0.identity).finish_non_exhaustive()
    }
}

impl State {
    /// A fresh state, and what is asked of the run loop through it.
    #[must_use]
    pub fn new(
        identity: Identity,
        paths: Paths,
        client: Client,
        children: Children,
        log: Sink,
    ) -> (Self, mpsc::Receiver<Request>) {
        let (requests, asked) = mpsc::channel(REQUESTS);
        let state = Self(Arc::new(Inner {
            identity,
            paths,
            session: session_id(),
            client,
            children,
            log,
            cluster: watch::Sender::new(None),
            flags: watch::Sender::new(Flags::default()),
            leadership: watch::Sender::new(None),
            certificate: Arc::default(),
            requests,
        }));
        (state, asked)
    }

    /// Whose manager this is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// Where everything lies.
    #[must_use]
    pub fn paths(&self) -> &Paths {
        &self.0.paths
    }

    /// Different in every life of this program, for `sessionID` of the status.
    #[must_use]
    pub fn session(&self) -> &str {
        &self.0.session
    }

    /// The client of the API server.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// The register of awaited children: nothing is started past it.
    #[must_use]
    pub fn children(&self) -> &Children {
        &self.0.children
    }

    /// Where lines of PostgreSQL and its programs go.
    #[must_use]
    pub fn log(&self) -> &Sink {
        &self.0.log
    }

    /// How the superuser connects to our server.
    #[must_use]
    pub fn superuser(&self) -> Target {
        let paths = &self.0.paths;
        Target::superuser(paths.socket_directory(), paths.port)
    }

    /// The cluster as it was last seen; the run loop's watch is the writer.
    #[must_use]
    pub fn cluster(&self) -> Option<Arc<Cluster>> {
        self.0.cluster.borrow().clone()
    }

    /// Tells of every change of the cluster.
    #[must_use]
    pub fn clusters(&self) -> watch::Receiver<Option<Arc<Cluster>>> {
        self.0.cluster.subscribe()
    }

    /// Makes a cluster the one that all see; an older version is not taken.
    pub fn publish(&self, cluster: Arc<Cluster>) {
        self.0.cluster.send_if_modified(|known| {
            let newer = known.as_ref().is_none_or(|known| version(known) < version(&cluster));
            if newer {
                *known = Some(cluster);
            }
            newer
        });
    }

    /// What is going on with the server.
    #[must_use]
    pub fn flags(&self) -> Flags {
        *self.0.flags.borrow()
    }

    /// Tells of every change of the flags.
    #[must_use]
    pub fn watch_flags(&self) -> watch::Receiver<Flags> {
        self.0.flags.subscribe()
    }

    /// Changes flags; only the run loop does, and the upgrade its own.
    pub fn set_flags(&self, change: impl FnOnce(&mut Flags)) {
        self.0.flags.send_if_modified(|flags| {
            let before = *flags;
            change(flags);
            before != *flags
        });
    }

    /// What this instance says about its part in leadership; none before the first look.
    #[must_use]
    pub fn leadership(&self) -> Option<Arc<Report>> {
        self.0.leadership.borrow().clone()
    }

    /// Makes a report the one that others hear; the leadership loop is the writer.
    pub fn report(&self, report: Report) {
        self.0.leadership.send_if_modified(|known| {
            let changed = known.as_deref() != Some(&report);
            if changed {
                *known = Some(Arc::new(report));
            }
            changed
        });
    }

    /// The certificate that our servers show, replaced while they run.
    #[must_use]
    pub fn certificate(&self) -> &Arc<Live> {
        &self.0.certificate
    }

    /// Asks the run loop for something.
    ///
    /// # Errors
    /// When the run loop has ended.
    pub async fn request(&self, request: Request) -> Result<(), Ending> {
        self.0.requests.send(request).await.map_err(|_| Ending)
    }

    /// Whether this instance promises not to claim the lease.
    ///
    /// # Errors
    /// When the run loop has ended.
    pub async fn promise(&self, ask: Ask) -> Result<bool, Ending> {
        let (answer, answered) = oneshot::channel();
        self.request(Request::Promise { ask, answer }).await?;
        answered.await.map_err(|_| Ending)
    }
}

fn version(cluster: &Cluster) -> u64 {
    let version = cluster.metadata.resource_version.as_deref();
    version.and_then(|version| version.parse().ok()).unwrap_or_default()
}

/// The kernel's random numbers, in the form of a UUID.
fn session_id() -> String {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/uuid");
    id.map(|id| id.trim().to_owned()).unwrap_or_else(|_| std::process::id().to_string())
}
