//! `kubectl cnpg reload CLUSTER`.

use std::process::ExitCode;

use api::annotations;

use crate::cli::arity::Rest;
use crate::context::micro_now;
use crate::{CommandContext, CommandError};

/// Reload the configuration of a cluster
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  kubectl cnpg reload cluster-example")]
pub struct ReloadArgs {
    /// Cluster to reload
    cluster: String,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    rest: Rest,
}

/// Asks the operator and every instance to read everything again.
pub async fn run(cx: &CommandContext, args: ReloadArgs) -> Result<ExitCode, CommandError> {
    let name = &args.cluster;
    let cluster = cx.cluster(name, "").await?;
    if args.dry_run {
        cx.out().line(format_args!("{name} would be reloaded"))?;
        return Ok(ExitCode::SUCCESS);
    }
    cx.annotate(&cluster, annotations::RELOADED_AT, Some(&micro_now()), "").await?;
    cx.out().line(format_args!("{name} will be reloaded"))?;
    Ok(ExitCode::SUCCESS)
}
