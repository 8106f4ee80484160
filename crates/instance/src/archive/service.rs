//! The side of the manager: a thread of its own, so that packing and signing gigabytes never keeps
//! the rest of it waiting.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use api::conditions::CONTINUOUS_ARCHIVING;
use api::{Cluster, annotations};
use objectstore::wal::{KeepOptions, Kept, Places, WalError, keep};
use objectstore::{Codec, Kind, Store};
use postgres::wal_name::WalName;
use protocol::archive::ArchiveOutcome;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, watch};
use tokio::time::{sleep, timeout};

use super::archiver::{Archiver, Send, SendError};
use super::decide::{self, Archive, Restore};
use super::ending::{Ending, Patience};
use super::inherited;
use super::listener::{Serve, accept, listen};
use super::opened::Opened;
use super::owner;
use super::restorer::{Restorer, Source};
use super::room::Room;
use super::socket::{Answer, Ask};
use crate::http::archiving;
use crate::run::chain;
use crate::state::State;
use crate::store::{self, Purpose};

/// How long a file may take until the cluster is told what goes wrong with it: an attempt after the
/// other is made for a minute, and whoever looks after the cluster should not hear of it last.
const SLOW: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(500);

/// How long a server that was just promoted may wait for the cluster to name it: refused files are
/// tried again by PostgreSQL in its own time, which may be a minute.
const PROMOTION: Duration = Duration::from_secs(30);

/// Starts the service of an instance. It lives as long as the process: the server archives until
/// its very end.
///
/// # Errors
/// When the socket cannot be made. Must be called in a Tokio runtime, which serves the API calls.
pub fn start(state: State) -> io::Result<()> {
    let listener = listen(&state.paths().archive_socket())?;
    let restorer = Restorer::new(&state.paths().restore_spool(), None)?;
    let main = Handle::current();
    let run = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async move {
            let instance = Instance::new(state, restorer, main);
            accept(listener, Arc::new(instance)).await
        })
    };
    std::thread::Builder::new().name("archive".to_owned()).spawn(move || {
        if let Err(error) = run() {
            tracing::error!(%error, "nothing can be archived: the service has ended");
        }
    })?;
    Ok(())
}

/// The service of a running instance.
struct Instance {
    state: State,
    outcomes: watch::Sender<String>,
    archiver: Arc<Archiver<Sender>>,
    restorer: Arc<Restorer>,
    opened: Arc<Opened>,
    places: Mutex<Option<Arc<Places>>>,
    ending: Ending,
    promotion: Patience,
}

impl Instance {
    fn new(state: State, restorer: Restorer, main: Handle) -> Self {
        let namespace = state.identity().namespace.clone();
        let opened = Arc::new(Opened::new(state.client().clone(), &namespace, main.clone()));
        let (claimed, room) = (Mutex::default(), Room::default());
        let sender = Sender { state: state.clone(), opened: opened.clone(), claimed, room };
        let archiver = Arc::new(Archiver::new(sender, &state.paths().data));
        let (restorer, places) = (Arc::new(restorer), Mutex::default());
        let (outcomes, told) = watch::channel(String::new());
        main.spawn(tell(state.clone(), told));
        let ending = Ending::new(&state.paths().data);
        let promotion = Patience::default();
        Self { state, outcomes, archiver, restorer, opened, places, ending, promotion }
    }

    /// Archives a file, and tells the cluster how it went.
    async fn archive(&self, path: &str) -> Answer {
        if self.state.cluster().is_none() {
            return Answer::Failed("the cluster has not been seen yet".to_owned());
        }
        let answer = tokio::select! {
            answer = self.try_archive(path) => answer,
            () = self.ending.late() => Answer::Failed(format!(
                "PostgreSQL stops, and the store does not answer: {path} waits until it is back"
            )),
            () = self.tell_early(path) => unreachable!("it is told while it is tried"),
        };
        let error = match &answer {
            Answer::Done => {
                self.ending.works();
                String::new()
            }
            Answer::Nothing(error) | Answer::Failed(error) | Answer::Fatal(error) => error.clone(),
        };
        self.outcomes.send_replace(error);
        answer
    }

    /// Tells what goes wrong while the file is tried again and again. Never ends.
    async fn tell_early(&self, path: &str) {
        sleep(SLOW).await;
        loop {
            if let Some(trouble) = self.opened.trouble(Purpose::ArchiveWal).await {
                let file = path.rsplit('/').next().unwrap_or(path);
                let error = format!("cannot archive {file}: {trouble}");
                self.outcomes.send_replace(error);
                return std::future::pending().await;
            }
            sleep(LOOK).await;
        }
    }

