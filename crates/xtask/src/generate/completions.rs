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
    let folder = PathBuf::from("completions");
    let scripts = shells.map(|(shell, name)| (folder.join(name), script(shell)));
    let asked = (folder.join("kubectl_complete-cnpg"), ASKED.to_owned());
    scripts.into_iter().chain([asked]).collect()
}

/// What kubectl runs to complete the plugin's words; it has to be executable where it is installed.
const ASKED: &str = "#!/bin/sh
# kubectl runs this to complete `kubectl cnpg`.
exec kubectl cnpg __complete \"$@\"
";

fn script(shell: Shell) -> String {
    let mut bytes = Vec::new();
    let mut command = kubectl_cnpg::cli::command();
    clap_complete::generate(shell, &mut command, "kubectl-cnpg", &mut bytes);
    String::from_utf8(bytes).expect("completion scripts are text")
}
