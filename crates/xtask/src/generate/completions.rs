//! Shell completions of the plugin.

use std::path::PathBuf;

use clap_complete::Shell;

/// A script for each shell, under the name that shell looks for.
pub(super) fn files() -> Vec<(PathBuf, String)> {
    let shells = [
        (Shell::Bash, "kubectl-cnpg.bash"),
        (Shell::Zsh, "_kubectl-cnpg"),
        (Shell::Fish, "kubectl-cnpg.fish"),
        (Shell::PowerShell, "kubectl-cnpg.ps1"),
    ];
    shells.map(|(shell, name)| (PathBuf::from("completions").join(name), script(shell))).into()
}

fn script(shell: Shell) -> String {
    let mut bytes = Vec::new();
    let mut command = kubectl_cnpg::cli::command();
    clap_complete::generate(shell, &mut command, "kubectl-cnpg", &mut bytes);
    String::from_utf8(bytes).expect("completion scripts are text")
}
