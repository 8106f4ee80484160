//! The command tree, and the way from words to an exit code.
//!
//! Too few words, `--help` and unknown words under a group are answered here, before anything
//! could want a Kubernetes client.

pub(crate) mod arity;
pub(crate) mod refusal;
pub(crate) mod values;
pub(crate) mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::{
    backup, certificate, completion, destroy, doctor, fencing, fio, hibernate, install, logs,
    maintenance, pgadmin4, pgbench, port_forward, promote, psql, publication, reload, report,
    restart, secret_uri, snapshot, status, subscription, version,
};
use crate::connection::Connection;
use crate::output::When;
use crate::{CommandContext, CommandError, Output, complete};

/// The name people type; help and errors show it instead of the file's name.
pub const NAME: &str = "kubectl cnpg";

/// Manage PostgreSQL clusters on Kubernetes
#[derive(Debug, Parser)]
#[command(
    name = "kubectl-cnpg",
    bin_name = NAME,
    disable_help_subcommand = false,
    subcommand_required = false,
    after_help = "Examples:\n  kubectl cnpg status cluster-example\n  kubectl cnpg psql cluster-example\n  kubectl cnpg promote cluster-example 2"
)]
pub struct Cli {
    /// When to colour the output
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: When,

    #[command(flatten)]
    connection: Connection,

    #[command(flatten)]
    ignored: Ignored,

    #[command(subcommand)]
    command: Option<Command>,
}

/// Flags that only tuned the log of the original's plugin; accepted so that scripts run.
#[derive(Debug, clap::Args)]
struct Ignored {
    #[arg(long, global = true, hide = true)]
    log_level: Option<String>,
    #[arg(long, global = true, hide = true)]
    log_destination: Option<String>,
    #[arg(long, global = true, hide = true)]
    log_truncate_destination: bool,
    #[arg(long, global = true, hide = true)]
    log_field_level: Option<String>,
    #[arg(long, global = true, hide = true)]
    log_field_timestamp: Option<String>,
    #[arg(long, global = true, hide = true)]
    zap_devel: bool,
    #[arg(long, global = true, hide = true)]
    zap_encoder: Option<String>,
    #[arg(long, global = true, hide = true)]
    zap_log_level: Option<String>,
    #[arg(long, global = true, hide = true)]
    zap_stacktrace_level: Option<String>,
    #[arg(long, global = true, hide = true)]
    zap_time_encoding: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Backup(backup::BackupArgs),
    Certificate(certificate::CertificateArgs),
    Completion(completion::CompletionArgs),
    Destroy(destroy::DestroyArgs),
    Doctor(doctor::DoctorArgs),
    Fencing(fencing::FencingArgs),
    Fio(fio::FioArgs),
    Hibernate(hibernate::HibernateArgs),
    Install(install::InstallArgs),
    Logs(logs::LogsArgs),
    Maintenance(maintenance::MaintenanceArgs),
    Pgadmin4(pgadmin4::Pgadmin4Args),
    Pgbench(pgbench::PgbenchArgs),
    PortForward(port_forward::PortForwardArgs),
    Promote(promote::PromoteArgs),
    Psql(psql::PsqlArgs),
    Publication(publication::PublicationArgs),
    Reload(reload::ReloadArgs),
    Report(report::ReportArgs),
    Restart(restart::RestartArgs),
    SecretUri(secret_uri::SecretUriArgs),
    Snapshot(snapshot::SnapshotArgs),
    Status(Box<status::StatusArgs>),
    Subscription(subscription::SubscriptionArgs),
    Version(version::VersionArgs),
}

/// The commands by what people look for; others stand at the end.
const GROUPS: &[(&str, &[&str])] = &[
    ("Operator-level administration", &["install"]),
    ("Troubleshooting", &["doctor", "logs", "report"]),
    (
        "Cluster administration",
        &["destroy", "fencing", "hibernate", "maintenance", "promote", "reload", "restart"],
    ),
    (
        "Database administration",
        &[
            "backup",
            "certificate",
            "publication",
            "secret-uri",
            "snapshot",
            "status",
            "subscription",
        ],
    ),
    ("Miscellaneous", &["fio", "pgadmin4", "pgbench", "port-forward", "psql"]),
    ("Other commands", &["completion", "help", "version"]),
];

/// The whole command tree, for completions, man pages and the reference.
pub fn command() -> clap::Command {
    let root = Cli::command();
    let template = template(&root);
    root.help_template(template)
}

fn template(root: &clap::Command) -> String {
    let mut text = String::from("{about}\n\nUsage: {usage}\n");
    for (title, names) in GROUPS {
        let known = names.iter().filter_map(|name| {
            let about = match (root.find_subcommand(name), *name) {
                (Some(found), _) => found.get_about()?.to_string(),
                (None, "help") => "Print the help of a command".to_owned(),
                (None, _) => return None,
            };
            Some(format!("  {name:<13} {about}\n"))
        });
        let lines: String = known.collect();
        if !lines.is_empty() {
            text.push_str(&format!("\n{title}:\n{lines}"));
        }
    }
    text.push_str("\nOptions:\n{options}{after-help}");
    text
}

