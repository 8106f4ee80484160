//! `instance pgbasebackup`: a copy of a server elsewhere, as the first instance of a cluster.

use std::time::Duration;

use api::cluster::Cluster;
use api::cluster::bootstrap::PgBaseBackup;
use jiff::Timestamp;
use kube::Client;
use pgkit::basebackup::Checkpoint;
use pgkit::data_directory::{self, FileError};
use postgres::conninfo::Conninfo;
use thiserror::Error;
use tokio::time::sleep;

use super::application::{self, Application, ApplicationError};
use super::clone::{self, CloneError, patient};
use super::guard::{self, GuardError};
use super::initial_configuration::{self, InitialConfigurationError};
use super::post_init::Scripts;
use super::temporary_server::{ServerError, TemporaryServer};
use super::{ClusterError, Site, get_cluster};
use crate::files::external::{self, ExternalError};
use crate::files::replica::{Follower, Source};
use crate::files::secrets::Secrets;

/// How often the server is asked whether its recovery is over.
const LOOK: Duration = Duration::from_millis(200);

/// Why there is no copy that can be used.
#[derive(Debug, Error)]
pub enum PgBaseBackupError {
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error("Cluster {0} has no spec.bootstrap.pg_basebackup")]
    NotAsked(String),
    #[error(transparent)]
    External(#[from] ExternalError),
    #[error("cannot clear the place for the new data directory")]
    Guard(#[from] GuardError),
    #[error(transparent)]
    Clone(#[from] CloneError),
    #[error("cannot write into the new data directory")]
    File(#[from] FileError),
    #[error(transparent)]
    Configuration(#[from] InitialConfigurationError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("the server does not tell whether its recovery is over")]
    Recovery(#[source] tokio_postgres::Error),
    #[error(transparent)]
    Application(#[from] ApplicationError),
}

/// Reads the Cluster and copies the server that it names.
///
/// # Errors
/// At the first thing that fails.
pub async fn run(
    client: &Client,
    site: &Site,
    namespace: &str,
    name: &str,
    pod: &str,
) -> Result<(), PgBaseBackupError> {
    let cluster = get_cluster(client, namespace, name).await?;
    let asked = asked(&cluster)?;
    let external = external::find(&cluster, &asked.source)?;
    let secrets = Secrets::new(client.clone(), namespace);
    let (access, _) = external::dump(&secrets, external, &site.paths.external()).await?;
    make(site, &cluster, pod, access.conninfo).await
}

fn asked(cluster: &Cluster) -> Result<&PgBaseBackup, PgBaseBackupError> {
    let bootstrap = cluster.spec.bootstrap.as_ref();
    let asked = bootstrap.and_then(|bootstrap| bootstrap.pg_basebackup.as_ref());
    let name = || cluster.metadata.name.clone().unwrap_or_default();
    asked.ok_or_else(|| PgBaseBackupError::NotAsked(name()))
}

/// Copies a server and makes the copy what the cluster wants: a primary, or the leader of a replica
/// cluster, which goes on following the server.
///
/// # Errors
/// At the first thing that fails.
pub async fn make(
    site: &Site,
    cluster: &Cluster,
    pod: &str,
    conninfo: Conninfo,
) -> Result<(), PgBaseBackupError> {
    let asked = asked(cluster)?;
    guard::clear(site, Timestamp::now()).await?;
    clone::copy(site, &patient(conninfo.clone()), Checkpoint::Spread).await?;
    let data = site.paths.data_directory();
    let _ = data_directory::write(&site.paths.empty_archive_marker(), b"", 0o600)?;
    let instance = pod.strip_suffix("-pgbasebackup").unwrap_or(pod);
    if cluster.is_replica_cluster() {
        let conninfo = conninfo.render(postgres::conninfo::Quotes::Always);
        let source = Source::External(&conninfo);
        let _ = Follower { source, ..Follower::new(cluster, instance) }.demote(&data)?;
        tracing::info!("the copy is complete and follows its source");
        return Ok(());
    }
    initial_configuration::write(site, cluster, instance).await?;
    let server = TemporaryServer::start(site, &[], &["ssl=off"]).await?;
    let finished = finish(&server, asked).await;
    let stopped = server.stop().await;
    finished?;
    stopped?;
    tracing::info!("the copy is complete");
    Ok(())
}

/// Waits until the copy is consistent, and gives the application its database.
async fn finish(server: &TemporaryServer, asked: &PgBaseBackup) -> Result<(), PgBaseBackupError> {
    let session = server.connect("postgres").await?;
    loop {
        let row = session.client().query_one("select pg_is_in_recovery()", &[]).await;
        if !row.map_err(PgBaseBackupError::Recovery)?.get::<_, bool>(0) {
            break;
        }
        sleep(LOOK).await;
    }
    if let (Some(database), Some(owner)) = (&asked.database, &asked.owner) {
        let application = Application { database: database.clone(), owner: owner.clone() };
        application::role(&session, &application).await?;
        drop(session);
        application::database(server, &application, &Scripts::default()).await?;
    }
    Ok(())
}
