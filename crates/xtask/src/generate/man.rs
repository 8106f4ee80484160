//! Manual pages of the plugin, one for each command.

use std::path::{Path, PathBuf};

use anyhow::Result;

/// `kubectl-cnpg.1` and a page for every subcommand below it.
pub(super) fn files() -> Result<Vec<(PathBuf, String)>> {
    let mut command = kubectl_cnpg::cli::command();
    command.build();
    let mut pages = Vec::new();
    page(&command, "kubectl-cnpg", &mut pages)?;
    Ok(pages)
}

fn page(command: &clap::Command, name: &str, pages: &mut Vec<(PathBuf, String)>) -> Result<()> {
    let mut bytes = Vec::new();
    let named: &'static str = Box::leak(name.to_owned().into_boxed_str());
    // No date on the page: the same tree must give the same bytes.
    clap_mangen::Man::new(command.clone().name(named)).date("").render(&mut bytes)?;
    pages.push((Path::new("docs/man").join(format!("{name}.1")), String::from_utf8(bytes)?));
    let visible = command.get_subcommands().filter(|sub| !sub.is_hide_set());
    for sub in visible.filter(|sub| sub.get_name() != "help") {
        page(sub, &format!("{name}-{}", sub.get_name()), pages)?;
    }
    Ok(())
}
