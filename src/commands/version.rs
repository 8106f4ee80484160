//! `kubectl cnpg version`.

use std::process::ExitCode;

use crate::{CommandError, Output};

/// Print version, commit and build date
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  kubectl cnpg version")]
pub struct VersionArgs {}

/// Prints the one line that people's scripts read.
pub fn run(out: &Output, _args: &VersionArgs) -> Result<ExitCode, CommandError> {
    out.line(format_args!(
        "Build: {{Version:{} Commit:{} Date:{}}}",
        env!("CARGO_PKG_VERSION"),
        option_env!("CNPG_BUILD_COMMIT").unwrap_or("none"),
        option_env!("CNPG_BUILD_DATE").unwrap_or("unknown"),
    ))?;
    Ok(ExitCode::SUCCESS)
}
