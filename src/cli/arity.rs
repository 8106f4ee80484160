//! How many words each command takes, and what is said when there are too few or too many.

use super::words::Walked;
use super::{NAME, refusal};
use crate::CommandError;

/// How many positional words a command takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arity {
    /// Fewer show the help and succeed; more are ignored.
    HelpBelow(usize),
    Between(usize, usize),
    AtLeast(usize),
    AtMost(usize),
    None,
    Any,
    /// A group: needs a command.
    Group,
}

fn arity(path: &[&str]) -> Arity {
    match path {
        [] => Arity::Group,
        [
            "fencing" | "hibernate" | "install" | "logs" | "maintenance" | "publication" | "report"
            | "subscription",
        ] => Arity::Group,
        ["fencing", _] | ["destroy"] => Arity::HelpBelow(2),
        // One word promotes a replica cluster.
        ["promote"] => Arity::HelpBelow(1),
        ["restart"] => Arity::Between(1, 2),
        ["maintenance", _] => Arity::AtMost(1),
        ["psql" | "pgbench" | "fio" | "pgadmin4"] => Arity::AtLeast(1),
        ["logs", "pretty"] => Arity::None,
        // Without a name all clusters are listed.
        ["status" | "doctor"] => Arity::Any,
        ["report", "operator"] | ["install", _] | ["version" | "snapshot" | "help"] => Arity::Any,
        _ => Arity::HelpBelow(1),
    }
}

/// What to do about words that did not fit.
#[derive(Debug)]
pub(crate) enum Judgement {
    Help,
    Refuse(CommandError),
    /// The number of words is not what is wrong.
    Fine,
}

/// Judges words that clap refused.
pub(crate) fn judge(root: &clap::Command, walked: &Walked) -> Judgement {
    let path: Vec<_> = walked.path.iter().map(String::as_str).collect();
    match (arity(&path), walked.positionals) {
        (Arity::Group, _) if path.is_empty() => match &walked.stray {
            Some(word) => {
                Judgement::Refuse(CommandError::Usage(refusal::unknown_command(root, word)))
            }
            None => Judgement::Help,
        },
        (Arity::Group, _) => Judgement::Help,
        (Arity::HelpBelow(least), given) if given < least => Judgement::Help,
        _ => excess(walked).map_or(Judgement::Fine, Judgement::Refuse),
    }
}

/// The refusal of a number of words that a command does not take.
pub(crate) fn excess(walked: &Walked) -> Option<CommandError> {
    let path: Vec<_> = walked.path.iter().map(String::as_str).collect();
    let given = walked.positionals;
    let text = match arity(&path) {
        Arity::Between(least, most) if given < least || given > most => {
            format!("accepts between {least} and {most} arg(s), received {given}")
        }
        Arity::AtLeast(least) if given < least => {
            format!("requires at least {least} arg(s), only received {given}")
        }
        Arity::AtMost(most) if given > most => {
            format!("accepts at most {most} arg(s), received {given}")
        }
        Arity::None if given > 0 => {
            let word = walked.stray.as_deref().unwrap_or_default();
            format!("unknown command \"{word}\" for \"{NAME} {}\"", path.join(" "))
        }
        _ => return None,
    };
    Some(CommandError::Usage(text))
}

/// Words that are accepted and mean nothing.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Rest {
    #[arg(hide = true)]
    ignored: Vec<String>,
}
