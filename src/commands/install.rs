//! `kubectl cnpg install generate`.

mod manifest;

use std::process::ExitCode;

use crate::{CommandContext, CommandError};

/// The version whose manifest is packed in here.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Print what installs the operator
#[derive(Debug, clap::Args)]
pub struct InstallArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Print the manifest that installs the operator
    #[command(
        after_help = "Examples:\n  kubectl cnpg install generate | kubectl apply --server-side -f -\n  kubectl cnpg install generate -n databases --watch-namespace databases --control-plane > operator.yaml"
    )]
    Generate(GenerateArgs),
}

#[derive(Debug, Default, clap::Args)]
struct GenerateArgs {
    /// Version of the operator: this plugin's, in full or without its last number
    #[arg(long, value_name = "VERSION", default_value = VERSION)]
    version: String,
    /// Number of operator pods; the manifest's when 0
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    replicas: i32,
    /// Run the operator on nodes of the control plane
    #[arg(long)]
    control_plane: bool,
    /// Namespaces that the operator watches, separated by commas; all when left out
    #[arg(long, value_name = "NAMESPACES", default_value = "", hide_default_value = true)]
    watch_namespace: String,
    /// Image of PostgreSQL for clusters that name none
    #[arg(long, value_name = "IMAGE", default_value = "", hide_default_value = true)]
    image: String,
    /// Key of the level in the operator's log
    #[arg(long, value_name = "KEY", default_value = "level")]
    log_field_level: String,
    /// Key of the time in the operator's log
    #[arg(long, value_name = "KEY", default_value = "ts")]
    log_field_timestamp: String,
    #[arg(hide = true)]
    excess: Vec<String>,
}

/// Refuses versions that this plugin does not bring along.
fn check_version(wanted: &str) -> Result<(), CommandError> {
    let wanted = wanted.strip_prefix('v').unwrap_or(wanted);
    let minor = VERSION.rsplit_once('.').map(|(minor, _)| minor);
    if wanted == VERSION || Some(wanted) == minor {
        return Ok(());
    }
    Err(CommandError::refused_with(
        format!("release version {wanted} not found"),
        format!("this plugin brings {VERSION}; another release has its own plugin"),
    ))
}

/// Prints the manifest with what was asked for.
pub fn run(cx: &CommandContext, args: &InstallArgs) -> Result<ExitCode, CommandError> {
    let Action::Generate(args) = &args.action;
    check_version(&args.version)?;
    if args.replicas < 0 {
        return Err(CommandError::Usage(format!("--replicas cannot be {}", args.replicas)));
    }
    let namespace = cx.connection().namespace.as_deref();
    let text = manifest::render(&manifest::packed()?, args, namespace)?;
    cx.out().bytes(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_version_is_there() {
        let minor = VERSION.rsplit_once('.').expect("three numbers").0;
        for (wanted, known) in [
            (VERSION, true),
            (minor, true),
            (&format!("v{VERSION}"), true),
            ("9.9.9", false),
            ("", false),
        ] {
            assert_eq!(check_version(wanted).is_ok(), known, "{wanted}");
        }
    }
}
