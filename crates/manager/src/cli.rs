//! The command line of the in-cluster binary.

mod instance;
mod wal;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use instance::{InitArgs, InstanceCommand, JoinArgs, PlaceArgs, RunArgs, SentinelArgs};
pub use wal::{BackupArgs, ShowArgs, ShowCommand, WalArchiveArgs, WalRestoreArgs};

/// The in-cluster program of CloudNativePG
#[derive(Debug, Parser)]
#[command(name = "manager", version, disable_version_flag = true)]
pub struct Cli {
    #[command(flatten)]
    pub logs: LogArgs,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the operator: admission webhooks and, on the leader, the controllers
    Controller(ControllerArgs),
    /// Run an instance, or do one of the steps that make its data directory
    #[command(subcommand)]
    Instance(Box<InstanceCommand>),
    /// Archive a WAL file: the archive_command of PostgreSQL
    WalArchive(WalArchiveArgs),
    /// Fetch a WAL file: the restore_command of PostgreSQL
    WalRestore(WalRestoreArgs),
    /// Begin a backup, as its Backup object asks for
    Backup(BackupArgs),
    /// Show what an instance has
    Show(ShowArgs),
    /// Copy this program to another place, for containers whose image does not have it
    Bootstrap(BootstrapArgs),
    /// Tell about this program itself
    #[command(subcommand)]
    Debug(DebugCommand),
    /// Print the version of this program
    Version,
}

/// How to log; the same for all subcommands.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// Least important level that is logged: error, warning, info, debug or trace
    #[arg(long, global = true, value_name = "LEVEL", default_value = "info")]
    pub log_level: String,
    /// Append the log to this file instead of the standard output
    #[arg(long, global = true, value_name = "FILE")]
    pub log_destination: Option<PathBuf>,
    /// Empty the log file first, when it is a regular file
    #[arg(long, global = true)]
    pub log_truncate_destination: bool,
    /// Key of the level in a log line
    #[arg(long, global = true, value_name = "NAME", default_value = "level")]
    pub log_field_level: String,
    /// Key of the time in a log line
    #[arg(long, global = true, value_name = "NAME", default_value = "ts")]
    pub log_field_timestamp: String,
}

#[derive(Debug, Args)]
pub struct BootstrapArgs {
    /// Where to put the copy
    pub target: PathBuf,
}

#[derive(Debug, Subcommand)]
pub enum DebugCommand {
    /// The architectures that there is an instance manager for, as a JSON array
    ShowArchitectures,
}

#[derive(Debug, Args)]
pub struct ControllerArgs {
    /// Address of the metrics server; `0` switches it off
    #[arg(long, value_name = "ADDRESS", default_value = ":8080")]
    pub metrics_bind_address: String,
    /// Run the controllers only while holding the leader Lease
    #[arg(long, num_args = 0..=1, default_missing_value = "true", default_value = "false")]
    pub leader_elect: Switch,
    /// Seconds without renewal after which another replica may take the Lease
    #[arg(long, value_name = "SECONDS", default_value_t = 15)]
    pub leader_lease_duration: u32,
    /// Seconds after which a leader that cannot renew the Lease gives up
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub leader_renew_deadline: u32,
    /// ConfigMap with settings, in the operator's namespace
    #[arg(long, value_name = "NAME")]
    pub config_map_name: Option<String>,
    /// Secret with settings, in the operator's namespace; wins over the ConfigMap
    #[arg(long, value_name = "NAME")]
    pub secret_name: Option<String>,
    /// Port of the admission webhooks
    #[arg(long, value_name = "PORT", default_value_t = 9443)]
    pub webhook_port: u16,
    /// Accepted for compatibility; this program has no such server
    #[arg(long, num_args = 0..=1, default_missing_value = "true", default_value = "false")]
    pub pprof_server: Switch,
    /// Objects of one kind that are reconciled at the same time
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    pub max_concurrent_reconciles: usize,
}

/// A boolean flag that may be given a value, as in `--leader-elect=false`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    #[value(name = "true", alias = "1", alias = "t")]
    On,
    #[value(name = "false", alias = "0", alias = "f")]
    Off,
}

impl Switch {
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn controller(args: &[&str]) -> ControllerArgs {
        let words = ["manager", "controller"].iter().chain(args);
        match Cli::try_parse_from(words).expect("parses").command {
            Command::Controller(args) => args,
            other => panic!("not the controller: {other:?}"),
        }
    }

    #[test]
    fn the_command_tree_is_sound() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }

    #[test]
    fn defaults_are_those_of_the_documentation() {
        let args = controller(&[]);
        assert_eq!(args.metrics_bind_address, ":8080");
        assert!(!args.leader_elect.is_on());
        assert_eq!((args.leader_lease_duration, args.leader_renew_deadline), (15, 10));
        assert_eq!((args.webhook_port, args.max_concurrent_reconciles), (9443, 10));
        assert_eq!((args.config_map_name, args.secret_name), (None, None));
    }

    #[test]
    fn the_arguments_of_the_deployment_are_understood() {
        let args = controller(&[
            "--leader-elect",
            "--max-concurrent-reconciles=10",
            "--config-map-name=cnpg-controller-manager-config",
            "--secret-name=cnpg-controller-manager-config",
            "--webhook-port=9443",
            "--log-level=debug",
        ]);
        assert!(args.leader_elect.is_on());
        assert_eq!(args.secret_name.as_deref(), Some("cnpg-controller-manager-config"));
        assert!(!controller(&["--leader-elect=false"]).leader_elect.is_on());
    }
}
