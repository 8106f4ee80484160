//! How a standby follows its primary: `override.conf`, slot names, `primary_conninfo`.

use crate::conf::Settings;
use crate::conninfo::{Conninfo, Quotes};

/// The empty file that makes a data directory a standby.
pub const STANDBY_SIGNAL: &str = "standby.signal";

/// The role that replicas connect with.
pub const STREAMING_USER: &str = "streaming_replica";

/// How long unacknowledged data may wait when nothing else is said.
pub const TCP_USER_TIMEOUT: &str = "5000";

/// Where a standby finds its primary, and as whom it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upstream<'a> {
    pub host: &'a str,
    pub application_name: &'a str,
    pub tcp_user_timeout: &'a str,
}

const CERTIFICATES: &str = "/controller/certificates";

impl Upstream<'_> {
    /// The parameters in the order that the whole cluster compares by.
    #[must_use]
    pub fn conninfo(&self) -> Conninfo {
        let file = |name: &str| format!("{}/{name}", CERTIFICATES);
        Conninfo::default()
            .with("host", self.host)
            .with("user", STREAMING_USER)
            .with("port", "5432")
            .with("sslkey", file("streaming_replica.key"))
            .with("sslcert", file("streaming_replica.crt"))
            .with("sslrootcert", file("server-ca.crt"))
            .with("application_name", self.application_name)
            .with("sslmode", "verify-ca")
    }

    /// The value of `primary_conninfo`, with the quotes that are recorded.
    #[must_use]
    pub fn primary_conninfo(&self) -> String {
        let timeout = crate::conninfo::quote(self.tcp_user_timeout);
        let start = self.conninfo().with("dbname", "postgres").render(Quotes::Needed);
        format!("{start} tcp_user_timeout={timeout}")
    }
}

/// How WAL comes back from the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestoreFor {
    Standby,
    /// `pg_rewind` asks for old segments that a standby would not prefetch.
    Rewind,
}

/// The value of `restore_command`.
#[must_use]
pub fn restore_command(restore: RestoreFor) -> String {
    let rewind = match restore {
        RestoreFor::Standby => "",
        RestoreFor::Rewind => "--rewind ",
    };
    format!(
        "/controller/manager wal-restore --log-destination /controller/log/postgres.json \
         {rewind}%f %p"
    )
}

/// What `override.conf` holds: all that makes this server follow another, and nothing else.
#[must_use]
pub fn override_settings(
    primary_conninfo: &str,
    slot: Option<&str>,
    restore: RestoreFor,
) -> Settings {
    let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let slot = slot.map(|slot| setting("primary_slot_name", slot));
    let settings = [
        setting("primary_conninfo", primary_conninfo),
        setting("recovery_target_timeline", "latest"),
        setting("restore_command", &restore_command(restore)),
    ];
    settings.into_iter().chain(slot).collect()
}

/// The slot that a primary keeps for an instance.
#[must_use]
pub fn slot_name(prefix: &str, instance: &str) -> String {
    clean(&format!("{prefix}{instance}").to_lowercase())
}

/// The temporary slot that keeps the WAL of a running backup.
#[must_use]
pub fn backup_slot_name(backup: &str) -> String {
    clean(backup)
}

fn clean(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.chars().map(|c| if allowed(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_have_allowed_names() {
        for (prefix, instance, slot) in [
            ("_cnpg_", "pg-1", "_cnpg_pg_1"),
            ("_CNPG_", "Main.db-12", "_cnpg_main_db_12"),
            ("", "ünder", "_nder"),
        ] {
            assert_eq!(slot_name(prefix, instance), slot);
        }
        assert_eq!(backup_slot_name("Nightly-1"), "_ightly_1");
    }

    #[test]
    fn a_rewind_says_so() {
        assert!(restore_command(RestoreFor::Rewind).ends_with(".json --rewind %f %p"));
        assert!(restore_command(RestoreFor::Standby).ends_with(".json %f %p"));
    }

    #[test]
    fn without_slots_no_slot_is_named() {
        let names: Vec<_> =
            override_settings("host=a", None, RestoreFor::Standby).into_keys().collect();
        assert_eq!(names, ["primary_conninfo", "recovery_target_timeline", "restore_command"]);
    }
}
