//! `instance join`: a copy of the primary, as a new replica.

use api::cluster::Cluster;
use jiff::Timestamp;
use kube::Client;
use pgkit::basebackup::Checkpoint;
use pgkit::data_directory::FileError;
use postgres::conninfo::Conninfo;
use postgres::replica::{TCP_USER_TIMEOUT, Upstream};
use thiserror::Error;

use super::clone::{self, CloneError, patient};
use super::guard::{self, GuardError};
use super::{ClusterError, Site, get_cluster};
use crate::files::certificates::{Certificates, CertificatesError};
use crate::files::replica::Follower;
use crate::files::secrets::Secrets;

/// What the name of the job's pod adds to that of the instance.
const ROLE: &str = "-join";

/// What is asked for on the command line.
#[derive(Clone, Debug, Default)]
pub struct JoinOptions {
    pub cluster: String,
    pub namespace: String,
    /// The pod of the job.
    pub pod: String,
    /// The host of the server to copy.
    pub parent: String,
}

/// Why there is no replica.
#[derive(Debug, Error)]
pub enum JoinError {
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error("cannot clear the place for the new data directory")]
    Guard(#[from] GuardError),
    #[error("cannot get the certificates of the cluster")]
    Certificates(#[from] CertificatesError),
    #[error(transparent)]
    Clone(#[from] CloneError),
    #[error("cannot make the copy a standby")]
    File(#[from] FileError),
}

/// Reads the Cluster and its certificates, and copies its primary.
///
/// # Errors
/// At the first thing that fails.
pub async fn run(client: &Client, site: &Site, options: &JoinOptions) -> Result<(), JoinError> {
    let cluster = get_cluster(client, &options.namespace, &options.cluster).await?;
    let secrets = Secrets::new(client.clone(), &options.namespace);
    let certificates = Certificates::fetch(&secrets, &cluster).await?;
    let _ = certificates.write(&site.paths.certificates())?;
    make(site, &cluster, options, conninfo(options)).await
}

/// How the primary is reached while it is copied.
#[must_use]
pub fn conninfo(options: &JoinOptions) -> Conninfo {
    let upstream = Upstream {
        host: &options.parent,
        application_name: &options.pod,
        tcp_user_timeout: TCP_USER_TIMEOUT,
    };
    let conninfo = upstream.conninfo().with("dbname", "postgres").with("connect_timeout", "5");
    patient(conninfo)
}

/// Copies a server and makes the copy a standby.
///
/// # Errors
/// At the first thing that fails.
pub async fn make(
    site: &Site,
    cluster: &Cluster,
    options: &JoinOptions,
    conninfo: Conninfo,
) -> Result<(), JoinError> {
    guard::clear(site, Timestamp::now()).await?;
    clone::copy(site, &conninfo, Checkpoint::Fast).await?;
    let instance = options.pod.strip_suffix(ROLE).unwrap_or(&options.pod);
    // A copy without the signal would start as a second primary.
    let _ = Follower::new(cluster, instance).demote(&site.paths.data_directory())?;
    tracing::info!(instance, "the new replica is complete");
    Ok(())
}