    /// Waits while the cluster is about to name this instance its primary.
    async fn named(&self) {
        let pod = &self.state.identity().pod;
        let mut clusters = self.state.clusters();
        let settled = clusters.wait_for(|cluster| {
            let decided = cluster.as_deref().map(|cluster| decide::archive(cluster, pod));
            !matches!(decided, Some(Archive::NotYet(_)))
        });
        let _ = timeout(PROMOTION, settled).await; // whoever is not named by then is refused
    }

    async fn try_archive(&self, path: &str) -> Answer {
        self.named().await;
        let Some(cluster) = self.state.cluster() else {
            return Answer::Failed("the cluster has not been seen yet".to_owned());
        };
        let path = self.state.paths().data.join(path);
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let pod = &self.state.identity().pod;
        let store = match decide::archive(&cluster, pod) {
            Archive::NotOurs | Archive::Nowhere => return Answer::Done,
            Archive::NotYet(primary) | Archive::NotPrimary(primary) => {
                return Answer::Failed(format!(
                    "refusing to archive {file}: this is {pod}, and the primary is {primary}: a \
                     switchover is in progress"
                ));
            }
            Archive::Plugin(plugin) => {
                return Answer::Failed(format!(
                    "refusing to drop {file}: the plugin {plugin} archives, and this version \
                     calls no plugins yet"
                ));
            }
            Archive::Store(store) => store,
        };
        let name: WalName = match file.parse() {
            Ok(name) => name,
            Err(error) => return Answer::Failed(format!("cannot archive: {error}")),
        };
        match self.archiver.archive(name, &path, store::max_parallel(store)).await {
            Ok(()) => Answer::Done,
            Err(error) => {
                self.forget_if_denied(&error).await;
                Answer::Failed(format!("cannot archive {file}: {}", chain(&*error)))
            }
        }
    }

    async fn forget_if_denied(&self, error: &SendError) {
        if let SendError::Wal(WalError::Store(error)) = error
            && error.kind() == Kind::Denied
        {
            self.opened.forget().await;
        }
    }

    async fn restore(&self, file: &str, to: &str, rewind: bool) -> Answer {
        let Some(cluster) = self.state.cluster() else {
            return Answer::Failed("the cluster has not been seen yet".to_owned());
        };
        let (object, server, end) =
            match decide::restore(&cluster, &self.state.identity().pod, file) {
                Restore::Fork(timeline) => {
                    return Answer::Nothing(format!(
                        "{file} is not wanted: it forks from timeline {timeline} of the primary"
                    ));
                }
                Restore::Nowhere => {
                    return Answer::Nothing(format!("there is no archive to look for {file} in"));
                }
                Restore::Store { store, server, end } => (store, server, end),
            };
        let Ok(name) = file.parse::<WalName>() else {
            return Answer::Nothing(format!("{file} is no name of a WAL file"));
        };
        let opened = self.opened.get(object, server, Purpose::RestoreWal).await;
        let store = match opened {
            Ok(store) => store,
            Err(error) => {
                return Answer::Failed(format!("cannot fetch {file}: {}", chain(&error)));
            }
        };
        let source = Source {
            places: self.places(store, store::wal_codec(object)).await,
            parallel: store::max_parallel(object),
            no_partial: store::read_arguments(object, Purpose::RestoreWal).no_partial,
        };
        let to = self.state.paths().data.join(to);
        if rewind {
            return self.restorer.rewind(&source, name, &to).await;
        }
        let restored = self.restorer.restore(&source, name, &to, end);
        if !decide::is_promoted(&cluster, &self.state.identity().pod) {
            return restored.await;
        }
        tokio::select! {
            answer = restored => {
                if !matches!(answer, Answer::Failed(_)) {
                    self.promotion.works();
                }
                answer
            }
            () = self.promotion.late() => Answer::Failed(format!(
                "this instance is promoted, and the store does not answer: {file} counts as missing"
            )),
        }
    }

    /// What is known of where files are, for as long as it is the same place.
    async fn places(&self, store: Store, guess: Codec) -> Arc<Places> {
        let mut places = self.places.lock().await;
        let places = places.get_or_insert_with(|| Arc::new(Places::new(store.clone(), guess)));
        if !places.store().is_same(&store) {
            *places = Arc::new(Places::new(store, guess));
        }
        places.clone()
    }

