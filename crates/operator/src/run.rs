//! Starts everything in order, and ends everything in order.
//!
//! Start: settings, then certificates, then the webhooks that need them; controllers wait for the
//! Lease. End: the Lease is given back at once, while webhooks go on answering until the API
//! server has had time to learn of the end; then open requests are finished.

mod discover;
mod leader;
mod trust;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use api::admission::VolumeSnapshots;
use kube::Client;
use kubekit::lease::BadTiming;
use kubekit::stop::{self, Stop, Stopper};
use planner::cluster::Kubernetes;
use serving::listen::Listen;
use serving::live::Live;
use serving::server::{self, Limits};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tracing::{info, warn};

use crate::cluster::{self, start::Surroundings};
use crate::installation::installation;
use crate::metrics::{self, Metrics};
use crate::pki::Policy;
use crate::pki::files::Files;
use crate::pki::keeper::{Configurations, Keeper};
use crate::settings::{self, Settings, load};
use crate::webhook;
use crate::webhook::judge::{Judge, Rules};

/// How long webhooks go on after the signal to end, until endpoints are known to be gone.
const FAREWELL: Duration = Duration::from_secs(2);

/// What the command line says.
#[derive(Debug, Clone)]
pub struct Options {
    pub metrics: Listen,
    pub webhook_port: u16,
    /// `None` runs the controllers without asking anybody.
    pub election: Option<ElectionTimes>,
    pub config_map: Option<String>,
    pub secret: Option<String>,
    pub concurrency: usize,
}

