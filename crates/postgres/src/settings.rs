//! Settings of the server that the operator presets, and those it keeps for itself.

/// Values that a cluster gets for settings its owner left alone, by name.
///
/// `archive_mode` is not here: it follows from the cluster, see [`ArchiveMode`].
pub const DEFAULTS: &[(&str, &str)] = &[
    ("archive_timeout", "5min"),
    ("dynamic_shared_memory_type", "posix"),
    ("full_page_writes", "on"),
    ("log_destination", "csvlog"),
    ("log_directory", "/controller/log"),
    ("log_filename", "postgres"),
    ("log_rotation_age", "0"),
    ("log_rotation_size", "0"),
    ("log_truncate_on_rotation", "false"),
    ("logging_collector", "on"),
    ("max_parallel_workers", "32"),
    ("max_replication_slots", "32"),
    ("max_worker_processes", "32"),
    ("shared_memory_type", "mmap"),
    ("shared_preload_libraries", ""),
    ("ssl_max_protocol_version", "TLSv1.3"),
    ("ssl_min_protocol_version", "TLSv1.3"),
    ("wal_keep_size", "512MB"),
    ("wal_level", "logical"),
    ("wal_log_hints", "on"),
    ("wal_receiver_timeout", "5s"),
    ("wal_sender_timeout", "5s"),
];

/// Values that every server of a cluster has, whatever its owner says: without them the instance
/// manager could not do its work.
pub const MANDATORY: &[(&str, &str)] = &[
    (
        "archive_command",
        "/controller/manager wal-archive --log-destination /controller/log/postgres.json %p",
    ),
    ("hot_standby", "true"),
    ("listen_addresses", "*"),
    ("port", "5432"),
    ("restart_after_crash", "false"),
    ("ssl", "on"),
    ("ssl_ca_file", "/controller/certificates/client-ca.crt"),
    ("ssl_cert_file", "/controller/certificates/server.crt"),
    ("ssl_key_file", "/controller/certificates/server.key"),
    ("unix_socket_directories", "/controller/run"),
];

/// The name of the setting that says whether WAL is archived.
pub const ARCHIVE_MODE: &str = "archive_mode";

/// When the server hands finished WAL to the archiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveMode {
    On,
    /// Also what a standby receives: a replica cluster has an archive of its own.
    Always,
    Off,
}

impl ArchiveMode {
    /// The value of the setting.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Always => "always",
            Self::Off => "off",
        }
    }
}

/// What happens to a running server when a setting that belongs to the operator changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Restart,
    Reload,
}

/// The value that the operator gives a setting when its owner does not.
#[must_use]
pub fn default_of(name: &str) -> Option<&'static str> {
    let found = DEFAULTS.binary_search_by_key(&name, |(name, _)| name).ok()?;
    Some(DEFAULTS[found].1)
}

/// Whether only the operator may set this, and what a change of it takes.
#[must_use]
pub fn reserved(name: &str) -> Option<Effect> {
    if RESTART.binary_search(&name).is_ok() {
        Some(Effect::Restart)
    } else if RELOAD.binary_search(&name).is_ok() {
        Some(Effect::Reload)
    } else {
        None
    }
}

/// Settings of the operator that only a restart changes.
const RESTART: &[&str] = &[
    "allow_system_table_mods",
    "archive_mode",
    "bonjour",
    "bonjour_name",
    "cluster_name",
    "config_file",
    "data_directory",
    "data_sync_retry",
    "event_source",
    "external_pid_file",
    "hba_file",
    "hot_standby",
    "ident_file",
    "jit_provider",
    "listen_addresses",
    "logging_collector",
    "port",
    "primary_conninfo",
    "primary_slot_name",
    "recovery_target",
    "recovery_target_action",
    "recovery_target_inclusive",
    "recovery_target_lsn",
    "recovery_target_name",
    "recovery_target_time",
    "recovery_target_timeline",
    "recovery_target_xid",
    "restore_command",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
    "unix_socket_group",
    "unix_socket_permissions",
];

/// Settings of the operator that a reload changes.
const RELOAD: &[&str] = &[
    "archive_cleanup_command",
    "archive_command",
    "log_destination",
    "log_directory",
    "log_file_mode",
    "log_filename",
    "log_rotation_age",
    "log_rotation_size",
    "log_truncate_on_rotation",
    "pg_failover_slots.primary_dsn",
    "pg_failover_slots.standby_slot_names",
    "promote_trigger_file",
    "recovery_end_command",
    "recovery_min_apply_delay",
    "restart_after_crash",
    "ssl",
    "ssl_ca_file",
    "ssl_cert_file",
    "ssl_crl_file",
    "ssl_dh_params_file",
    "ssl_key_file",
    "ssl_passphrase_command",
    "ssl_passphrase_command_supports_reload",
    "ssl_prefer_server_ciphers",
    "stats_temp_directory",
    "synchronized_standby_slots",
    "synchronous_standby_names",
    "syslog_facility",
    "syslog_ident",
    "syslog_sequence_numbers",
    "syslog_split_messages",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_for_the_search() {
        assert!(DEFAULTS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(RESTART.is_sorted_by(|a, b| a < b));
        assert!(RELOAD.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn names_are_found() {
        assert_eq!(default_of("wal_level"), Some("logical"));
        assert_eq!(default_of("work_mem"), None);
        assert_eq!(reserved("port"), Some(Effect::Restart));
        assert_eq!(reserved("ssl"), Some(Effect::Reload));
        assert_eq!(reserved("work_mem"), None);
        assert_eq!(reserved("ssl_ecdh_curve"), None);
    }
}
