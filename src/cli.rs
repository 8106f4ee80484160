//! The command tree, and the way from words to an exit code.
//!
//! Too few words, `--help` and unknown words under a group are answered here, before anything
//! could want a Kubernetes client.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::commands::{completion, version};
use crate::{CommandError, Output};

/// The name people type; help and errors show it instead of the file's name.
pub const NAME: &str = "kubectl cnpg";

/// Manage PostgreSQL clusters on Kubernetes
#[derive(Debug, Parser)]
#[command(
    name = "kubectl-cnpg",
    bin_name = NAME,
    disable_help_subcommand = false,
    subcommand_required = false,
    after_help = "Examples:\n  kubectl cnpg version\n  kubectl cnpg completion bash > /etc/bash_completion.d/kubectl-cnpg"
)]
pub struct Cli {
    /// When to colour the output
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,

    #[command(subcommand)]
    command: Option<Command>,
}

/// When the output carries colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Always,
    Auto,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Completion(completion::CompletionArgs),
    Version(version::VersionArgs),
}

/// The whole command tree, for completions, man pages and the reference.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the plugin with the words of one command line.
pub fn main(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut out = Output::of_process();
    match parse(words) {
        Ok(cli) => run(cli, &mut out).unwrap_or_else(|error| out.failure(&error)),
        Err(stop) => out.clap(&stop),
    }
}

fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let matches = Cli::command().try_get_matches_from(words)?;
    Cli::from_arg_matches(&matches)
}

fn run(cli: Cli, out: &mut Output) -> Result<ExitCode, CommandError> {
    match cli.command {
        None => out.clap_help(&mut Cli::command()),
        Some(Command::Completion(args)) => completion::run(out, &args),
        Some(Command::Version(args)) => version::run(out, &args),
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
