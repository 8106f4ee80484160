//! One line of our log that others wrote, and its JSON.

use std::borrow::Cow;
use std::path::PathBuf;

use jiff::Timestamp;
use postgres::csv_log::LogRecord;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// Where a program wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipe {
    Stdout,
    Stderr,
}

impl Pipe {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A record of the server's log.
    Record(Box<LogRecord>),
    /// A line of a program.
    Line { logger: Cow<'static, str>, pipe: Pipe, text: String },
    /// A line out of a FIFO, which is no record.
    Text { source: PathBuf, text: String },
    /// A line that is JSON already, printed as it is.
    Json(String),
}

/// What our log puts around an entry.
#[derive(Debug, Clone)]
pub struct Envelope {
    pub level_key: String,
    pub timestamp_key: String,
    pub pod: Option<String>,
}

impl Default for Envelope {
    fn default() -> Self {
        Self { level_key: "level".to_owned(), timestamp_key: "ts".to_owned(), pod: None }
    }
}

impl Entry {
    /// Adds the line of the log to a buffer, line end included.
    pub fn write(&self, envelope: &Envelope, now: Timestamp, to: &mut Vec<u8>) {
        if let Self::Json(line) = self {
            to.extend_from_slice(line.as_bytes());
        } else {
            let wrapped = Wrapped { entry: self, envelope, now };
            serde_json::to_writer(&mut *to, &wrapped).expect("texts and maps of texts are JSON");
        }
        to.push(b'\n');
    }
}

struct Wrapped<'a> {
    entry: &'a Entry,
    envelope: &'a Envelope,
    now: Timestamp,
}

impl Serialize for Wrapped<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry(&self.envelope.level_key, "info")?;
        map.serialize_entry(&self.envelope.timestamp_key, &self.now)?;
        match self.entry {
            Entry::Record(record) => {
                let logger = if record.audit().is_some() { "pgaudit" } else { "postgres" };
                map.serialize_entry("logger", logger)?;
                map.serialize_entry("msg", "record")?;
                map.serialize_entry("record", record)?;
            }
            Entry::Line { logger, pipe, text } => {
                map.serialize_entry("logger", logger)?;
                map.serialize_entry("msg", text)?;
                map.serialize_entry("pipe", pipe.as_str())?;
            }
            Entry::Text { source, text } => {
                map.serialize_entry("logger", "postgres")?;
                map.serialize_entry("msg", text)?;
                map.serialize_entry("source", source)?;
            }
            Entry::Json(text) => map.serialize_entry("msg", text)?,
        }
        if let Some(pod) = &self.envelope.pod {
            map.serialize_entry("logging_pod", pod)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use postgres::csv_log::{Item, Parser};

    use super::*;

    fn written(entry: &Entry, envelope: &Envelope) -> String {
        let mut line = Vec::new();
        let now = "2026-11-21T06:14:39.907386538Z".parse().unwrap();
        entry.write(envelope, now, &mut line);
        String::from_utf8(line).unwrap()
    }

    fn record(message: &str) -> Entry {
        let log =
            format!("2026-11-21 06:14:42.123 UTC{}{message}{}\n", ",".repeat(13), ",".repeat(12));
        let mut found = None;
        Parser::default().feed(log.as_bytes(), |item| found = Some(item));
        let Some(Item::Record(record)) = found else { panic!("no record: {found:?}") };
        Entry::Record(record)
    }

    #[test]
    fn lines_have_the_known_keys() {
        let pod = Envelope { pod: Some("pg-1".to_owned()), ..Envelope::default() };
        let renamed = Envelope { level_key: "l".into(), timestamp_key: "t".into(), pod: None };
        let start = r#"{"level":"info","ts":"2026-11-21T06:14:39.907386538Z","logger":"#;
        let audit = "\"AUDIT: SESSION,1,1,READ,SELECT,,,x,\"";
        for (name, entry, envelope, expected) in [
            (
                "record",
                record("hello"),
                &pod,
                format!(
                    r#"{start}"postgres","msg":"record","record":{{"log_time":"2026-11-21 06:14:42.123 UTC","message":"hello"}},"logging_pod":"pg-1"}}"#
                ),
            ),
            (
                "audit",
                record(audit),
                &Envelope::default(),
                format!(
                    r#"{start}"pgaudit","msg":"record","record":{{"log_time":"2026-11-21 06:14:42.123 UTC","audit":{{"audit_type":"SESSION","statement_id":"1","substatement_id":"1","class":"READ","command":"SELECT","statement":"x"}}}}}}"#
                ),
            ),
            (
                "line",
                Entry::Line { logger: "initdb".into(), pipe: Pipe::Stderr, text: "a\"b".into() },
                &Envelope::default(),
                format!(r#"{start}"initdb","msg":"a\"b","pipe":"stderr"}}"#),
            ),
            (
                "text, renamed keys",
                Entry::Text { source: "/controller/log/postgres".into(), text: "x".into() },
                &renamed,
                r#"{"l":"info","t":"2026-11-21T06:14:39.907386538Z","logger":"postgres","msg":"x","source":"/controller/log/postgres"}"#.to_owned(),
            ),
            ("JSON", Entry::Json("{ }".to_owned()), &pod, "{ }".to_owned()),
        ] {
            assert_eq!(written(&entry, envelope), expected + "\n", "{name}");
        }
    }
}
