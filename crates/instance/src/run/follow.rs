//! `override.conf`: whom this instance follows, and what its commits wait for.

use api::Cluster;
use pgkit::data_directory::{DataDirectory, FileError, Written};
use planner::leadership::sync_names::Loaded;
use postgres::conf;
use postgres::replica::{RestoreFor, override_settings, slot_name};

use crate::files::replica::{Follower, TCP_USER_TIMEOUT_VARIABLE};
use crate::files::settings::slot_prefix;
use crate::files::synchronous;

/// A name that no standby has: what waits for it is never acknowledged.
pub const NOBODY: &str = "cnpg-nobody";

/// The setting that commits wait by.
pub const NAMES: &str = "synchronous_standby_names";

/// Whether a standby has a primary to receive from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiving {
    On,
    /// The log is being compared with that of others.
    Off,
}

/// What stands in `override.conf`.
#[derive(Debug, Clone, Copy)]
pub struct Override<'a> {
    pub cluster: &'a Cluster,
    pub instance: &'a str,
    pub receiving: Receiving,
    /// None where commits wait for nobody.
    pub names: Option<&'a Loaded>,
}

impl Override<'_> {
    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        let timeout = std::env::var(TCP_USER_TIMEOUT_VARIABLE).ok();
        let mut follower = Follower::new(self.cluster, self.instance);
        follower.tcp_user_timeout = timeout.as_deref();
        let slot = slot_prefix(self.cluster).map(|prefix| slot_name(prefix, self.instance));
        let mut settings = match self.receiving {
            Receiving::On => {
                override_settings(&follower.conninfo(), slot.as_deref(), RestoreFor::Standby)
            }
            Receiving::Off => override_settings("", None, RestoreFor::Standby),
        };
        if let Some(names) = self.names {
            settings.insert(NAMES.to_owned(), value(names, self.cluster));
        }
        conf::render(&settings)
    }

    /// Writes it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, data: &DataDirectory) -> Result<Written, FileError> {
        data.write(conf::OVERRIDE, &self.text())
    }
}

/// The value of `synchronous_standby_names`.
pub fn value(names: &Loaded, cluster: &Cluster) -> String {
    match names {
        Loaded::Blocking => format!("ANY 1 (\"{NOBODY}\")"),
        Loaded::Rule(rule) if rule.number == 0 || rule.names.is_empty() => String::new(),
        Loaded::Rule(rule) => {
            let wanted = synchronous::standbys(cluster);
            let method = wanted.map_or_else(|| "ANY".to_owned(), |wanted| wanted.method);
            let names: Vec<_> = rule.names.iter().map(|name| format!("\"{name}\"")).collect();
            format!("{method} {} ({})", rule.number, names.join(","))
        }
    }
}
