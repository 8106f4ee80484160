//! Writes the configuration of a server: `custom.conf`, the access files, and what includes them.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;

use api::cluster::Cluster;
use pgkit::data_directory::{DataDirectory, FileError, Written};
use postgres::conf;
use thiserror::Error;

use super::access;
use super::settings::{self, Conditions, Purpose};

/// The file in which `ALTER SYSTEM` keeps its settings.
const AUTO: &str = "postgresql.auto.conf";

/// Why there is no configuration.
#[derive(Debug, Error)]
pub enum ConfigurationError {
    #[error("cannot keep the configuration of PostgreSQL")]
    File(#[from] FileError),
    #[error("cannot change the mode of {AUTO}")]
    Mode(#[source] io::Error),
    #[error("cannot read the accounts of this machine")]
    Accounts(#[source] io::Error),
}

/// What was written.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configured {
    /// Whether the running server has to be told.
    pub written: Written,
    /// What it shows as `cnpg.config_sha256` once it has read it.
    pub hash: String,
}

/// What is not in the Cluster itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// Password of the LDAP account that searches for users.
    pub ldap_password: Option<&'a str>,
    /// Settings that may not be lower than this, because the WAL was written so.
    pub at_least: Option<&'a BTreeMap<&'static str, u32>>,
}

/// Writes everything that a serving instance reads, except how it follows another.
///
/// # Errors
/// When a file cannot be read or written.
pub fn serve(
    data: &DataDirectory,
    cluster: &Cluster,
    surroundings: &Surroundings<'_>,
) -> Result<Configured, ConfigurationError> {
    let major = data.major_version()?;
    let none = BTreeMap::new();
    let at_least = surroundings.at_least.unwrap_or(&none);
    let conditions = Conditions { purpose: Purpose::Serve, major, at_least };
    let custom = conf::custom(&settings::custom(cluster, &conditions));
    let passwd = match std::fs::read_to_string("/etc/passwd") {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(ConfigurationError::Accounts(error));
        }
        passwd => passwd.unwrap_or_default(),
    };
    let os_user = access::os_user(&passwd, nix::unistd::geteuid().as_raw());
    let hba = access::hba(cluster, major, surroundings.ldap_password);
    let written = data
        .write("pg_hba.conf", &hba)?
        .or(data.write("pg_ident.conf", &access::ident(cluster, os_user))?)
        .or(data.write(conf::CUSTOM, &custom.text)?)
        // Last: what it includes has to be there.
        .or(data.include_ours()?);
    Ok(Configured { written, hash: custom.hash })
}

/// Writes what a server reads that only fills a new data directory.
///
/// # Errors
/// When a file cannot be read or written.
pub fn initialize(data: &DataDirectory, cluster: &Cluster) -> Result<Written, ConfigurationError> {
    let (major, none) = (data.major_version()?, BTreeMap::new());
    let conditions = Conditions { purpose: Purpose::Initialize, major, at_least: &none };
    let custom = conf::custom(&settings::custom(cluster, &conditions));
    Ok(data.write(conf::CUSTOM, &custom.text)?)
}

/// Lets `ALTER SYSTEM` write its file, or not. From version 17 a setting decides that.
///
/// # Errors
/// When the mode cannot be changed.
pub fn guard_auto_conf(data: &DataDirectory, cluster: &Cluster) -> Result<(), ConfigurationError> {
    if data.major_version()? >= 17 {
        return Ok(());
    }
    let allowed = cluster.spec.postgresql.enable_alter_system == Some(true);
    auto_conf_mode(data, if allowed { 0o600 } else { 0o400 })
}

/// Lets programs of PostgreSQL write the file of `ALTER SYSTEM`, as a rewind does.
///
/// # Errors
/// When the mode cannot be changed.
pub fn release_auto_conf(data: &DataDirectory) -> Result<(), ConfigurationError> {
    auto_conf_mode(data, 0o600)
}

fn auto_conf_mode(data: &DataDirectory, mode: u32) -> Result<(), ConfigurationError> {
    let path = data.path().join(AUTO);
    match std::fs::metadata(&path) {
        Ok(found) if found.permissions().mode() & 0o777 == mode => Ok(()),
        Ok(_) => std::fs::set_permissions(&path, Permissions::from_mode(mode))
            .map_err(ConfigurationError::Mode),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(ConfigurationError::Mode(error)),
    }
}
