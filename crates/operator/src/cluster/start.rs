//! Starts the controller: identity, stores, then passes over every cluster.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use kube::Client;
use kubekit::events::Recorder;
use kubekit::queue::{self, Observe};
use kubekit::stop::Stop;
use planner::cluster::Kubernetes;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tracing::info;

use super::act::update::Updates;
use super::ages::Ages;
use super::ask::Asker;
use super::binaries::{self, Binaries};
use super::context::{Context, Copies, Rollouts};
use super::identity::{self, Identity};
use super::secrets::Secrets;
use super::stores::Key;
use super::stores::Stores;
use crate::backup::start::{self as backups, Observers};
use crate::installation::installation;
use crate::settings::Settings;
use crate::webhook::judge::Rules;

/// In whose name events are told and fields are owned.
pub const COMPONENT: &str = "cloudnative-pg";

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Identity(#[from] identity::Error),
    #[error(transparent)]
    Binaries(#[from] binaries::Error),
    #[error("failed to find the running program")]
    Program(#[source] std::io::Error),
}

/// What the controller needs to know of its surroundings.
#[derive(Debug, Clone)]
pub struct Surroundings {
    pub settings: Settings,
    pub namespace: String,
    pub kubernetes: Kubernetes,
    pub host: String,
}

/// Runs until told to stop; passes under way are dropped where they are.
pub async fn run(
    client: Client,
    surroundings: Surroundings,
    concurrency: usize,
    observe: Arc<dyn Observe>,
    observers: Observers,
    stop: Stop,
) -> Result<(), Error> {
    let Surroundings { settings, namespace, kubernetes, host } = surroundings;
    let identity = Arc::new(Identity::new(&host, Timestamp::now())?);
    let running: PathBuf = std::env::current_exe().map_err(Error::Program)?;
    let found = tokio::task::spawn_blocking(move || Binaries::find(Path::new("."), &running));
    let mut leaving = stop.clone();
    let binaries = tokio::select! {
        found = found => found.expect("hashing does not panic")?,
        () = leaving.asked() => return Ok(()),
    };
    let ages = Arc::new(Ages::default());
    let (due, happenings) = mpsc::unbounded_channel();
    let (for_clusters, events) = mpsc::unbounded_channel();
    let (for_backups, happened) = mpsc::unbounded_channel();
    tokio::spawn(share(happenings, [for_backups, for_clusters]));
    let stores = Stores::start(&client, &settings.watch_namespaces, &namespace, &ages, &due, &stop);
    tokio::select! {
        () = stores.ready() => {}
        () = leaving.asked() => return Ok(()),
    }
    let volume_snapshots = if kubernetes.volume_snapshots {
        api::admission::VolumeSnapshots::Installed
    } else {
        api::admission::VolumeSnapshots::Missing
    };
    let installation = installation(&settings, kubernetes);
    let cx = Arc::new(Context {
        secrets: Secrets::new(client.clone(), stores.secrets.clone()),
        asker: Asker::new(Arc::clone(&identity)),
        recorder: Arc::new(Recorder::new(client.clone(), COMPONENT)),
        admission: Rules::new(&settings, volume_snapshots, installation.clone()).0,
        installation,
        operator_namespace: namespace,
        rollouts: Rollouts::default(),
        updates: Updates::default(),
        copies: Copies::default(),
        client,
        stores,
        ages,
        identity,
        binaries,
        settings,
        kubernetes,
    });
    info!(
        fingerprint = cx.identity.fingerprint(),
        clusters = cx.stores.clusters.all().len(),
        concurrency,
        "looking after clusters"
    );
    // `due` stays: without a sender the queue would end.
    let about_backups =
        backups::run(Arc::clone(&cx), happened, observers, concurrency, stop.clone());
    let about_clusters = queue::run(events, concurrency, observe, stop, move |key| {
        super::pass(Arc::clone(&cx), key)
    });
    let mut ending = leaving;
    tokio::join!(about_clusters, async {
        tokio::select! {
            () = about_backups => {}
            () = ending.asked() => {}
        }
    });
    drop(due);
    Ok(())
}

/// Every happening is told to all who want to hear of it.
async fn share(mut from: UnboundedReceiver<Key>, to: [UnboundedSender<Key>; 2]) {
    while let Some(key) = from.recv().await {
        for listener in &to {
            let _ = listener.send(key.clone()); // nobody listens any more: the end is near
        }
    }
}
