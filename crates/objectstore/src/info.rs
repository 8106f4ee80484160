//! `backup.info`: what a base backup is, as the original writes and reads it.
//!
//! The original stops at a key that it does not know, so we write only those that every version of
//! it knows; and we read those of all versions, keeping what we do not understand out of the way.

mod literal;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use postgres::lsn::Lsn;
use postgres::wal_name::{Segment, SegmentSize, Timeline};
use thiserror::Error;

pub use literal::Literal;

/// How far a backup came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Status {
    #[default]
    Empty,
    Started,
    Failed,
    Done,
}

impl Status {
    const fn name(self) -> &'static str {
        match self {
            Self::Empty => "EMPTY",
            Self::Started => "STARTED",
            Self::Failed => "FAILED",
            Self::Done => "DONE",
        }
    }
}

/// A tablespace as it was in the cluster that was backed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tablespace {
    pub name: String,
    pub oid: u32,
    pub location: String,
}

/// Where a backup begins or ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Point {
    pub time: Option<Timestamp>,
    pub wal: Option<String>,
    pub lsn: Option<Lsn>,
    /// The position in its segment.
    pub offset: Option<u64>,
}

impl Point {
    /// A position at a time; an end on the border of segments belongs to the one after it.
    #[must_use]
    pub fn at(lsn: Lsn, timeline: Timeline, size: SegmentSize, time: Timestamp) -> Self {
        Self {
            time: Some(time),
            wal: Some(Segment::at(timeline, lsn, size).to_string()),
            lsn: Some(lsn),
            offset: Some(lsn.0 % u64::from(size.bytes())),
        }
    }
}

/// The metadata of a base backup.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Info {
    /// The name of its folder; not in the file.
    pub id: String,
    pub name: Option<String>,
    pub status: Status,
    pub error: Option<String>,
    pub begin: Point,
    pub end: Point,
    pub timeline: Option<u32>,
    pub system_id: Option<String>,
    pub label: Option<String>,
    pub tablespaces: Vec<Tablespace>,
    /// `server_version_num`.
    pub version: Option<u32>,
    pub segment_size: Option<u32>,
    pub data_directory: Option<String>,
    pub config_file: Option<String>,
    pub hba_file: Option<String>,
    pub ident_file: Option<String>,
    pub included_files: Vec<String>,
    pub mode: Option<String>,
    pub copy_stats: Option<Literal>,
}

/// Why a file is no `backup.info`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InfoError {
    #[error("line {0} of backup.info has no `=`")]
    Line(usize),
    #[error("{key} of backup.info is {value:?}, which is no {what}")]
    Value { key: &'static str, value: String, what: &'static str },
}

impl Info {
    /// Whether the backup can be restored: it says so itself, and says where it begins and ends.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.status == Status::Done && self.begin.time.is_some() && self.end.time.is_some()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// A line or a value of another form. Keys that we do not know are passed over.
    pub fn parse(id: &str, text: &str) -> Result<Self, InfoError> {
        let mut values = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (key, value) = line.split_once('=').ok_or(InfoError::Line(index + 1))?;
            let value = value.trim();
            if value != "None" {
                values.insert(key.trim(), value);
            }
        }
        let values = Values(values);
        Ok(Self {
            id: id.to_owned(),
            name: values.text("backup_name"),
            status: match values.0.get("status").copied() {
                None | Some("EMPTY") => Status::Empty,
                Some("STARTED") => Status::Started,
                Some("FAILED") => Status::Failed,
                Some("DONE") => Status::Done,
                // What barman itself keeps until it has the WAL: not ours to restore.
                Some("WAITING_FOR_WALS" | "SYNCING") => Status::Started,
                Some(other) => return Err(wrong("status", other, "status of a backup")),
            },
            error: values.text("error"),
            begin: values.point("begin_time", "begin_wal", "begin_xlog", "begin_offset")?,
            end: values.point("end_time", "end_wal", "end_xlog", "end_offset")?,
            timeline: values.number("timeline")?,
            system_id: values.text("systemid"),
            label: values.label("backup_label")?,
            tablespaces: values.tablespaces("tablespaces")?,
            version: values.number("version")?,
            segment_size: values.number("xlog_segment_size")?,
            data_directory: values.text("pgdata"),
            config_file: values.text("config_file"),
            hba_file: values.text("hba_file"),
            ident_file: values.text("ident_file"),
            included_files: values.texts("included_files")?,
            mode: values.text("mode"),
            copy_stats: values.0.get("copy_stats").and_then(|text| Literal::parse(text)),
        })
    }

    /// Writes the file.
    #[must_use]
    pub fn write(&self) -> String {
        let mut lines = BTreeMap::new();
        let mut put = |key: &'static str, value: Option<String>| {
            lines.insert(key, value.map_or_else(|| "None".to_owned(), one_line));
        };
        put("backup_label", self.label.clone().map(|label| Literal::Text(label).to_string()));
        if self.name.is_some() {
            put("backup_name", self.name.clone());
        }
        for (point, keys) in [
            (&self.begin, ["begin_time", "begin_wal", "begin_xlog", "begin_offset"]),
            (&self.end, ["end_time", "end_wal", "end_xlog", "end_offset"]),
        ] {
            put(keys[0], point.time.map(write_time));
            put(keys[1], point.wal.clone());
            put(keys[2], point.lsn.map(|lsn| lsn.to_string()));
            put(keys[3], point.offset.map(|offset| offset.to_string()));
        }
        put("config_file", self.config_file.clone());
        put("copy_stats", self.copy_stats.as_ref().map(ToString::to_string));
        put("error", self.error.clone());
        put("hba_file", self.hba_file.clone());
        put("ident_file", self.ident_file.clone());
        let files = self.included_files.iter().cloned().map(Literal::Text).collect::<Vec<_>>();
        put("included_files", (!files.is_empty()).then(|| Literal::List(files).to_string()));
        put("mode", self.mode.clone());
        put("pgdata", self.data_directory.clone());
        put("server_name", Some("cloud".to_owned()));
        put("size", None);
        put("status", Some(self.status.name().to_owned()));
        put("systemid", self.system_id.clone());
        let spaces = self.tablespaces.iter().map(|space| {
            Literal::Tuple(vec![
                Literal::Text(space.name.clone()),
                Literal::Int(space.oid.into()),
                Literal::Text(space.location.clone()),
            ])
        });
        let spaces = spaces.collect::<Vec<_>>();
        put("tablespaces", (!spaces.is_empty()).then(|| Literal::List(spaces).to_string()));
        put("timeline", self.timeline.map(|timeline| timeline.to_string()));
        put("version", self.version.map(|version| version.to_string()));
        put("xlog_segment_size", self.segment_size.map(|size| size.to_string()));
        let mut text = String::new();
        for (key, value) in lines {
            writeln!(text, "{key}={value}").expect("a String takes everything");
        }
        text
    }
}

