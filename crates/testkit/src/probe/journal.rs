//! What a session wrote down, a line of JSON for each step, and how to read that again.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::clock::{Anchor, Moment};
use super::session::Route;

/// One step of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Line {
    /// The session begins.
    Start(Start),
    /// The statement with this number is about to be sent.
    Sent { sequence: u64, at: Moment },
    /// The attempt with this number is over; without a `Sent` it never left.
    Done { sequence: u64, at: Moment, outcome: Outcome },
    /// The session ended as it was told to.
    Stop { at: Moment },
}

/// Who writes, and to where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    pub run: String,
    pub session: String,
    pub route: Route,
    pub address: String,
    pub anchor: Anchor,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The server promised that the row is there.
    Acked { server: Server },
    /// The row is certainly not there: it was never sent, or refused.
    Failed { why: String },
    /// The row may be there or not: the answer never came.
    Unknown { why: String },
}

/// The server that acknowledged, as it describes itself in the same statement.
///
/// A primary never becomes a standby without a restart, and never changes its timeline. So two of
/// these that differ are two different reigns, and one of these is one reign without a break.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Server {
    pub address: String,
    /// When its postmaster was started, in seconds since 1970.
    pub started: String,
    pub timeline: u32,
    /// Its `cluster_name`, which may be empty.
    pub name: String,
}

/// An attempt to write one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub sequence: u64,
    /// Nothing when the attempt ended before anything was sent.
    pub sent: Option<Moment>,
    /// Nothing when the session was killed in between.
    pub done: Option<Moment>,
    pub outcome: Outcome,
}

/// All that one session did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    pub start: Start,
    /// By number, which is also the order in time.
    pub attempts: Vec<Attempt>,
    /// Nothing when the session was killed.
    pub stop: Option<Moment>,
}

impl History {
    /// Reads the lines of a journal. A last line that was cut short is left out.
    pub fn parse(text: &str) -> Result<Self> {
        let mut lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let first = lines.next().context("the journal is empty")?;
        let Line::Start(start) = serde_json::from_str(first)? else {
            bail!("the journal does not begin with a start");
        };
        let mut attempts = BTreeMap::new();
        let mut stop = None;
        for line in lines {
            match serde_json::from_str(line).with_context(|| line.to_owned())? {
                Line::Start(_) => bail!("the journal has two starts"),
                Line::Sent { sequence, at } => {
                    let why = "the session was killed".to_owned();
                    let outcome = Outcome::Unknown { why };
                    let attempt = Attempt { sequence, sent: Some(at), done: None, outcome };
                    attempts.insert(sequence, attempt);
                }
                Line::Done { sequence, at, outcome } => {
                    let sent = attempts.get(&sequence).and_then(|attempt| attempt.sent);
                    attempts.insert(sequence, Attempt { sequence, sent, done: Some(at), outcome });
                }
                Line::Stop { at } => stop = Some(at),
            }
        }
        Ok(Self { start, attempts: attempts.into_values().collect(), stop })
    }

    /// Reads a journal from its file.
    pub fn read(path: &Path) -> Result<Self> {
        let parse = || Self::parse(&std::fs::read_to_string(path)?);
        parse().with_context(|| format!("failed to read the journal {}", path.display()))
    }
}

/// Writes a journal: each line is with the kernel before the next step is taken.
#[derive(Debug)]
pub struct Journal(File);

impl Journal {
    /// Begins a journal in a new file.
    pub fn create(path: &Path, start: &Start) -> Result<Self> {
        let open = File::options().append(true).create_new(true).open(path);
        let file = open.with_context(|| format!("failed to create {}", path.display()))?;
        let mut journal = Self(file);
        journal.write(&Line::Start(start.clone()))?;
        Ok(journal)
    }

    /// Appends a line with one call to the kernel, so that it is there whole or cut short at the end.
    pub fn write(&mut self, line: &Line) -> Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.0.write_all(&text).context("failed to write the journal")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Start {
        Start {
            run: "r".into(),
            session: "s".into(),
            route: Route::Service,
            address: "198.19.0.1:5432".into(),
            anchor: Anchor { at: Moment(0), wall: jiff::Timestamp::UNIX_EPOCH },
        }
    }

    #[test]
    fn a_journal_that_ends_anywhere_loses_only_what_was_not_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        let mut journal = Journal::create(&path, &start()).unwrap();
        let server =
            Server { address: "a".into(), started: "1".into(), timeline: 1, name: String::new() };
        for line in [
            Line::Sent { sequence: 1, at: Moment(10) },
            Line::Done { sequence: 1, at: Moment(12), outcome: Outcome::Acked { server } },
            Line::Sent { sequence: 2, at: Moment(20) },
            Line::Stop { at: Moment(30) },
        ] {
            journal.write(&line).unwrap();
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let ends: Vec<_> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        let seen = |end: usize| {
            let history = History::parse(&text[..end]).unwrap();
            let acked =
                history.attempts.iter().filter(|one| matches!(one.outcome, Outcome::Acked { .. }));
            (history.attempts.len(), acked.count(), history.stop)
        };
        assert_eq!(seen(ends[0]), (0, 0, None), "only begun");
        assert_eq!(seen(ends[1]), (1, 0, None), "killed after sending: unknown");
        assert_eq!(seen(ends[2] - 1), (1, 0, None), "killed while writing the outcome: unknown");
        assert_eq!(seen(ends[2]), (1, 1, None), "the acknowledgement is known");
        assert_eq!(seen(ends[3]), (2, 1, None), "and the next one is unknown");
        assert_eq!(seen(ends[4]), (2, 1, Some(Moment(30))), "stopped");
        assert!(History::parse(&text[..ends[0] - 1]).is_err(), "not even begun");
    }
}
