//! What can stand at the end of a command line: commands, flags and their values offline, names of
//! clusters and instances from the API server when it answers at once.
//!
//! kubectl asks `kubectl_complete-cnpg`, which asks `__complete` with the words so far. The answer
//! is a candidate a line, with a description behind a tab, and `:` with a directive at the end.

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use api::Cluster;
use clap::{Arg, Command};
use kube::ResourceExt as _;
use kube::api::{Api, ListParams};

use crate::cli::words;
use crate::connection::Connection;
use crate::context::{Ask, CLUSTERS};
use crate::instance::status;
use crate::values::Values as _;
use crate::{CommandContext, Output};

/// The hidden commands that ask for candidates.
pub const COMMANDS: [&str; 2] = ["__complete", "__completeNoDesc"];

/// A person waits at the key: the API server has this long.
const PATIENCE: Duration = Duration::from_secs(1);
/// Tells the shell not to offer files.
const NO_FILES: u32 = 4;

/// One thing that could stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    text: String,
    about: String,
}

/// What is known of the place that is completed.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// Known without an API server.
    Static(Vec<Candidate>),
    Cluster,
    /// An instance of this cluster.
    Instance(String),
    Namespace,
}

/// Answers `__complete WORDS... LAST`.
pub fn run(root: &Command, words: &[OsString], out: &Output) -> ExitCode {
    let described = words.get(1).is_some_and(|word| word == COMMANDS[0]);
    let words: Vec<OsString> =
        words.first().into_iter().chain(words.iter().skip(2)).cloned().collect();
    let (before, last) = match words.split_last() {
        Some((last, before)) if !before.is_empty() => (before, last.to_string_lossy().into_owned()),
        _ => (words.as_slice(), String::new()),
    };
    let candidates = match place(root, before, &last) {
        Place::Static(candidates) => candidates,
        live => ask(root, before, &live),
    };
    for candidate in candidates.iter().filter(|it| it.text.starts_with(&last)) {
        let line = if described && !candidate.about.is_empty() {
            out.line(format_args!("{}\t{}", candidate.text, candidate.about))
        } else {
            out.line(format_args!("{}", candidate.text))
        };
        if line.is_err() {
            return ExitCode::FAILURE;
        }
    }
    match out.line(format_args!(":{NO_FILES}")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn place(root: &Command, before: &[OsString], last: &str) -> Place {
    let walked = words::walk(root, before);
    let mut at = root;
    for name in &walked.path {
        at = at.find_subcommand(name).unwrap_or(at);
    }
    if let Some(arg) = words::waiting(root, before) {
        return match arg.get_long() {
            Some("namespace") => Place::Namespace,
            _ => Place::Static(values(arg)),
        };
    }
    if let Some((flag, _)) = last.split_once('=').filter(|_| last.starts_with("--")) {
        let known = arguments(root, at)
            .into_iter()
            .find(|arg| arg.get_long().is_some_and(|long| flag.strip_prefix("--") == Some(long)));
        let values = known.map(values).unwrap_or_default().into_iter();
        let full = values.map(|it| Candidate { text: format!("{flag}={}", it.text), ..it });
        return Place::Static(full.collect());
    }
    if last.starts_with('-') {
        return Place::Static(flags(root, at));
    }
    if at.has_subcommands() && walked.positionals == 0 {
        return Place::Static(commands(at));
    }
    let names: Vec<_> = at.get_positionals().map(|arg| arg.get_id().as_str()).collect();
    match names.get(walked.positionals).copied() {
        Some("cluster") => Place::Cluster,
        Some("instance") => Place::Instance(walked.stray.unwrap_or_default()),
        Some(_) => {
            let arg = at.get_positionals().nth(walked.positionals);
            Place::Static(arg.map(values).unwrap_or_default())
        }
        None => Place::Static(Vec::new()),
    }
}

fn commands(at: &Command) -> Vec<Candidate> {
    let shown = at.get_subcommands().filter(|it| !it.is_hide_set());
    shown.map(|it| candidate(it.get_name(), it.get_about())).collect()
}

fn arguments<'a>(root: &'a Command, at: &'a Command) -> Vec<&'a Arg> {
    let global = root.get_arguments().filter(|arg| arg.is_global_set());
    at.get_arguments().chain(global).collect()
}

fn flags(root: &Command, at: &Command) -> Vec<Candidate> {
    let shown = arguments(root, at).into_iter().filter(|arg| !arg.is_hide_set());
    let mut flags: Vec<_> = shown
        .filter_map(|arg| Some(candidate(&format!("--{}", arg.get_long()?), arg.get_help())))
        .collect();
    flags.sort_by(|one, other| one.text.cmp(&other.text));
    flags.dedup();
    flags
}

fn values(arg: &Arg) -> Vec<Candidate> {
    let values = arg.get_possible_values();
    values.iter().map(|value| candidate(value.get_name(), value.get_help())).collect()
}

fn candidate(text: &str, about: Option<&clap::builder::StyledStr>) -> Candidate {
    let about = about.map(ToString::to_string).unwrap_or_default();
    Candidate { text: text.to_owned(), about: about.replace(['\n', '\t'], " ") }
}

/// Names from the API server; none when it does not answer.
fn ask(root: &Command, before: &[OsString], place: &Place) -> Vec<Candidate> {
    let parsed = root.clone().ignore_errors(true).try_get_matches_from(before);
    let connection = parsed.ok().and_then(|matches| {
        use clap::FromArgMatches as _;
        Connection::from_arg_matches(&matches).ok()
    });
    let connection = connection.unwrap_or_default();
    let cx = CommandContext::new(Output::of_process(), connection);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return Vec::new() };
    runtime.block_on(async {
        let names = tokio::time::timeout(PATIENCE, names(&cx, place)).await;
        names.ok().and_then(Result::ok).unwrap_or_default()
    })
}

async fn names(cx: &CommandContext, place: &Place) -> Result<Vec<Candidate>, crate::CommandError> {
    let named = |text: String, about: String| Candidate { text, about };
    let everything = ListParams::default();
    match place {
        Place::Static(candidates) => Ok(candidates.clone()),
        Place::Cluster => {
            let clusters: Api<Cluster> = cx.api().await?;
            let found = cx.call(Ask::new("", "list", CLUSTERS, ""), clusters.all(&everything));
            let clusters = found.await?.into_iter();
            let each = clusters.map(|it| {
                let phase = status(&it).phase.unwrap_or_default();
                named(it.name_any(), phase)
            });
            Ok(each.collect())
        }
        Place::Instance(cluster) => {
            let cluster = cx.cluster(cluster, "").await?;
            let status = status(&cluster);
            let primary = status.current_primary.unwrap_or_default();
            let each = status.instance_names.into_iter().map(|name| {
                let about = if name == primary { "primary" } else { "replica" };
                named(name, about.to_owned())
            });
            Ok(each.collect())
        }
        Place::Namespace => {
            let namespaces: Api<k8s_openapi::api::core::v1::Namespace> =
                Api::all(cx.client().await?);
            let ask = Ask::new("", "list", "namespaces", "");
            let found = cx.call(ask, namespaces.all(&everything)).await?;
            let each = found.into_iter();
            Ok(each.map(|it| named(it.name_any(), String::new())).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: &str, last: &str) -> Place {
        let words: Vec<OsString> = std::iter::once("kubectl-cnpg")
            .chain(line.split_whitespace())
            .map(OsString::from)
            .collect();
        place(&crate::cli::command(), &words, last)
    }

    fn texts(place: Place) -> Vec<String> {
        let Place::Static(candidates) = place else { panic!("{place:?}") };
        candidates.into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn every_place_has_its_candidates() {
        assert!(texts(at("", "st")).contains(&"status".to_owned()));
        assert_eq!(texts(at("fencing", "")), ["on", "off"]);
        assert_eq!(texts(at("status --color", "")), ["always", "auto", "never"]);
        assert_eq!(
            texts(at("status", "--output=")),
            ["--output=text", "--output=json", "--output=yaml"]
        );
        assert!(texts(at("status pg", "--wa")).contains(&"--watch".to_owned()));
        assert!(texts(at("status pg", "--")).contains(&"--namespace".to_owned()));
        assert_eq!(at("status", ""), Place::Cluster);
        assert_eq!(at("promote pg", ""), Place::Instance("pg".to_owned()));
        assert_eq!(at("-n x fencing on pg", ""), Place::Instance("pg".to_owned()));
        assert_eq!(at("status -n", ""), Place::Namespace);
        assert_eq!(texts(at("status pg", "")), Vec::<String>::new());
        assert_eq!(texts(at("completion", "")), ["bash", "zsh", "fish", "powershell"]);
    }
}
