//! Configuration for a data directory that came from elsewhere: nothing of the source's is kept.
//!
//! A scratch data directory gives the `postgresql.conf` of this version.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use api::cluster::Cluster;
use pgkit::data_directory::{self, DataDirectory, FileError};
use pgkit::initdb::Initdb;
use pgkit::tool::ToolError;
use postgres::access::RECOVERY_HBA;
use postgres::conf;
use postgres::replica::RestoreFor;
use thiserror::Error;

use super::Site;
use crate::files::configuration::{self, ConfigurationError, Surroundings};
use crate::files::replica::Follower;
use crate::paths::private_directory;

/// Why there is no configuration.
#[derive(Debug, Error)]
pub enum InitialConfigurationError {
    #[error("cannot make the directory {path}")]
    Directory { path: PathBuf, source: io::Error },
    #[error("cannot make a scratch data directory for its configuration")]
    Initdb(#[source] ToolError),
    #[error("cannot read {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write the configuration")]
    File(#[from] FileError),
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    #[error("cannot protect the data directory {path}")]
    Mode { path: PathBuf, source: io::Error },
}

/// Writes all files of the configuration: only our own socket is let in, the primary of the cluster
/// is who will be followed some day.
///
/// # Errors
/// When one cannot be made.
pub async fn write(
    site: &Site,
    cluster: &Cluster,
    instance: &str,
) -> Result<(), InitialConfigurationError> {
    let data = site.paths.data_directory();
    let path = data.path();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
        .map_err(|source| InitialConfigurationError::Mode { path: path.to_owned(), source })?;
    let text = postgresql_conf(site).await?;
    let _ = data_directory::write(&path.join("postgresql.conf"), text.as_bytes(), 0o600)?;
    let _ =
        data.write(conf::OVERRIDE, &Follower::new(cluster, instance).text(RestoreFor::Standby))?;
    let _ = configuration::serve(&data, cluster, &Surroundings::default())?;
    let _ = data.write("pg_hba.conf", RECOVERY_HBA)?;
    Ok(())
}

/// The `postgresql.conf` that `initdb` of this version makes.
async fn postgresql_conf(site: &Site) -> Result<String, InitialConfigurationError> {
    let recovery = site.paths.recovery();
    make_directory(site, &recovery)?;
    let scratch = recovery.join("datadir_scratch");
    remove(&scratch)?;
    let initdb = Initdb {
        data_directory: scratch.clone(),
        options: vec!["--no-sync".to_owned()],
        ..Initdb::default()
    };
    let tool = initdb.tool(site.programs.get("initdb")).run_as(site.run_as);
    tool.run(&site.children).await.map_err(InitialConfigurationError::Initdb)?;
    let path = DataDirectory::new(&scratch).path().join("postgresql.conf");
    let text = std::fs::read_to_string(&path);
    let text = text.map_err(|source| InitialConfigurationError::Read { path, source })?;
    remove(&scratch)?;
    Ok(text)
}

fn make_directory(site: &Site, path: &Path) -> Result<(), InitialConfigurationError> {
    let of = |source| InitialConfigurationError::Directory { path: path.to_owned(), source };
    private_directory(path).map_err(of)?;
    if let pgkit::account::RunAs::Other(account) = site.run_as {
        let owner = (Some(account.uid), Some(account.gid));
        std::os::unix::fs::chown(path, owner.0, owner.1).map_err(of)?;
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), InitialConfigurationError> {
    match std::fs::remove_dir_all(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(InitialConfigurationError::Directory { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}
