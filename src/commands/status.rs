//! `kubectl cnpg status [CLUSTER]`.

mod advice;
mod document;
mod facts;
mod gather;
mod list;
mod reach;
mod render;

use std::process::ExitCode;
use std::time::Duration;

use clap::ValueEnum;
use jiff::Timestamp;

use crate::cli::arity::Rest;
use crate::cli::values;
use crate::output::Format;
use crate::{CommandContext, CommandError};

use facts::{Facts, Health};
use gather::Wanted;
use list::Where;

/// Show how a cluster is, or how all of them are
///
/// With the name of a cluster, everything about it: its primary, replication, backups, certificates
/// and instances, and what to do when something is wrong. Without a name, one line for each cluster
/// of the namespace, those in trouble first.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  kubectl cnpg status cluster-example\n  kubectl cnpg status -A\n  kubectl cnpg status cluster-example --wait-for healthy --timeout 5m",
    after_long_help = "Examples:\n  kubectl cnpg status cluster-example\n  kubectl cnpg status -A\n  kubectl cnpg status cluster-example --wait-for healthy --timeout 5m\n\nExit codes with --exit-code: 0 healthy or hibernated, 2 degraded, 3 failing, 1 when the status\ncannot be read. Without it: 0, unless the cluster cannot be read."
)]
pub struct StatusArgs {
    /// Cluster to show; all of the namespace when left out
    cluster: Option<String>,
    /// List the clusters of all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// Show more; twice shows the configuration and certificates too
    #[arg(short, long, action = clap::ArgAction::Count)]
    verbose: u8,
    /// How to print it: text, json or yaml
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Shape,
    /// Longest time for a command in a pod (10s), or for --wait-for (10m)
    #[arg(short, long, value_name = "TIME", value_parser = values::duration)]
    timeout: Option<Duration>,
    /// Show it again and again
    #[arg(short, long, conflicts_with = "wait_for")]
    watch: bool,
    /// Pause between two views of --watch
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = values::duration)]
    interval: Duration,
    /// Wait until the cluster is so, then show it
    #[arg(long, value_name = "STATE", requires = "cluster")]
    wait_for: Option<Awaited>,
    /// Tell the health by the exit code
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    rest: Rest,
}

/// The shape of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    Text,
    Json,
    Yaml,
}

impl Shape {
    fn document(self) -> Option<Format> {
        match self {
            Self::Text => None,
            Self::Json => Some(Format::Json),
            Self::Yaml => Some(Format::Yaml),
        }
    }
}

/// What can be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Awaited {
    Healthy,
    Hibernated,
}

impl Awaited {
    fn is(self, health: Health) -> bool {
        match self {
            Self::Healthy => health == Health::Healthy,
            Self::Hibernated => health == Health::Hibernated,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Hibernated => "hibernated",
        }
    }
}

/// Shows it once, or until it is as awaited, or for ever.
pub async fn run(cx: &CommandContext, args: StatusArgs) -> Result<ExitCode, CommandError> {
    if let (true, Some(cluster)) = (args.all_namespaces, &args.cluster) {
        return Err(CommandError::Usage(format!(
            "can not specify --all-namespaces and a cluster: {cluster}"
        )));
    }
    if let (Some(awaited), Some(cluster)) = (args.wait_for, &args.cluster) {
        wait(cx, cluster, awaited, args.timeout.unwrap_or(Duration::from_secs(600))).await?;
    }
    loop {
        let (text, health) = view(cx, &args).await?;
        if !args.watch {
            cx.out().bytes(text.as_bytes())?;
            let code = if args.exit_code { health.code() } else { 0 };
            return Ok(ExitCode::from(code));
        }
        cx.out().screen(&text)?;
        tokio::time::sleep(args.interval).await;
    }
}

async fn view(cx: &CommandContext, args: &StatusArgs) -> Result<(String, Health), CommandError> {
    let style = cx.out().style();
    let Some(cluster) = &args.cluster else {
        let place = if args.all_namespaces { Where::Everywhere } else { Where::Namespace };
        let lines = list::lines(cx, place).await?;
        if lines.is_empty() && args.output == Shape::Text {
            match place {
                Where::Namespace => cx.out().talk(format_args!(
                    "no clusters in namespace {}; -A looks in all of them",
                    cx.namespace().await?
                )),
                Where::Everywhere => cx.out().talk(format_args!("no clusters")),
            }
        }
        let health = lines.iter().map(|line| line.health).max().unwrap_or(Health::Healthy);
        let text = match args.output.document() {
            Some(format) => format.text(&serde_json::json!({ "items": lines })),
            None if lines.is_empty() => String::new(),
            None => list::render(&lines, place, style),
        };
        return Ok((text, health));
    };
    let exec = match args.wait_for {
        None => args.timeout.unwrap_or(Duration::from_secs(10)),
        Some(_) => Duration::from_secs(10),
    };
    let files = args.verbose > 1 && args.output == Shape::Text;
    let wanted = Wanted { cluster: cluster.clone(), exec, files };
    let gathered = gather::gather(cx, &wanted).await?;
    let facts = Facts::new(&gathered);
    let health = facts.health();
    let text = match args.output.document() {
        Some(format) => format.text(&document::document(&facts)),
        None => render::render(&facts, args.verbose, style, Timestamp::now()),
    };
    Ok((text, health))
}

async fn wait(
    cx: &CommandContext,
    name: &str,
    awaited: Awaited,
    limit: Duration,
) -> Result<(), CommandError> {
    let bar = cx.out().progress(format!("waiting until {name} is {}", awaited.word()));
    let doing = format!("while waiting until {name} is {}", awaited.word());
    let done = cx
        .wait_for(limit, async || {
            let cluster = cx.cluster(name, &doing).await?;
            let health = Health::of(&cluster);
            let phase = cluster.status.unwrap_or_default().phase.unwrap_or_default();
            bar.set_message(format!("{name} is {}: {phase}", health.word()));
            Ok(awaited.is(health).then_some(()))
        })
        .await;
    bar.finish_and_clear();
    if done?.is_none() {
        return Err(CommandError::refused_with(
            format!("{name} is not {} after {limit:?}", awaited.word()),
            format!("`kubectl cnpg status {name}` shows what is wrong"),
        ));
    }
    Ok(())
}
