//! `kubectl cnpg logs cluster CLUSTER`: all logs of a cluster on one stream, whole lines each.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, LogParams};

use super::sources::{self, Source};
use crate::cli::arity::Rest;
use crate::{CommandContext, CommandError, Output};

/// How often new containers are looked for while following.
const LOOK: Duration = Duration::from_secs(1);

#[derive(Debug, clap::Args)]
pub struct ClusterArgs {
    /// Cluster whose logs are shown
    cluster: String,
    /// File to write the logs to; ignored while following
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Put the time at which the node got it before every line
    #[arg(short, long)]
    timestamps: bool,
    /// Show only so many of the last lines of each container; all when negative
    #[arg(long, value_name = "LINES", default_value_t = -1, allow_negative_numbers = true)]
    tail: i64,
    /// Go on with what is written from now on, also by new containers
    #[arg(short, long)]
    follow: bool,
    #[command(flatten)]
    rest: Rest,
}

impl ClusterArgs {
    fn params(&self, source: &Source) -> LogParams {
        LogParams {
            container: Some(source.container.clone()),
            timestamps: self.timestamps,
            tail_lines: Some(self.tail).filter(|lines| *lines >= 0),
            ..LogParams::default()
        }
    }
}

/// Copies the logs of all running containers.
pub async fn run(cx: &CommandContext, args: ClusterArgs) -> Result<ExitCode, CommandError> {
    cx.cluster(&args.cluster, "could not get cluster").await?;
    if args.follow {
        follow(cx, &args).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let sources = sources::running(&sources::pods(cx, &args.cluster).await?);
    if sources.is_empty() {
        let namespace = cx.namespace().await?;
        cx.out().talk(format_args!("no pods to log in namespace {namespace}"));
        return Ok(ExitCode::SUCCESS);
    }
    let sink = Sink::new(cx.out(), args.output.as_deref())?;
    let pods: Api<Pod> = cx.api().await?;
    let mut copies: FuturesUnordered<_> =
        sources.iter().map(|source| copy(cx, &pods, source, args.params(source), &sink)).collect();
    while let Some(outcome) = copies.next().await {
        match outcome {
            Ok(()) => {}
            // The disk is full, or nobody reads: the other logs would end alike.
            Err(error @ (CommandError::Output(_) | CommandError::Io { .. })) => return Err(error),
            Err(error) => cx.out().talk(format_args!("{}", crate::error::chain(&error))),
        }
    }
    drop(copies);
    if let Some(path) = sink.finish()? {
        cx.out().line(format_args!("Successfully written logs to \"{}\"", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Copies one log to its end.
async fn copy(
    cx: &CommandContext,
    pods: &Api<Pod>,
    source: &Source,
    params: LogParams,
    sink: &Sink<'_>,
) -> Result<(), CommandError> {
    let mut log = sources::open(cx, pods, source, &params).await?;
    loop {
        let Ok(line) = tokio::time::timeout(cx.limit(), sources::line(&mut log)).await else {
            return Err(broken(source, &"no line came for too long"));
        };
        match line {
            Ok(Some(line)) => sink.write(&line)?,
            Ok(None) => return Ok(()),
            Err(error) => return Err(broken(source, &error)),
        }
    }
}

fn broken(source: &Source, cause: &dyn std::fmt::Display) -> CommandError {
    let Source { pod, container } = source;
    CommandError::refused(format!("the log of {container} in {pod} broke off: {cause}"))
}

/// Where lines go.
enum Sink<'a> {
    Out(&'a Output),
    File { path: PathBuf, file: RefCell<BufWriter<File>> },
}

impl<'a> Sink<'a> {
    fn new(out: &'a Output, path: Option<&Path>) -> Result<Self, CommandError> {
        let Some(path) = path else { return Ok(Self::Out(out)) };
        let file = File::create(path).map_err(|cause| CommandError::Io {
            what: format!("could not create file: {}", path.display()),
            cause,
        })?;
        Ok(Self::File { path: path.to_owned(), file: RefCell::new(BufWriter::new(file)) })
    }

    fn write(&self, line: &[u8]) -> Result<(), CommandError> {
        match self {
            Self::Out(out) => out.bytes(line),
            Self::File { path, file } => {
                file.borrow_mut().write_all(line).map_err(|cause| unwritten(path, cause))
            }
        }
    }

    /// The file, once all of it is written.
    fn finish(self) -> Result<Option<PathBuf>, CommandError> {
        match self {
            Self::Out(_) => Ok(None),
            Self::File { path, file } => {
                file.borrow_mut().flush().map_err(|cause| unwritten(&path, cause))?;
                Ok(Some(path))
            }
        }
    }
}

fn unwritten(path: &Path, cause: std::io::Error) -> CommandError {
    CommandError::Io { what: format!("failed to write {}", path.display()), cause }
}

/// How far a log was shown, and how its last reading ended.
#[derive(Debug, Default)]
struct Progress {
    last: Option<Timestamp>,
    complaint: Option<String>,
}

/// Copies what is written from now on, until there is nothing left to follow.
async fn follow(cx: &CommandContext, args: &ClusterArgs) -> Result<(), CommandError> {
    let pods: Api<Pod> = cx.api().await?;
    let mut known: BTreeMap<Source, Progress> = BTreeMap::new();
    let mut active: BTreeSet<Source> = BTreeSet::new();
    let mut reading = FuturesUnordered::new();
    loop {
        let found = sources::pods(cx, &args.cluster).await;
        let found = match found {
            Ok(found) => found,
            // A moment without an API server must not end what may have run for days.
            Err(error) if !active.is_empty() => {
                cx.out().talk(format_args!("{}", crate::error::chain(&error)));
                tokio::time::sleep(LOOK).await;
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        for source in sources::running(&found) {
            if active.insert(source.clone()) {
                let last = known.get(&source).and_then(|progress| progress.last);
                reading.push(read(cx, &pods, args, source, last));
            }
        }
        if found.is_empty() && reading.is_empty() {
            let namespace = cx.namespace().await?;
            cx.out().talk(format_args!("no pods to log in namespace {namespace}"));
            return Ok(());
        }
        let pause = tokio::time::sleep(LOOK);
        tokio::pin!(pause);
        loop {
            tokio::select! {
                () = &mut pause => break,
                Some(Ended { source, last, outcome }) = reading.next() => {
                    let progress = known.entry(source.clone()).or_default();
                    progress.last = last;
                    let complaint = match outcome {
                        Ok(()) => None,
                        Err(error @ CommandError::Output(_)) => return Err(error),
                        Err(error) => Some(crate::error::chain(&error)),
                    };
                    if let Some(text) = complaint.as_ref().filter(|it| Some(*it) != progress.complaint.as_ref()) {
                        cx.out().talk(format_args!("{text}"));
                    }
                    progress.complaint = complaint;
                    active.remove(&source);
                }
            }
        }
    }
}

/// A log that was followed until it broke off.
struct Ended {
    source: Source,
    last: Option<Timestamp>,
    outcome: Result<(), CommandError>,
}

/// Follows one log, after what was shown of it before.
async fn read(
    cx: &CommandContext,
    pods: &Api<Pod>,
    args: &ClusterArgs,
    source: Source,
    mut last: Option<Timestamp>,
) -> Ended {
    let before = last;
    let outcome = async {
        let mut params = LogParams { follow: true, timestamps: true, ..args.params(&source) };
        if let Some(before) = before {
            // Whole seconds only: what comes twice is left out below.
            params.since_time = Some(before);
            params.tail_lines = None;
        }
        let mut log = sources::open(cx, pods, &source, &params).await?;
        loop {
            let line = sources::line(&mut log).await.map_err(|error| broken(&source, &error))?;
            let Some(line) = line else { return Ok(()) };
            let (time, text) = stamped(&line);
            if before.is_some() && time.is_some() && time <= before {
                continue;
            }
            last = time.or(last);
            cx.out().bytes(if args.timestamps { &line } else { text })?;
        }
    };
    let outcome = outcome.await;
    Ended { source, last, outcome }
}

/// The time that stands before a line, and the line without it.
fn stamped(line: &[u8]) -> (Option<Timestamp>, &[u8]) {
    let Some(at) = line.iter().position(|byte| *byte == b' ') else { return (None, line) };
    let time = std::str::from_utf8(&line[..at]).ok().and_then(|text| text.parse().ok());
    match time {
        Some(time) => (Some(time), &line[at + 1..]),
        None => (None, line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lose_their_time_and_nothing_else() {
        let (time, text) = stamped(b"2026-11-21T06:23:15.029450991Z {\"a\": 1}\n");
        assert_eq!(
            time.map(|time| time.to_string()).as_deref(),
            Some("2026-11-21T06:23:15.029450991Z")
        );
        assert_eq!(text, b"{\"a\": 1}\n");
        for line in [&b"no time here\n"[..], b"word\n", b"\n"] {
            assert_eq!(stamped(line), (None, line));
        }
    }
}
