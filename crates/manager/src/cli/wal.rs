//! Arguments of what PostgreSQL and the operator call.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub struct WalArchiveArgs {
    /// The file, as `%p` of archive_command
    pub name: String,
    /// The pod, whose name is that of the instance
    #[arg(long, value_name = "NAME", env = "POD_NAME")]
    pub pod_name: String,
    /// The data directory
    #[arg(long, value_name = "PATH", env = "PGDATA")]
    pub pg_data: PathBuf,
}

#[derive(Debug, Args)]
pub struct WalRestoreArgs {
    /// The file, as `%f` of restore_command
    pub name: String,
    /// Where to put it, as `%p` of restore_command
    pub destination: PathBuf,
    /// The pod, whose name is that of the instance
    #[arg(long, value_name = "NAME", env = "POD_NAME")]
    pub pod_name: String,
    /// The data directory
    #[arg(long, value_name = "PATH", env = "PGDATA")]
    pub pg_data: PathBuf,
    /// It is for pg_rewind, which looks at single old files
    #[arg(long)]
    pub rewind: bool,
    /// PostgreSQL must stop unless the archive says that it has no such file: what ends the replay
    /// must be the end of the log
    #[arg(long, hide = true)]
    pub or_stop: bool,
}

#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The Backup object
    pub name: String,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    #[command(subcommand)]
    pub what: ShowCommand,
}

#[derive(Debug, Subcommand)]
pub enum ShowCommand {
    /// The WAL files that wait for the archiver, one a line
    WalArchiveQueue {
        /// The data directory
        #[arg(long, value_name = "PATH", env = "PGDATA")]
        pg_data: PathBuf,
    },
}
