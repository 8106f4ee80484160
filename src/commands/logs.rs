//! `kubectl cnpg logs cluster|pretty`.

mod cluster;
mod pretty;
mod record;
pub(super) mod sources;

use std::process::ExitCode;

use crate::{CommandContext, CommandError};

/// Show the logs of a cluster, or make them readable
#[derive(Debug, clap::Args)]
pub struct LogsArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Show the logs of all containers of a cluster
    #[command(
        after_help = "Examples:\n  kubectl cnpg logs cluster cluster-example -f | kubectl cnpg logs pretty\n  kubectl cnpg logs cluster cluster-example --output cluster.log"
    )]
    Cluster(cluster::ClusterArgs),
    /// Make the JSON log on the standard input readable
    #[command(
        after_help = "Examples:\n  kubectl cnpg logs cluster cluster-example | kubectl cnpg logs pretty --min-level warning\n  kubectl logs cluster-example-1 | kubectl cnpg logs pretty -vv"
    )]
    Pretty(pretty::PrettyArgs),
}

/// Copies or renders logs.
pub async fn run(cx: &CommandContext, args: LogsArgs) -> Result<ExitCode, CommandError> {
    match args.action {
        Action::Cluster(args) => cluster::run(cx, args).await,
        Action::Pretty(args) => pretty::run(cx.out(), &args),
    }
}
