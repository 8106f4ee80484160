//! `kubectl cnpg completion SHELL`.

use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap_complete::Shell;

use crate::{CommandError, Output, cli};

/// Print the completion script of a shell
#[derive(Debug, clap::Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  kubectl cnpg completion bash > /etc/bash_completion.d/kubectl-cnpg\n  kubectl cnpg completion zsh > \"${fpath[1]}/_kubectl-cnpg\"\n  kubectl cnpg completion fish > ~/.config/fish/completions/kubectl-cnpg.fish"
)]
pub struct CompletionArgs {
    /// Shell to print the script for
    #[arg(value_parser = shells())]
    shell: Shell,
}

/// Prints the script; needs no cluster.
pub fn run(out: &Output, args: &CompletionArgs) -> Result<ExitCode, CommandError> {
    out.bytes(&script(args.shell))?;
    Ok(ExitCode::SUCCESS)
}

fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    let mut command = cli::command();
    clap_complete::generate(shell, &mut command, "kubectl-cnpg", &mut script);
    script
}

/// The shells we test completions for; the library knows more.
fn shells() -> impl TypedValueParser<Value = Shell> {
    PossibleValuesParser::new(["bash", "zsh", "fish", "powershell"])
        .map(|name| name.parse().expect("the library knows these four"))
}