    async fn sweep(&self) -> Answer {
        let Some(cluster) = self.state.cluster() else {
            return Answer::Failed("the cluster has not been seen yet".to_owned());
        };
        let Some(store) = decide::own_store(&cluster) else { return Answer::Done };
        match self.archiver.sweep(store::max_parallel(store)).await {
            Ok(0) => Answer::Done,
            Ok(swept) => {
                tracing::info!(swept, "archived what would have been rewound");
                Answer::Done
            }
            Err(error) => {
                self.forget_if_denied(&error).await;
                Answer::Failed(chain(&*error))
            }
        }
    }
}

impl Serve for Instance {
    async fn serve(&self, ask: Ask) -> Answer {
        match ask {
            Ask::Archive { path } => self.archive(&path).await,
            Ask::Restore { file, to, rewind } => self.restore(&file, &to, rewind).await,
            Ask::Sweep => self.sweep().await,
        }
    }
}

/// When what was written to the cluster is seen at the latest.
const SEEN: Duration = Duration::from_secs(3);

/// Tells the cluster how archiving goes: the last outcome, and once more a moment later, for the
/// cluster that it is compared with may be older than what was told before.
async fn tell(state: State, mut outcomes: watch::Receiver<String>) {
    let mut again = false;
    loop {
        let next = outcomes.changed();
        match if again { timeout(SEEN, next).await } else { Ok(next.await) } {
            Ok(Err(_)) => return,
            Ok(Ok(())) => again = true,
            Err(_) => again = false,
        }
        let error = outcomes.borrow_and_update().clone();
        if let Err(error) = archiving::report(&state, &ArchiveOutcome { error }).await {
            tracing::warn!(error = chain(&error), "failed to tell how archiving went");
            again = true;
        }
    }
}

/// Sends single files to the store of the cluster.
struct Sender {
    state: State,
    opened: Arc<Opened>,
    /// Held while somebody finds out whose archive it is.
    claimed: Mutex<()>,
    room: Room,
}

impl Sender {
    async fn claim(&self, cluster: &Cluster, store: &Store) -> Result<(), SendError> {
        let mark = self.state.paths().empty_archive_marker();
        if !mark.exists() {
            return Ok(());
        }
        let _one = self.claimed.lock().await;
        let annotations = cluster.metadata.annotations.as_ref();
        let skip = annotations
            .and_then(|all| all.get(annotations::SKIP_EMPTY_WAL_ARCHIVE_CHECK))
            .is_some_and(|value| value == "enabled");
        if mark.exists() && !skip {
            let identity = cluster.metadata.uid.clone().unwrap_or_default();
            owner::claim(store, &identity, is_working(cluster)).await?;
        }
        Ok(())
    }
}

/// Whether the cluster has archived before.
fn is_working(cluster: &Cluster) -> bool {
    let conditions = cluster.status.as_ref().map(|status| status.conditions.as_slice());
    conditions
        .unwrap_or_default()
        .iter()
        .any(|condition| condition.type_ == CONTINUOUS_ARCHIVING && condition.status == "True")
}

impl Send for Sender {
    async fn send(&self, name: WalName, path: PathBuf) -> Result<(), SendError> {
        let cluster = self.state.cluster().ok_or(SendError::NoCluster)?;
        let object = decide::own_store(&cluster).ok_or(SendError::NoCluster)?;
        let server = cluster.metadata.name.as_deref().unwrap_or_default();
        let mut store = self.opened.get(object, server, Purpose::ArchiveWal).await?;
        self.claim(&cluster, &store).await?;
        let for_segments = store.clone();
        if matches!(name, WalName::History(_)) && !object.history_tags.is_empty() {
            store = store.tagged(&object.history_tags);
        }
        let arguments = store::read_arguments(object, Purpose::ArchiveWal);
        let options =
            KeepOptions { codec: store::wal_codec(object), level: arguments.compression_level };
        if let WalName::History(timeline) = name {
            inherited::archive(&for_segments, timeline, &path, options).await?;
        }
        let size = std::fs::metadata(&path).map_or(0, |file| file.len());
        let _room = self.room.take(size).await;
        match keep(&store, name, &path, options).await? {
            Kept::New { stored } => tracing::debug!(file = %name, stored, "archived"),
            Kept::Same => tracing::info!(file = %name, "it is in the archive already"),
            Kept::Replaced { stored } => {
                tracing::warn!(file = %name, stored, "another unfinished segment was replaced");
            }
        }
        let mark = self.state.paths().empty_archive_marker();
        match std::fs::remove_file(&mark) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(SendError::Mark { path: mark, source })
            }
            _ => Ok(()),
        }
    }
}
