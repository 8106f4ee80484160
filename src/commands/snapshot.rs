//! `kubectl cnpg snapshot`, which is no more.

use std::process::ExitCode;

use crate::cli::arity::Rest;
use crate::{CommandError, Output};

/// Removed: use `backup -m volumeSnapshot`
#[derive(Debug, clap::Args)]
pub struct SnapshotArgs {
    #[command(flatten)]
    rest: Rest,
}

/// Says what replaced it.
pub fn run(out: &Output, _args: &SnapshotArgs) -> Result<ExitCode, CommandError> {
    out.line(format_args!(
        "This command was replaced by `kubectl cnpg backup <cluster-name> -m volumeSnapshot`"
    ))?;
    Err(CommandError::refused("command removed"))
}
