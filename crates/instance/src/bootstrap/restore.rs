//! `instance restore`: a base backup and the WAL after it, as the first instance of a cluster.
//!
//! ```text
//!   origin -> choose -> may it be? -> clear -> extract -> configure -> replay -> application
//! ```
//! All that can be refused is refused before anything is written. From then on a note beside the
//! data directory says that what is there is ours and unfinished: only that is ever removed.

mod heard;
mod origin;
mod replay;
mod report;
mod target;
mod unfinished;

use std::path::PathBuf;

use api::annotations;
use api::cluster::Cluster;
use api::cluster::recovery::Recovery;
use jiff::Timestamp;
use kube::Client;
use objectstore::Codec;
use objectstore::base::{self, Progress, RestoreOptions};
use objectstore::catalog;
use objectstore::choose::{ChooseError, choose};
use objectstore::info::Info;
use objectstore::wal::{Places, WalError, expect_empty};
use pgkit::data_directory::{self, FileError};
use postgres::wal_name::{SegmentSize, WalName};
use thiserror::Error;

use super::application::{self, Application, ApplicationError};
use super::guard::{self, GuardError};
use super::initial_configuration::{self, InitialConfigurationError};
use super::post_init::Scripts;
use super::temporary_server::ServerError;
use super::{ClusterError, Site, get_cluster};
use crate::archive::RecoveryService;
use crate::files::replica::Follower;
use crate::files::secrets::Secrets;
use crate::run::chain;
use crate::store::{self, Purpose, StoreError};

use heard::Heard;
use replay::ReplayError;

pub use origin::{Origin, OriginError};

/// What the name of the job's pod adds to that of the instance.
const ROLE: &str = "-full-recovery";

