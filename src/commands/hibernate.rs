//! `kubectl cnpg hibernate on|off|status CLUSTER`.

use std::process::ExitCode;

use api::{Cluster, annotations, conditions};
use kube::ResourceExt as _;

use crate::cli::arity::Rest;
use crate::instance::status;
use crate::output::Rows;
use crate::{CommandContext, CommandError};

/// Stop a cluster and keep its volumes, or wake it up
#[derive(Debug, clap::Args)]
pub struct HibernateArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Stop all instances, and keep their volumes
    #[command(after_help = "Examples:\n  kubectl cnpg hibernate on cluster-example")]
    On(Change),
    /// Wake the cluster up
    #[command(after_help = "Examples:\n  kubectl cnpg hibernate off cluster-example")]
    Off(Change),
    /// Show whether the cluster sleeps
    #[command(after_help = "Examples:\n  kubectl cnpg hibernate status cluster-example")]
    Status(Show),
}

#[derive(Debug, clap::Args)]
struct Change {
    /// Cluster to change
    cluster: String,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    rest: Rest,
}

#[derive(Debug, clap::Args)]
struct Show {
    /// Cluster to look at
    cluster: String,
    #[command(flatten)]
    rest: Rest,
}

/// Asks the operator to put the cluster to sleep or to wake it, or tells which it is.
pub async fn run(cx: &CommandContext, args: HibernateArgs) -> Result<ExitCode, CommandError> {
    match args.action {
        Action::On(args) => change(cx, args, annotations::ON).await,
        Action::Off(args) => change(cx, args, annotations::OFF).await,
        Action::Status(args) => show(cx, &args.cluster).await,
    }
}

async fn change(
    cx: &CommandContext,
    args: Change,
    wanted: &'static str,
) -> Result<ExitCode, CommandError> {
    let name = args.cluster.as_str();
    let cluster = cx.cluster(name, &format!("failed to get cluster {name}")).await?;
    request(&cluster, name, wanted)?;
    if args.dry_run {
        cx.out().line(format_args!("hibernation of {name} would be set to {wanted}"))?;
        return Ok(ExitCode::SUCCESS);
    }
    if wanted == annotations::ON {
        let question = format!("All instances of {name} will be stopped; volumes stay. Go on?");
        cx.out().confirm(&question, args.yes.into())?;
    }
    let doing = format!("failed to patch cluster {name}");
    cx.annotate(&cluster, annotations::HIBERNATION, Some(wanted), &doing).await?;
    Ok(ExitCode::SUCCESS)
}

fn request(cluster: &Cluster, name: &str, wanted: &str) -> Result<(), CommandError> {
    let current = cluster.annotations().get(annotations::HIBERNATION).map(String::as_str);
    if current == Some(wanted) {
        return Err(CommandError::refused_with(
            format!("cluster {name} is already in the requested state"),
            format!("`kubectl cnpg hibernate status {name}` shows how far it is"),
        ));
    }
    Ok(())
}

async fn show(cx: &CommandContext, name: &str) -> Result<ExitCode, CommandError> {
    let cluster = cx.cluster(name, &format!("failed to get cluster {name}")).await?;
    let wanted = cluster.annotations().get(annotations::HIBERNATION).map(String::as_str);
    let mut rows = Rows::default();
    rows.pair("Requested:", wanted.unwrap_or(annotations::OFF));
    let conditions = status(&cluster).conditions;
    match conditions.iter().find(|it| it.type_ == conditions::HIBERNATION) {
        Some(condition) => {
            let state = if condition.status == "True" { "Hibernated" } else { "Active" };
            rows.pair("Status:", state);
            rows.pair("Message:", &condition.message);
        }
        None => rows.pair("Status:", "Active"),
    }
    cx.out().bytes(rows.render().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
