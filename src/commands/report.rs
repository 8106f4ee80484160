//! `kubectl cnpg report cluster|operator`.

mod bundle;
mod cluster;
mod container_logs;
mod operator;
mod redaction;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::cli::arity::Rest;
use crate::output::Format;
use crate::{CommandContext, CommandError};

/// Collect what is needed to look into a problem, in one file
#[derive(Debug, clap::Args)]
pub struct ReportArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Collect the objects of a cluster, and its logs
    ///
    /// No secret is read.
    #[command(
        after_help = "Examples:\n  kubectl cnpg report cluster cluster-example --logs\n  kubectl cnpg report cluster cluster-example --output json --file problem.zip"
    )]
    Cluster(ClusterArgs),
    /// Collect the objects of the operator, and its logs
    ///
    /// The values of secrets and of the configuration are left out.
    #[command(after_help = "Examples:\n  kubectl cnpg report operator -n cnpg-system --logs")]
    Operator(OperatorArgs),
}

/// What a report holds and where it goes.
#[derive(Debug, Clone, clap::Args)]
struct Options {
    /// File to write; a name with the time when left out
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// How the objects are written
    #[arg(short, long, value_name = "FORMAT", default_value = "yaml")]
    output: Format,
    /// Collect the logs too
    #[arg(short, long)]
    logs: bool,
    /// Put the time at which the node got it before every line of a log
    #[arg(short, long)]
    timestamps: bool,
}

#[derive(Debug, clap::Args)]
struct ClusterArgs {
    /// Cluster to report on
    cluster: String,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    rest: Rest,
}

#[derive(Debug, clap::Args)]
struct OperatorArgs {
    #[command(flatten)]
    options: Options,
    /// Leave the values of secrets and of the configuration in
    #[arg(short = 'S', long = "stopRedaction", id = "stop-redaction")]
    stop_redaction: bool,
    #[arg(hide = true)]
    excess: Vec<String>,
}

/// Collects everything, then writes the file.
pub async fn run(cx: &CommandContext, args: ReportArgs) -> Result<ExitCode, CommandError> {
    match args.action {
        Action::Cluster(args) => cluster::run(cx, &args.cluster, &args.options).await?,
        Action::Operator(args) => {
            let redaction = if args.stop_redaction {
                redaction::Redaction::Off
            } else {
                redaction::Redaction::On
            };
            operator::run(cx, &args.options, redaction).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