/// Runs the plugin with the words of one command line.
pub fn main(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let root = command();
    let words: Vec<OsString> = words.into_iter().collect();
    let mut out = Output::of_process();
    let asked = words.get(1).and_then(|word| word.to_str());
    if asked.is_some_and(|word| complete::COMMANDS.contains(&word)) {
        return complete::run(&root, &words, &out);
    }
    let words = words::rewrite(&root, words);
    let parsed = root.clone().try_get_matches_from(&words);
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => match arity::excess(&words::walk(&root, &words)) {
            None => cli,
            Some(error) => return out.failure(&error),
        },
        Err(stop) => return refuse(&root, &words, &stop, &out),
    };
    out.decide_colour(cli.color);
    let Some(command) = cli.command else {
        return out.clap_help(&mut root.clone()).unwrap_or_else(|error| out.failure(&error));
    };
    let cx = CommandContext::new(out, cli.connection);
    run(&cx, command).unwrap_or_else(|error| cx.out().failure(&error))
}

/// Answers words that clap did not take.
fn refuse(root: &clap::Command, words: &[OsString], stop: &clap::Error, out: &Output) -> ExitCode {
    use ErrorKind::{
        DisplayHelpOnMissingArgumentOrSubcommand, InvalidSubcommand, MissingRequiredArgument,
        MissingSubcommand, UnknownArgument,
    };
    let walked = words::walk(root, words);
    let may_be_arity = matches!(
        stop.kind(),
        MissingRequiredArgument
            | UnknownArgument
            | InvalidSubcommand
            | MissingSubcommand
            | DisplayHelpOnMissingArgumentOrSubcommand
    );
    let flag = refusal::text(stop).starts_with("unknown flag");
    if !may_be_arity || flag {
        return out.clap(stop);
    }
    match arity::judge(root, &walked) {
        arity::Judgement::Help => help_of(root, &walked.path, out),
        arity::Judgement::Refuse(error) => out.failure(&error),
        arity::Judgement::Fine => out.clap(stop),
    }
}

fn help_of(root: &clap::Command, path: &[String], out: &Output) -> ExitCode {
    let words = std::iter::once("kubectl-cnpg").chain(path.iter().map(String::as_str));
    match root.clone().try_get_matches_from(words.chain(["-h"])) {
        Err(help) => out.clap(&help),
        Ok(_) => ExitCode::SUCCESS,
    }
}

fn run(cx: &CommandContext, command: Command) -> Result<ExitCode, CommandError> {
    match command {
        Command::Completion(args) => completion::run(cx.out(), &args),
        Command::Install(args) => install::run(cx, &args),
        Command::Version(args) => version::run(cx.out(), &args),
        Command::Snapshot(args) => snapshot::run(cx.out(), &args),
        command => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|cause| CommandError::Io {
                what: "failed to start the runtime".to_owned(),
                cause,
            })?;
            runtime.block_on(talk(cx, command))
        }
    }
}

/// The commands that talk to Kubernetes.
async fn talk(cx: &CommandContext, command: Command) -> Result<ExitCode, CommandError> {
    match command {
        Command::Backup(args) => backup::run(cx, args).await,
        Command::Certificate(args) => certificate::run(cx, args).await,
        Command::Destroy(args) => destroy::run(cx, args).await,
        Command::Doctor(args) => doctor::run(cx, args).await,
        Command::Fencing(args) => fencing::run(cx, args).await,
        Command::Fio(args) => fio::run(cx, args).await,
        Command::Hibernate(args) => hibernate::run(cx, args).await,
        Command::Logs(args) => logs::run(cx, args).await,
        Command::Maintenance(args) => maintenance::run(cx, args).await,
        Command::Pgadmin4(args) => pgadmin4::run(cx, args).await,
        Command::Pgbench(args) => pgbench::run(cx, args).await,
        Command::PortForward(args) => port_forward::run(cx, args).await,
        Command::Promote(args) => promote::run(cx, args).await,
        Command::Psql(args) => psql::run(cx, args).await,
        Command::Publication(args) => publication::run(cx, args).await,
        Command::Reload(args) => reload::run(cx, args).await,
        Command::Report(args) => report::run(cx, args).await,
        Command::Restart(args) => restart::run(cx, args).await,
        Command::SecretUri(args) => secret_uri::run(cx, args).await,
        Command::Status(args) => status::run(cx, *args).await,
        Command::Subscription(args) => subscription::run(cx, args).await,
        Command::Completion(_)
        | Command::Install(_)
        | Command::Snapshot(_)
        | Command::Version(_) => {
            unreachable!("answered before a runtime was made")
        }
    }
}

/// The exit code of a command line that clap refused or answered itself.
pub(crate) fn exit_code(stop: &clap::Error) -> ExitCode {
    match stop.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
