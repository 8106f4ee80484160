//! One JSON object a line: `level`, `ts`, `logger`, `msg`, then the fields of spans and event.

mod line;

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::cli::LogArgs;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to open the log file {path}")]
    Open { path: PathBuf, source: io::Error },
    #[error("failed to start logging")]
    Start(#[from] tracing_subscriber::util::TryInitError),
}

/// Libraries that tell of each connection and each request.
const TALKATIVE: &[&str] = &[
    "h2",
    "hickory_net",
    "hickory_proto",
    "hickory_resolver",
    "hyper",
    "hyper_util",
    "kube_client",
    "kube_runtime",
    "object_store",
    "reqwest",
    "rustls",
    "tokio_postgres",
    "tower",
];

/// Starts logging and makes panics part of the log.
pub fn install(args: &LogArgs) -> Result<(), Error> {
    let level = parse_level(&args.log_level);
    let writer = match &args.log_destination {
        None => BoxMakeWriter::new(io::stdout),
        Some(path) => BoxMakeWriter::new(Mutex::new(open(path, args.log_truncate_destination)?)),
    };
    let keys =
        line::Keys { level: args.log_field_level.clone(), time: args.log_field_timestamp.clone() };
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(writer)
        .with_ansi(false)
        .fmt_fields(JsonFields::new())
        .event_format(line::Line::new(keys));
    tracing_subscriber::registry()
        .with(targets(level.unwrap_or(LevelFilter::INFO)))
        .with(layer)
        .try_init()?;
    if level.is_none() {
        tracing::warn!(wanted = args.log_level, "unknown log level, using info");
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, error = panic_message(panic.payload()), "panicked");
    }));
    Ok(())
}

/// Says why there is no log, on the only channel that is left.
#[expect(clippy::print_stderr, reason = "there is no log to write to")]
pub fn unusable(error: &Error) {
    let source = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    eprintln!("{error}{}", source.unwrap_or_default());
}

/// What is logged: with `debug` what we do, and not what libraries do for it; `trace` is all.
fn targets(level: LevelFilter) -> Targets {
    let all = Targets::new().with_default(level);
    if level == LevelFilter::TRACE {
        return all;
    }
    all.with_targets(TALKATIVE.iter().map(|name| (*name, level.min(LevelFilter::INFO))))
}

fn parse_level(word: &str) -> Option<LevelFilter> {
    match word {
        "error" => Some(LevelFilter::ERROR),
        "warning" => Some(LevelFilter::WARN),
        "info" => Some(LevelFilter::INFO),
        "debug" => Some(LevelFilter::DEBUG),
        "trace" => Some(LevelFilter::TRACE),
        _ => None,
    }
}

fn open(path: &Path, truncate: bool) -> Result<std::fs::File, Error> {
    let wrap = |source| Error::Open { path: path.to_owned(), source };
    let file = OpenOptions::new().append(true).create(true).open(path).map_err(wrap)?;
    // A pipe cannot be emptied, and need not be.
    if truncate && file.metadata().map_err(wrap)?.is_file() {
        file.set_len(0).map_err(wrap)?;
    }
    Ok(file)
}

fn panic_message(payload: &(dyn std::any::Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
}
