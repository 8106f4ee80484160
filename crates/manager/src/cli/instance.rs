//! Arguments of `manager instance`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum InstanceCommand {
    /// Run PostgreSQL, as the first process of its container
    Run(RunArgs),
    /// Make the first data directory of a cluster
    Init(Box<InitArgs>),
    /// Make the data directory of a replica, as a copy of the primary
    Join(JoinArgs),
    /// Make the first data directory of a cluster, as a copy of another server
    Pgbasebackup(PlaceArgs),
    /// Print the status document of the instance in this container
    Status,
    /// Watch over a manager that may be frozen
    #[command(hide = true)]
    Sentinel(SentinelArgs),
    /// Make the first data directory of a cluster out of an object store
    Restore(PlaceArgs),
    /// Make the first data directory of a cluster out of volume snapshots
    Restoresnapshot(SnapshotArgs),
}

/// Which data directory of which cluster.
#[derive(Debug, Args)]
pub struct PlaceArgs {
    /// The data directory
    #[arg(long, value_name = "PATH", env = "PGDATA")]
    pub pg_data: PathBuf,
    /// Where the WAL goes when it has a volume of its own
    #[arg(long, value_name = "PATH")]
    pub pg_wal: Option<PathBuf>,
    /// The cluster
    #[arg(long, value_name = "NAME", env = "CLUSTER_NAME")]
    pub cluster_name: String,
    /// The namespace of the cluster
    #[arg(long, value_name = "NAME", env = "NAMESPACE")]
    pub namespace: String,
}

#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// The pod, whose name is that of the instance
    #[arg(long, value_name = "NAME", env = "POD_NAME")]
    pub pod_name: String,
    /// Accepted for compatibility; this program has no such server
    #[arg(long)]
    pub pprof_server: bool,
    /// Serve the status port with TLS
    #[arg(long)]
    pub status_port_tls: bool,
    /// Serve the metrics with TLS
    #[arg(long)]
    pub metrics_port_tls: bool,
}

#[derive(Debug, Args)]
pub struct InitArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// The pod of the job
    #[arg(long, value_name = "NAME", env = "POD_NAME")]
    pub pod_name: String,
    /// The host of the primary of the cluster
    #[arg(long, value_name = "HOST")]
    pub parent_node: Option<String>,
    /// The database of the application
    #[arg(long, value_name = "NAME")]
    pub app_db_name: Option<String>,
    /// The owner of the database of the application
    #[arg(long, value_name = "NAME")]
    pub app_user: Option<String>,
    /// Words for initdb, quoted as for a shell
    #[arg(long, value_name = "WORDS", allow_hyphen_values = true)]
    pub initdb_flags: Option<String>,
    /// Statements for the database postgres, quoted as for a shell
    #[arg(long, value_name = "WORDS")]
    pub post_init_sql: Option<String>,
    /// Statements for the database of the application, quoted as for a shell
    #[arg(long, value_name = "WORDS")]
    pub post_init_application_sql: Option<String>,
    /// Statements for the database template1, quoted as for a shell
    #[arg(long, value_name = "WORDS")]
    pub post_init_template_sql: Option<String>,
    /// Folder with scripts for the database postgres
    #[arg(long, value_name = "PATH")]
    pub post_init_sql_refs_folder: Option<PathBuf>,
    /// Folder with scripts for the database of the application
    #[arg(long, value_name = "PATH")]
    pub post_init_application_sql_refs_folder: Option<PathBuf>,
    /// Folder with scripts for the database template1
    #[arg(long, value_name = "PATH")]
    pub post_init_template_sql_refs_folder: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct JoinArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// The pod of the job
    #[arg(long, value_name = "NAME", env = "POD_NAME")]
    pub pod_name: String,
    /// The host of the server to copy
    #[arg(long, value_name = "HOST")]
    pub parent_node: String,
}

#[derive(Debug, Args)]
pub struct SnapshotArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// The backup label of the snapshot, in base 64
    #[arg(long, value_name = "TEXT")]
    pub backuplabel: Option<String>,
    /// The tablespace map of the snapshot, in base 64
    #[arg(long, value_name = "TEXT")]
    pub tablespacemap: Option<String>,
    /// End recovery as soon as the data are consistent
    #[arg(long)]
    pub immediate: bool,
}

#[derive(Debug, Args)]
pub struct SentinelArgs {
    /// The data directory of the server to watch
    pub pg_data: PathBuf,
}
