//! One line of a log, as the operator and the instances write them.

use serde_json::{Map, Value};

use crate::output::{Hue, Style};

/// How bad it is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Error,
    Warning,
    Info,
    Debug,
    Trace,
}

impl Level {
    pub const ALL: [(&'static str, Self); 5] = [
        ("error", Self::Error),
        ("warning", Self::Warning),
        ("info", Self::Info),
        ("debug", Self::Debug),
        ("trace", Self::Trace),
    ];
}

/// The level that a word names.
///
/// # Errors
/// It names none.
pub fn level(word: &str) -> Result<Level, String> {
    let found = Level::ALL.into_iter().find(|(name, _)| *name == word);
    found.map(|(_, level)| level).ok_or_else(|| "unknown log level".to_owned())
}

/// What is not shown again below a line.
const SHOWN: &[&str] = &[
    "level",
    "pipe",
    "msg",
    "logger",
    "ts",
    "logging_pod",
    "record",
    "controllerGroup",
    "controllerKind",
    "Cluster",
];

/// A line of a log.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub time: String,
    pub level: String,
    pub pod: String,
    pub logger: String,
    pub message: String,
    rest: Map<String, Value>,
}

impl Record {
    /// Reads a line.
    ///
    /// # Errors
    /// It is no JSON object.
    pub fn read(line: &str) -> Result<Self, serde_json::Error> {
        let mut fields: Map<String, Value> = serde_json::from_str(line)?;
        let text = |value: Option<&Value>| match value {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let (mut level, mut message) = (text(fields.get("level")), text(fields.get("msg")));
        if message == "record" {
            let record = fields.get("record").and_then(Value::as_object);
            let field = |name| text(record.and_then(|record| record.get(name)));
            message = field("message");
            level = severity(&field("error_severity")).to_owned();
        }
        let (time, pod, logger) =
            (text(fields.get("ts")), text(fields.get("logging_pod")), text(fields.get("logger")));
        fields.retain(|name, _| !SHOWN.contains(&name.as_str()));
        Ok(Self { time, level, pod, logger, message, rest: fields })
    }

    /// How bad it is; what is not known may be the worst.
    pub fn rank(&self) -> Level {
        level(&self.level).unwrap_or(Level::Error)
    }

    /// The line for a person, with more of it the more is asked for.
    pub fn render(&self, style: Style, verbosity: u8) -> String {
        let (time, message) = if verbosity == 0 {
            (self.time.chars().take(23).collect(), short(&self.message))
        } else {
            (format!("{:<30}", self.time), self.message.clone())
        };
        let level = style.paint(Hue::Blue, format_args!("{:<8}", self.level.to_uppercase()));
        let pod = style.paint(hue(&self.pod), &self.pod);
        let logger = style.paint(Hue::Blue, format_args!("{:<16}", self.logger));
        let mut text = format!("{time} {level} {pod} {logger} {message}\n");
        if verbosity > 1 && !self.rest.is_empty() {
            let rest = serde_json::to_string_pretty(&self.rest).expect("its keys are text");
            for line in rest.lines() {
                text.push_str(&format!("    {line}\n"));
            }
        }
        text
    }
}

/// The level of a severity of PostgreSQL.
fn severity(word: &str) -> &'static str {
    match word {
        "DEBUG1" | "DEBUG2" | "DEBUG3" | "DEBUG4" | "DEBUG5" => "trace",
        "WARNING" => "warning",
        "ERROR" | "FATAL" | "PANIC" => "error",
        _ => "info",
    }
}

/// The first line, and no more than fits on a screen.
fn short(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let cut = &first[..first.floor_char_boundary(100)];
    if cut.len() == message.len() { cut.to_owned() } else { format!("{cut}...") }
}

/// The same colour for the same pod, in every run.
fn hue(pod: &str) -> Hue {
    let hash = pod
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    [Hue::Red, Hue::Green, Hue::Magenta, Hue::Cyan, Hue::Yellow][hash as usize % 5]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(line: &str, verbosity: u8) -> String {
        Record::read(line).expect(line).render(Style::plain(), verbosity)
    }

    #[test]
    fn a_line_is_short_unless_more_is_asked_for() {
        let line = r#"{"level":"error","ts":"2026-11-21T07:45:26.039123456Z","msg":"line1\nline2","logger":"x","logging_pod":"cluster-example-1","name":"n","Cluster":{}}"#;
        assert_eq!(
            rendered(line, 0),
            "2026-11-21T07:45:26.039 ERROR    cluster-example-1 x                line1...\n"
        );
        assert_eq!(
            rendered(line, 2),
            "2026-11-21T07:45:26.039123456Z ERROR    cluster-example-1 x                line1\nline2\n    {\n      \"name\": \"n\"\n    }\n"
        );
        assert_eq!(rendered(r#"{"level":"info"}"#, 0), " INFO                       \n");
        let long = format!(r#"{{"msg":"{}"}}"#, "é".repeat(60));
        assert!(rendered(&long, 0).ends_with(&format!("{}...\n", "é".repeat(50))));
        for line in ["not json", "", "[1]"] {
            assert!(Record::read(line).is_err(), "{line}");
        }
    }

    #[test]
    fn records_of_postgresql_have_its_words() {
        for (severity, level) in
            [("DEBUG3", "trace"), ("LOG", "info"), ("WARNING", "warning"), ("FATAL", "error")]
        {
            let line = format!(
                r#"{{"level":"info","msg":"record","record":{{"error_severity":"{severity}","message":"m"}}}}"#
            );
            let record = Record::read(&line).expect("a record");
            assert_eq!((record.level.as_str(), record.message.as_str()), (level, "m"));
        }
        assert_eq!(Record::read(r#"{"level":"odd"}"#).expect("a record").rank(), Level::Error);
    }

    #[test]
    fn a_pod_keeps_its_colour() {
        assert_eq!(hue("cluster-example-1"), Hue::Yellow);
    }
}