/// Why nothing was restored.
#[derive(Debug, Error)]
pub enum RestoreError {
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error("Cluster {0} has no spec.bootstrap.recovery")]
    NotAsked(String),
    #[error("cannot tell what to restore from")]
    Origin(#[from] OriginError),
    #[error("cannot use the object store")]
    Store(#[from] StoreError),
    #[error("cannot read the archive")]
    Archive(#[from] objectstore::Error),
    #[error("the WAL archive cannot be used")]
    Wal(#[from] WalError),
    #[error("nothing can be restored as spec.bootstrap.recovery.recoveryTarget asks")]
    Choose(#[from] ChooseError),
    #[error("backup {id} names no WAL that it begins with")]
    NoBegin { id: String },
    #[error(
        "the archive lacks {file}, with which backup {id} begins: restore another backup, or the archive"
    )]
    NoWal { id: String, file: String },
    #[error(
        "backup {id} has the tablespace {name} in {location}, for which the cluster has no volume: \
         add it to spec.tablespaces"
    )]
    Tablespace { id: String, name: String, location: String },
    #[error("cannot clear the place for the new data directory")]
    Guard(#[from] GuardError),
    #[error("cannot have the place for the new data directory to ourselves")]
    Unfinished(#[from] unfinished::UnfinishedError),
    #[error("cannot restore the backup")]
    Extract(#[from] base::RestoreError),
    #[error("cannot make room for WAL in {path}")]
    WalFolder { path: PathBuf, source: std::io::Error },
    #[error("cannot write into the new data directory")]
    File(#[from] FileError),
    #[error(transparent)]
    Configuration(#[from] InitialConfigurationError),
    #[error("the segments of backup {0} have a strange size")]
    SegmentSize(String),
    #[error("PostgreSQL cannot be given its WAL")]
    Service(#[source] std::io::Error),
    #[error("the recovery did not come to its end")]
    Replay(#[from] replay::ReplayError),
    #[error(
        "the archive does not reach spec.bootstrap.recovery.recoveryTarget: {window}. Correct the \
         target, which the next attempt reads, or see that the WAL up to it is archived"
    )]
    NotReached { window: String },
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error(transparent)]
    Application(#[from] ApplicationError),
}

/// Reads the Cluster and restores what it names.
///
/// # Errors
/// At the first thing that fails.
pub async fn run(
    client: &Client,
    site: &Site,
    namespace: &str,
    name: &str,
    pod: &str,
) -> Result<(), RestoreError> {
    let cluster = get_cluster(client, namespace, name).await?;
    let restored = restore(client, site, &cluster, pod).await;
    if let Err(error) = &restored {
        report::failed(client, &cluster, error).await;
    }
    restored
}

async fn restore(
    client: &Client,
    site: &Site,
    cluster: &Cluster,
    pod: &str,
) -> Result<(), RestoreError> {
    let namespace = cluster.metadata.namespace.as_deref().unwrap_or_default();
    let name = cluster.metadata.name.as_deref().unwrap_or_default();
    // Of two pods of one job, one may still be on its way out: it must not write any more.
    let _alone = unfinished::alone(&site.paths).await?;
    let recovery = asked(cluster)?;
    if unfinished::is_done(&site.paths, cluster.metadata.uid.as_deref().unwrap_or_default())? {
        tracing::info!(
            "an attempt before has restored all, and could not tell: nothing is left to do"
        );
        return Ok(());
    }
    let origin = Origin::find(client, namespace, cluster, recovery).await?;
    let secrets = Secrets::new(client.clone(), namespace);
    let store =
        store::open(&secrets, &origin.store, &origin.server, Purpose::RestoreBackup).await?;
    let own = cluster.spec.backup.as_ref().and_then(|it| it.barman_object_store.as_ref());
    if let Some(own) = own
        && !skips_empty_check(cluster)
    {
        let own = store::open(&secrets, own, name, Purpose::ArchiveWal).await?;
        expect_empty(&own).await?;
    }
    let instance = pod.strip_suffix(ROLE).unwrap_or(pod);
    Restore { site, cluster, recovery, instance, store: &store, origin: &origin }.run().await
}

fn asked(cluster: &Cluster) -> Result<&Recovery, RestoreError> {
    let bootstrap = cluster.spec.bootstrap.as_ref();
    let asked = bootstrap.and_then(|bootstrap| bootstrap.recovery.as_ref());
    let name = || cluster.metadata.name.clone().unwrap_or_default();
    asked.ok_or_else(|| RestoreError::NotAsked(name()))
}

/// Whether the owner says that WAL in the archive is no reason to stop.
fn skips_empty_check(cluster: &Cluster) -> bool {
    let notes = cluster.metadata.annotations.as_ref();
    let switch = notes.and_then(|notes| notes.get(annotations::SKIP_EMPTY_WAL_ARCHIVE_CHECK));
    switch.is_some_and(|value| value == annotations::ENABLED)
}

/// The last segment there is, of the latest timeline.
async fn last_wal(store: &objectstore::Store) -> Result<Option<String>, objectstore::Error> {
    let listed = store.list(&store.location().wals()).await?;
    let names = listed.iter().filter_map(|object| {
        let name = object.key.rsplit('/').next().unwrap_or_default();
        match Codec::of(name).0.parse() {
            Ok(WalName::Segment(segment)) => Some(segment.to_string()),
            _ => None,
        }
    });
    Ok(names.max())
}

/// One recovery, with all that it needs to know.
struct Restore<'a> {
    site: &'a Site,
    cluster: &'a Cluster,
    recovery: &'a Recovery,
    instance: &'a str,
    store: &'a objectstore::Store,
    origin: &'a Origin,
}

impl Restore<'_> {
    async fn run(&self) -> Result<(), RestoreError> {
        let catalog = catalog::read(self.store).await?;
        let wanted = target::wanted(self.recovery.recovery_target.as_ref(), &self.origin.backup_id);
        let info = choose(&catalog, &wanted)?;
        tracing::info!(
            id = info.id,
            begin = info.begin.wal,
            end = info.end.wal,
            timeline = info.timeline,
            "this backup is restored"
        );
        self.check_wal(info).await?;
        self.check_tablespaces(info)?;
        self.clear(info).await?;
        self.extract(info).await?;
        let data = self.site.paths.data_directory();
        let _ = data_directory::write(&self.site.paths.empty_archive_marker(), b"", 0o600)?;
        if self.cluster.is_replica_cluster() {
            let _ = Follower::new(self.cluster, self.instance).demote(&data)?;
            unfinished::done(&self.site.paths, self.owner())?;
            tracing::info!("the data directory is restored and follows its source");
            return Ok(());
        }
        initial_configuration::write(self.site, self.cluster, self.instance).await?;
        let _ = data_directory::write(&data.path().join("recovery.signal"), b"", 0o600)?;
        let size = info.segment_size.unwrap_or(SegmentSize::DEFAULT.bytes());
        let size =
            SegmentSize::new(size).ok_or_else(|| RestoreError::SegmentSize(info.id.clone()))?;
        let places = Places::new(self.store.clone(), store::wal_codec(&self.origin.store));
        // While one is replayed the next is on its way.
        let parallel = store::max_parallel(&self.origin.store).max(2);
        let service = RecoveryService::start(&self.site.paths, places, parallel, size)
            .map_err(RestoreError::Service)?;
        let settings = target::settings(self.recovery.recovery_target.as_ref());
        let server = replay::run(self.site, self.cluster, settings).await;
        let server = match server {
            Ok(server) => server,
            Err(ReplayError::Ended { heard, .. }) if heard.is_too_short() => {
                return Err(RestoreError::NotReached { window: self.window(info, &heard).await });
            }
            Err(error) => return Err(error.into()),
        };
        drop(service);
        let finished = self.application(&server).await;
        let stopped = server.stop().await;
        finished?;
        stopped?;
        unfinished::done(&self.site.paths, self.owner())?;
        tracing::info!("the data directory is restored");
        Ok(())
    }

    fn owner(&self) -> &str {
        self.cluster.metadata.uid.as_deref().unwrap_or_default()
    }

    /// Without the first WAL there is no recovery, and nothing should be touched for it.
    async fn check_wal(&self, info: &Info) -> Result<(), RestoreError> {
        let id = || info.id.clone();
        let name: Option<WalName> = info.begin.wal.as_ref().and_then(|name| name.parse().ok());
        let name = name.ok_or_else(|| RestoreError::NoBegin { id: id() })?;
        let found = Places::new(self.store.clone(), Codec::None).has(name).await?;
        let file = name.to_string();
        if found { Ok(()) } else { Err(RestoreError::NoWal { id: id(), file }) }
    }

    /// Volumes are mounted where the tablespaces were; what is not mounted would fill another.
    fn check_tablespaces(&self, info: &Info) -> Result<(), RestoreError> {
        for space in &info.tablespaces {
            let place = PathBuf::from(&space.location);
            if !place.parent().is_some_and(std::path::Path::is_dir) {
                return Err(RestoreError::Tablespace {
                    id: info.id.clone(),
                    name: space.name.clone(),
                    location: space.location.clone(),
                });
            }
        }
        Ok(())
    }

    /// Removes what an attempt of this recovery left; moves aside whatever else is there.
    async fn clear(&self, info: &Info) -> Result<(), RestoreError> {
        let owner = self.owner();
        let spaces: Vec<PathBuf> =
            info.tablespaces.iter().map(|space| PathBuf::from(&space.location)).collect();
        unfinished::remove(self.site, owner, &spaces)?;
        guard::clear(self.site, Timestamp::now()).await?;
        Ok(unfinished::begin(&self.site.paths, owner)?)
    }

    async fn extract(&self, info: &Info) -> Result<(), RestoreError> {
        let progress = Progress::default();
        let jobs = self.origin.store.data.as_ref().and_then(|data| data.jobs);
        let jobs = jobs.and_then(|jobs| usize::try_from(jobs).ok()).unwrap_or(2).max(1);
        let options = RestoreOptions { data_directory: self.site.paths.data.clone(), jobs };
        let began = std::time::Instant::now();
        base::restore(self.store, info, &options, &progress).await?;
        tracing::info!(
            plain = progress.plain_bytes(),
            stored = progress.stored_bytes(),
            files = progress.files(),
            seconds = began.elapsed().as_secs_f64(),
            "the backup is extracted"
        );
        let Some(wal) = &self.site.wal else { return Ok(()) };
        let of = |path: &PathBuf| {
            let path = path.clone();
            move |source| RestoreError::WalFolder { path, source }
        };
        let link = self.site.paths.data.join("pg_wal");
        crate::paths::private_directory(wal).map_err(of(wal))?;
        std::fs::remove_dir_all(&link).map_err(of(&link))?;
        std::os::unix::fs::symlink(wal, &link).map_err(of(&link))
    }

    /// What can be reached, for whoever asked for more.
    async fn window(&self, info: &Info, heard: &Heard) -> String {
        let end = match last_wal(self.store).await {
            Ok(end) => end.unwrap_or_else(|| "none".to_owned()),
            Err(error) => chain(&error),
        };
        let from = info.end.time.map_or_else(String::new, |time| format!(", at {time}"));
        let to = heard.last_commit.as_deref().unwrap_or("none that was committed after it");
        format!(
            "what can be reached begins with the end of backup {id}{from}; the last transaction is \
             {to}, the last WAL file of the archive is {end}",
            id = info.id
        )
    }

    async fn application(
        &self,
        server: &super::temporary_server::TemporaryServer,
    ) -> Result<(), RestoreError> {
        if let (Some(database), Some(owner)) = (&self.recovery.database, &self.recovery.owner) {
            let application = Application { database: database.clone(), owner: owner.clone() };
            application::role(&server.connect("postgres").await?, &application).await?;
            application::database(server, &application, &Scripts::default()).await?;
        }
        Ok(())
    }
}
