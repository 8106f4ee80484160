//! What makes an instance follow another: `override.conf` and the signal of a standby.

use api::cluster::Cluster;
use pgkit::data_directory::{DataDirectory, FileError, Role, Written};
use postgres::conf;
use postgres::replica::{RestoreFor, TCP_USER_TIMEOUT, Upstream, override_settings, slot_name};

use super::settings::slot_prefix;

/// The variable with which a user may change how long unacknowledged data waits.
pub const TCP_USER_TIMEOUT_VARIABLE: &str = "CNPG_STANDBY_TCP_USER_TIMEOUT";

/// Whom an instance follows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Source<'a> {
    /// The primary of its cluster.
    #[default]
    Primary,
    /// Another server, by its connection string: the instance leads a replica cluster.
    External(&'a str),
}

/// How one instance follows.
#[derive(Debug, Clone, Copy)]
pub struct Follower<'a> {
    pub cluster: &'a Cluster,
    /// The name it gives itself.
    pub instance: &'a str,
    pub source: Source<'a>,
    /// The value of [`TCP_USER_TIMEOUT_VARIABLE`], if there is one.
    pub tcp_user_timeout: Option<&'a str>,
}

impl<'a> Follower<'a> {
    /// An instance that follows the primary of its cluster.
    #[must_use]
    pub const fn new(cluster: &'a Cluster, instance: &'a str) -> Self {
        Self { cluster, instance, source: Source::Primary, tcp_user_timeout: None }
    }

    /// How it connects to the server that it follows.
    #[must_use]
    pub fn conninfo(&self) -> String {
        if let Source::External(conninfo) = self.source {
            return conninfo.to_owned();
        }
        let cluster = self.cluster.metadata.name.as_deref().unwrap_or_default();
        let timeout = self.tcp_user_timeout.filter(|value| !value.is_empty());
        Upstream {
            host: &format!("{cluster}-rw"),
            application_name: self.instance,
            tcp_user_timeout: timeout.unwrap_or(TCP_USER_TIMEOUT),
        }
        .primary_conninfo()
    }

    /// The text of `override.conf`.
    #[must_use]
    pub fn text(&self, restore: RestoreFor) -> String {
        // While it is rewound nothing streams, and the slot may be gone.
        let slotted = self.source == Source::Primary && restore == RestoreFor::Standby;
        let prefix = slot_prefix(self.cluster).filter(|_| slotted);
        let slot = prefix.map(|prefix| slot_name(prefix, self.instance));
        conf::render(&override_settings(&self.conninfo(), slot.as_deref(), restore))
    }

    /// Writes how a standby follows; a primary is left as it is.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn refresh(&self, data: &DataDirectory) -> Result<Written, FileError> {
        match data.role()? {
            Role::Primary => Ok(Written::Unchanged),
            Role::Standby => data.write(conf::OVERRIDE, &self.text(RestoreFor::Standby)),
        }
    }

    /// Makes a data directory a standby: how it follows is written before the signal.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn demote(&self, data: &DataDirectory) -> Result<Written, FileError> {
        let written = data.write(conf::OVERRIDE, &self.text(RestoreFor::Standby))?;
        Ok(written.or(data.demote()?))
    }
}