/// A line break in a path or a message must not begin another key.
fn one_line(value: String) -> String {
    if value.contains(['\n', '\r']) { value.replace(['\n', '\r'], " ") } else { value }
}

fn write_time(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S%.6f+00:00").to_string()
}

/// `2026-11-21 07:01:34.367348+00:00`; without an offset it is UTC, which all pods have.
fn read_time(text: &str) -> Option<Timestamp> {
    let text = text.replacen(' ', "T", 1);
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    let civil = text.parse::<jiff::civil::DateTime>().ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn wrong(key: &'static str, value: &str, what: &'static str) -> InfoError {
    InfoError::Value { key, value: value.to_owned(), what }
}

struct Values<'a>(BTreeMap<&'a str, &'a str>);

impl Values<'_> {
    fn text(&self, key: &str) -> Option<String> {
        self.0.get(key).map(|value| (*value).to_owned())
    }

    fn read<T>(
        &self,
        key: &'static str,
        what: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, InfoError> {
        let Some(value) = self.0.get(key) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| wrong(key, value, what))
    }

    fn number<T: std::str::FromStr>(&self, key: &'static str) -> Result<Option<T>, InfoError> {
        self.read(key, "number", |text| text.parse().ok())
    }

    fn point(
        &self,
        time: &'static str,
        wal: &'static str,
        lsn: &'static str,
        offset: &'static str,
    ) -> Result<Point, InfoError> {
        Ok(Point {
            time: self.read(time, "time", read_time)?,
            wal: self.text(wal),
            lsn: self.read(lsn, "position", |text| text.parse().ok())?,
            offset: self.number(offset)?,
        })
    }

    fn label(&self, key: &'static str) -> Result<Option<String>, InfoError> {
        let text = |text: &str| Literal::parse(text)?.text().map(str::to_owned);
        self.read(key, "text", text)
    }

    fn texts(&self, key: &'static str) -> Result<Vec<String>, InfoError> {
        let read = |text: &str| {
            let list = Literal::parse(text)?;
            list.items()?.iter().map(|item| item.text().map(str::to_owned)).collect()
        };
        Ok(self.read(key, "list of texts", read)?.unwrap_or_default())
    }

    fn tablespaces(&self, key: &'static str) -> Result<Vec<Tablespace>, InfoError> {
        let one = |item: &Literal| match item.items()? {
            [Literal::Text(name), Literal::Int(oid), Literal::Text(location)] => Some(Tablespace {
                name: name.clone(),
                oid: u32::try_from(*oid).ok()?,
                location: location.clone(),
            }),
            _ => None,
        };
        let read = |text: &str| Literal::parse(text)?.items()?.iter().map(one).collect();
        Ok(self.read(key, "list of tablespaces", read)?.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
