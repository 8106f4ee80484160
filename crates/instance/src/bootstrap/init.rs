//! `instance init`: a new, empty data directory with the database of the application.

use std::path::PathBuf;

use api::cluster::Cluster;
use jiff::Timestamp;
use kube::Client;
use pgkit::data_directory::{self, FileError};
use pgkit::initdb::Initdb;
use pgkit::tool::ToolError;
use postgres::conf;
use postgres::replica::{RestoreFor, override_settings};
use thiserror::Error;

use super::application::{self, ApplicationError};
use super::guard::{self, GuardError};
use super::post_init::{PostInit, PostInitError};
use super::temporary_server::{ServerError, TemporaryServer};
use super::{ClusterError, Site, get_cluster};
use crate::files::configuration::{self, ConfigurationError};
use crate::files::replica::Follower;

pub use super::application::Application;

/// What is asked for on the command line.
#[derive(Clone, Debug, Default)]
pub struct InitOptions {
    pub cluster: String,
    pub namespace: String,
    /// The pod of the job, whose name ends up in `override.conf`.
    pub pod: String,
    /// Words for `initdb`.
    pub flags: Vec<String>,
    /// The database to make, if any.
    pub application: Option<Application>,
    pub post_init: PostInit,
}

/// Why there is no new data directory.
#[derive(Debug, Error)]
pub enum InitError {
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error(
        "spec.bootstrap.initdb.import of Cluster {0} is not supported by this instance manager"
    )]
    Import(String),
    #[error("cannot clear the place for the new data directory")]
    Guard(#[from] GuardError),
    #[error("cannot make a data directory in {path}")]
    Initdb { path: PathBuf, source: ToolError },
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    #[error("cannot write into the new data directory")]
    File(#[from] FileError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error(transparent)]
    PostInit(#[from] PostInitError),
    #[error(transparent)]
    Application(#[from] ApplicationError),
}

/// Reads the Cluster and makes its first data directory.
///
/// # Errors
/// At the first thing that fails.
pub async fn run(client: &Client, site: &Site, options: &InitOptions) -> Result<(), InitError> {
    let cluster = get_cluster(client, &options.namespace, &options.cluster).await?;
    make(site, &cluster, options).await
}

/// Makes the first data directory of a cluster.
///
/// # Errors
/// At the first thing that fails.
pub async fn make(site: &Site, cluster: &Cluster, options: &InitOptions) -> Result<(), InitError> {
    let initdb = cluster.spec.bootstrap.as_ref().and_then(|bootstrap| bootstrap.initdb.as_ref());
    if initdb.is_some_and(|initdb| initdb.import.is_some()) {
        return Err(InitError::Import(options.cluster.clone()));
    }
    guard::clear(site, Timestamp::now()).await?;
    initialize(site, cluster, options).await?;
    let server = TemporaryServer::start(site, &[], &[]).await?;
    // However it ends, the server has to be down before the next attempt begins.
    let filled = fill(site, &server, options).await;
    let stopped = server.stop().await;
    filled?;
    stopped?;
    tracing::info!(data = %site.paths.data.display(), "the new data directory is complete");
    Ok(())
}

/// Files: what `initdb` makes, and our configuration.
async fn initialize(
    site: &Site,
    cluster: &Cluster,
    options: &InitOptions,
) -> Result<(), InitError> {
    let data = site.paths.data_directory();
    let initdb = Initdb {
        data_directory: site.paths.data.clone(),
        wal_directory: site.wal.clone(),
        options: options.flags.clone(),
        ..Initdb::default()
    };
    tracing::info!(data = %site.paths.data.display(), "making a new data directory");
    let tool = initdb.tool(site.programs.get("initdb")).run_as(site.run_as);
    tool.log_to(site.sink.clone())
        .run(&site.children)
        .await
        .map_err(|source| InitError::Initdb { path: site.paths.data.clone(), source })?;
    let _ = configuration::initialize(&data, cluster)?;
    let follower = Follower::new(cluster, &options.pod);
    // Without a slot: that of the instance does not bear the name of the job's pod.
    let settings = override_settings(&follower.conninfo(), None, RestoreFor::Standby);
    let _ = data.write(conf::OVERRIDE, &conf::render(&settings))?;
    let _ = data.include_ours()?;
    Ok(())
}

/// Contents: the user's SQL and the database of the application.
async fn fill(
    site: &Site,
    server: &TemporaryServer,
    options: &InitOptions,
) -> Result<(), InitError> {
    if let Some(application) = &options.application {
        application::role(&server.connect("postgres").await?, application).await?;
    }
    let PostInit { postgres, template, application: scripts } = &options.post_init;
    if !postgres.is_empty()? {
        postgres.run("postInitSQL", "postgres", server.connect("postgres").await?).await?;
    }
    if !template.is_empty()? {
        template
            .run("postInitTemplateSQL", "template1", server.connect("template1").await?)
            .await?;
    }
    let _ = data_directory::write(&site.paths.empty_archive_marker(), b"", 0o600)?;
    if let Some(application) = &options.application {
        application::database(server, application, scripts).await?;
    }
    Ok(())
}