#[derive(Debug, Clone, Copy)]
pub struct ElectionTimes {
    pub lease: Duration,
    pub deadline: Duration,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to reach the API server")]
    Client(#[from] kubekit::client::Error),
    #[error(transparent)]
    Load(#[from] load::Error),
    #[error("the settings contradict each other")]
    Settings(#[from] settings::Error),
    #[error("the times of the leader election do not go together")]
    Timing(#[from] BadTiming),
    #[error("failed to listen for {what}")]
    Listen { what: &'static str, source: io::Error },
    #[error("failed to ask the API server what it has")]
    Discover(#[source] kubekit::calls::Error),
    #[error("failed to listen to signals")]
    Signals(#[source] io::Error),
    #[error("failed to start the controllers")]
    Controllers(#[from] cluster::start::Error),
    #[error("the leader lease was lost")]
    LeaseLost,
    #[error("a part of the operator ended in a panic")]
    Panic(#[source] tokio::task::JoinError),
}

/// The two steps of an orderly end.
#[derive(Debug, Clone)]
struct Ending {
    /// Start nothing new, give the Lease back.
    leaving: Stop,
    /// Stop serving.
    closing: Stop,
}

/// Runs until a signal asks for the end, or something fails that cannot be repaired from inside.
pub async fn run(options: Options) -> Result<(), Error> {
    let metrics = Metrics::new();
    let config = kubekit::client::configuration().await?;
    let client = kubekit::client::connect(&config, Arc::clone(&metrics) as _)?;
    let settings = settings(&client, &options).await?;
    let namespace =
        settings.operator_namespace.clone().unwrap_or_else(|| config.default_namespace.clone());
    info!(
        version = env!("CARGO_PKG_VERSION"),
        namespace,
        watched = settings.watch_namespaces.join(","),
        "starting"
    );

    let (leave, leaving) = stop::channel();
    let (close, closing) = stop::channel();
    let ending = Ending { leaving, closing };
    let live = Arc::new(Live::default());
    let snapshots = discover::volume_snapshots(&client).await?;
    let surroundings = Surroundings {
        settings: settings.clone(),
        namespace: namespace.clone(),
        kubernetes: Kubernetes {
            security_context_constraints: discover::security_context_constraints(&client).await?,
            volume_snapshots: snapshots == VolumeSnapshots::Installed,
        },
        host: leader::host(),
    };
    let installation = installation(&settings, surroundings.kubernetes);
    let judge = Arc::new(Rules::new(&settings, snapshots, installation));

    let mut parts: JoinSet<Result<(), Error>> = JoinSet::new();
    parts.spawn(certificates(
        client.clone(),
        namespace.clone(),
        settings.clone(),
        Arc::clone(&live),
        ending.clone(),
    ));
    parts.spawn(webhooks(options.webhook_port, live, judge, Arc::clone(&metrics), ending.clone()));
    parts.spawn(scrapes(options.metrics, settings, Arc::clone(&metrics), ending.clone()));
    parts.spawn(leader::run(client, surroundings, options, metrics, ending));
    parts.spawn(farewell(leave, close));

    while let Some(ended) = parts.join_next().await {
        ended.map_err(Error::Panic)??;
    }
    info!("ended");
    Ok(())
}

async fn settings(client: &Client, options: &Options) -> Result<Settings, Error> {
    let environment = load::environment();
    let (early, _) = Settings::read([&environment]);
    let mut sources = vec![environment];
    if let Some(namespace) = &early.operator_namespace {
        if let Some(name) = &options.config_map {
            sources.push(load::config_map(client, namespace, name).await?);
        }
        if let Some(name) = &options.secret {
            sources.push(load::secret(client, namespace, name).await?);
        }
    }
    let (settings, ignored) = Settings::read(&sources);
    for setting in ignored {
        warn!(%setting, "a setting cannot be used");
    }
    settings.check()?;
    Ok(settings)
}

/// Waits for the signal and takes the operator down in two steps.
async fn farewell(leave: Stopper, close: Stopper) -> Result<(), Error> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Error::Signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::Signals)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    info!("asked to end");
    leave.ask();
    tokio::time::sleep(FAREWELL).await;
    close.ask();
    Ok(())
}

async fn certificates(
    client: Client,
    namespace: String,
    settings: Settings,
    live: Arc<Live>,
    ending: Ending,
) -> Result<(), Error> {
    match &settings.webhook_cert_dir {
        Some(directory) => {
            let files = Files::new(directory, "apiserver.crt", "apiserver.key");
            files.keep(&live, ending.closing).await;
        }
        None => {
            let suffix = settings.webhook_namespace_suffix.then_some(namespace.as_str());
            let configurations = Configurations::new(suffix);
            let managed = settings.manage_webhook_configurations;
            let keeper = Keeper {
                client,
                policy: Policy {
                    duration: settings.certificate_duration,
                    threshold: settings.expiring_check_threshold,
                },
                configurations: managed.then_some(configurations),
                namespace,
            };
            trust::keep(keeper, live, ending.closing).await;
        }
    }
    Ok(())
}

async fn webhooks(
    port: u16,
    live: Arc<Live>,
    judge: Arc<dyn Judge>,
    metrics: Arc<Metrics>,
    mut ending: Ending,
) -> Result<(), Error> {
    // Whoever connects before there is a certificate would only see a failed handshake.
    tokio::select! {
        () = live.ready() => {}
        () = ending.closing.asked() => return Ok(()),
    }
    let listen = Listen::Everywhere { port };
    let bound = listen.bind().await;
    let Some(listener) =
        bound.map_err(|source| Error::Listen { what: "admission requests", source })?
    else {
        return Ok(());
    };
    info!(port, "serving admission webhooks");
    let router = webhook::router(judge, metrics);
    let tls = Some(server::tls(live));
    let stop = async move { ending.closing.asked().await };
    server::serve(listener, tls, router, Limits::default(), stop).await;
    Ok(())
}

async fn scrapes(
    listen: Listen,
    settings: Settings,
    metrics: Arc<Metrics>,
    mut ending: Ending,
) -> Result<(), Error> {
    let bound = listen.bind().await;
    let Some(listener) = bound.map_err(|source| Error::Listen { what: "metrics", source })? else {
        return Ok(());
    };
    let (router, limits) =
        (metrics::router(metrics), Limits { connections: 32, ..Limits::default() });
    let closing = ending.closing.clone();
    let stop = async move { ending.closing.asked().await };
    let Some(directory) = settings.metrics_cert_dir else {
        server::serve(listener, None, router, limits, stop).await;
        return Ok(());
    };
    let live = Arc::new(Live::default());
    let files = Files::new(&directory, "tls.crt", "tls.key");
    let config = server::tls(Arc::clone(&live));
    tokio::join!(
        files.keep(&live, closing),
        server::serve(listener, Some(config), router, limits, stop),
    );
    Ok(())
}
