//! `kubectl cnpg psql CLUSTER [-- ARGS...]`.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use api::labels::{ROLE_PRIMARY, ROLE_REPLICA};

use crate::cli::values;
use crate::kubectl::{Instance, Streams};
use crate::{CommandContext, CommandError};

/// Start psql in the pod of the primary, or of a replica
///
/// It connects as the superuser by the socket in the pod. What stands after `--` is for psql, whose
/// exit code is passed on.
#[derive(Debug, Default, clap::Args)]
#[command(
    after_help = "Examples:\n  kubectl cnpg psql cluster-example\n  kubectl cnpg psql cluster-example --replica -- app -c 'select 1'\n  kubectl cnpg psql cluster-example -- -v ON_ERROR_STOP=1 app < script.sql"
)]
pub struct PsqlArgs {
    /// Cluster to connect to
    cluster: String,
    /// Connect to a replica
    #[arg(long)]
    replica: bool,
    /// Give psql a terminal; only where there is one when left out
    #[arg(short, long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = values::switch)]
    tty: Option<bool>,
    /// Pass the standard input to psql
    #[arg(short = 'i', long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value = "true", value_parser = values::switch)]
    stdin: Option<bool>,
    #[arg(hide = true)]
    words: Vec<String>,
    /// Arguments of psql
    #[arg(last = true, value_name = "ARGS")]
    rest: Vec<String>,
}

/// The arguments of psql, from before or behind the delimiter.
pub(super) fn passed<'a>(
    before: &'a [String],
    behind: &'a [String],
    what: &str,
) -> Result<&'a [String], CommandError> {
    match (before, behind) {
        (_, []) => Ok(before),
        ([], _) => Ok(behind),
        _ => Err(CommandError::Usage(format!("{what} should be passed after the -- delimiter"))),
    }
}

fn command(args: &[String]) -> Vec<String> {
    let mut words = vec!["psql".to_owned()];
    if !args.iter().any(|word| word == "-U") {
        words.extend(["-U".to_owned(), "postgres".to_owned()]);
    }
    words.extend(args.iter().cloned());
    words
}

fn streams(args: &PsqlArgs, terminal: bool) -> Streams {
    Streams { tty: args.tty.unwrap_or(terminal), stdin: args.stdin.unwrap_or(true) }
}

/// Becomes psql in a pod.
pub async fn run(cx: &CommandContext, args: PsqlArgs) -> Result<ExitCode, CommandError> {
    let words = command(passed(&args.words, &args.rest, "psqlArgs")?);
    let wanted = if args.replica { ROLE_REPLICA } else { ROLE_PRIMARY };
    let instance = Instance::find(cx, &args.cluster, wanted).await?;
    // A terminal that only one end has would mix the output of scripts with carriage returns.
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    instance.become_command(streams(&args, terminal), &words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_superuser_connects_unless_another_is_named() {
        for (line, expected) in [
            ("", "psql -U postgres"),
            ("app -c x", "psql -U postgres app -c x"),
            ("-U app", "psql -U app"),
            ("-Uapp", "psql -U postgres -Uapp"),
        ] {
            assert_eq!(command(&words(line)).join(" "), expected, "{line}");
        }
    }

    #[test]
    fn words_stand_on_one_side_of_the_delimiter() {
        for (before, behind, expected) in [
            ("app", "", Some("app")),
            ("", "-c x", Some("-c x")),
            ("", "", Some("")),
            ("foo", "-c x", None),
        ] {
            let (before, behind) = (words(before), words(behind));
            let passed = passed(&before, &behind, "psqlArgs").ok().map(|words| words.join(" "));
            assert_eq!(passed.as_deref(), expected, "{before:?} {behind:?}");
        }
    }

    #[test]
    fn a_terminal_is_given_where_there_is_one() {
        for (tty, terminal, expected) in [
            (None, true, true),
            (None, false, false),
            (Some(false), true, false),
            (Some(true), false, true),
        ] {
            let args = PsqlArgs { tty, ..PsqlArgs::default() };
            assert_eq!(streams(&args, terminal), Streams { tty: expected, stdin: true });
        }
    }
}
