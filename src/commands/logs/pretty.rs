//! `kubectl cnpg logs pretty`: JSON lines of several pods, in order and readable.

use std::io::BufRead as _;
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use super::record::{self, Level, Record};
use crate::cli::values;
use crate::output::Hue;
use crate::{CommandError, Output};

/// How long a group waits for more lines.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug, Default, clap::Args)]
pub struct PrettyArgs {
    /// How many lines are put in order at a time
    #[arg(long, value_name = "LINES", default_value_t = 1000)]
    sorting_group_size: usize,
    /// Show only these loggers; repeatable
    #[arg(long, value_name = "NAME")]
    loggers: Vec<String>,
    /// Show only these pods; repeatable
    #[arg(long, value_name = "NAME")]
    pods: Vec<String>,
    /// Show nothing below a level: error, warning, info, debug or trace
    #[arg(long, value_name = "LEVEL", value_parser = record::level)]
    min_level: Option<Level>,
    /// Show whole messages; twice for all fields too
    #[arg(short, long, action = clap::ArgAction::Count)]
    verbosity: u8,
    #[arg(hide = true)]
    excess: Vec<String>,
}

/// Renders lines in groups, each in the order of time.
struct Groups<'a> {
    args: &'a PrettyArgs,
    loggers: Vec<String>,
    pods: Vec<String>,
    group: Vec<Record>,
    first: bool,
}

impl<'a> Groups<'a> {
    fn new(args: &'a PrettyArgs) -> Self {
        let (loggers, pods) = (values::records(&args.loggers), values::records(&args.pods));
        Self { args, loggers, pods, group: Vec::new(), first: true }
    }

    fn wants(&self, record: &Record) -> bool {
        let named = |names: &[String], name: &String| names.is_empty() || names.contains(name);
        named(&self.loggers, &record.logger)
            && named(&self.pods, &record.pod)
            && self.args.min_level.is_none_or(|least| record.rank() <= least)
    }

    /// Takes a line that was read; says when the group is full.
    fn add(&mut self, record: Record) -> bool {
        if self.wants(&record) {
            self.group.push(record);
        }
        self.group.len() >= self.args.sorting_group_size.max(1)
    }

    fn flush(&mut self, out: &Output) -> Result<(), CommandError> {
        if self.group.is_empty() {
            return Ok(());
        }
        self.group.sort_by(|one, other| (&one.time, &one.pod).cmp(&(&other.time, &other.pod)));
        let mut text = String::new();
        if !std::mem::take(&mut self.first) {
            text.push_str("---\n");
        }
        for record in self.group.drain(..) {
            text.push_str(&record.render(out.style(), self.args.verbosity));
        }
        out.bytes(text.as_bytes())
    }
}

/// Renders the standard input until it ends.
pub fn run(out: &Output, args: &PrettyArgs) -> Result<ExitCode, CommandError> {
    let (send, lines) = mpsc::sync_channel(1024);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().split(b'\n') {
            let ended = line.is_err();
            if send.send(line).is_err() || ended {
                return;
            }
        }
    });
    let mut groups = Groups::new(args);
    loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(Ok(line)) => {
                let line = String::from_utf8_lossy(&line);
                match Record::read(&line) {
                    Ok(record) => {
                        if groups.add(record) {
                            groups.flush(out)?;
                        }
                    }
                    Err(error) => {
                        let what = format!("JSON syntax error (decoding log record: {error})");
                        out.talk(format_args!("{} {line}", out.style().paint(Hue::Red, what)));
                    }
                }
            }
            Ok(Err(cause)) => {
                groups.flush(out)?;
                let what = "failed to read the standard input".to_owned();
                return Err(CommandError::Io { what, cause });
            }
            Err(RecvTimeoutError::Timeout) => groups.flush(out)?,
            Err(RecvTimeoutError::Disconnected) => {
                groups.flush(out)?;
                return Ok(ExitCode::SUCCESS);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_leave_lines_out() {
        let line = r#"{"level":"warning","logger":"l","logging_pod":"p","msg":"m"}"#;
        let record = Record::read(line).unwrap();
        for (name, expected, args) in [
            ("all", true, PrettyArgs::default()),
            ("level", true, PrettyArgs { min_level: Some(Level::Info), ..PrettyArgs::default() }),
            (
                "bad only",
                false,
                PrettyArgs { min_level: Some(Level::Error), ..PrettyArgs::default() },
            ),
            ("pods", true, PrettyArgs { pods: vec!["q,p".to_owned()], ..PrettyArgs::default() }),
            (
                "others",
                false,
                PrettyArgs { loggers: vec!["x".to_owned()], ..PrettyArgs::default() },
            ),
        ] {
            assert_eq!(Groups::new(&args).wants(&record), expected, "{name}");
        }
    }
}
