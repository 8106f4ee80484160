//! The server's log in CSV form, taken apart as it comes in.
//!
//! A record may span lines, and the first bytes that a reader sees may be the end of a record. What
//! is no record is handed on as it came: nothing is lost, and reading goes on at the next line that
//! begins like one. <https://www.postgresql.org/docs/current/runtime-config-logging.html>

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

mod audit;

pub use audit::Audit;

/// The keys of a record, in the order of the columns.
pub const KEYS: [&str; 26] = [
    "log_time",
    "user_name",
    "database_name",
    "process_id",
    "connection_from",
    "session_id",
    "session_line_num",
    "command_tag",
    "session_start_time",
    "virtual_transaction_id",
    "transaction_id",
    "error_severity",
    "sql_state_code",
    "message",
    "detail",
    "hint",
    "internal_query",
    "internal_query_pos",
    "context",
    "query",
    "query_pos",
    "location",
    "application_name",
    "backend_type",
    "leader_pid",
    "query_id",
];

const MESSAGE: usize = 13;

/// How many columns the versions write: up to 12, 13, and from 14 on.
const WIDTHS: [usize; 3] = [23, 24, 26];

/// More than this is no record: the longest query text a server takes is 1 GiB, but who logs that
/// gets it in pieces.
const LONGEST: usize = 16 << 20;

/// One record of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRecord {
    columns: Vec<String>,
    audit: Option<Audit>,
}

/// What a log is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Record(Box<LogRecord>),
    /// A text that is no record, without its line end.
    Other(String),
}

impl LogRecord {
    fn new(columns: Vec<String>) -> Self {
        let audit = Audit::parse(&columns[MESSAGE]);
        Self { columns, audit }
    }

    /// A column by its key; empty where the version does not write it.
    #[must_use]
    pub fn get(&self, key: &str) -> &str {
        let index = KEYS.iter().position(|known| *known == key);
        index.and_then(|index| self.columns.get(index)).map_or("", String::as_str)
    }

    /// What pgaudit had to say, if the record is one of its own.
    #[must_use]
    pub const fn audit(&self) -> Option<&Audit> {
        self.audit.as_ref()
    }
}

/// A map of all columns that are not empty; an audit takes the place of its message.
impl Serialize for LogRecord {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        for (index, (key, value)) in KEYS.iter().zip(&self.columns).enumerate() {
            let replaced = index == MESSAGE && self.audit.is_some();
            if !value.is_empty() && !replaced {
                map.serialize_entry(key, value)?;
            }
        }
        if let Some(audit) = &self.audit {
            map.serialize_entry("audit", audit)?;
        }
        map.end()
    }
}

/// Takes bytes as they come and gives the items that are complete.
#[derive(Debug, Default)]
pub struct Parser {
    pending: Vec<u8>,
    /// How much of `pending` has been looked at.
    scanned: usize,
    /// Whether `pending` begins with a record: only then its quotes mean anything.
    aligned: bool,
    inside_quotes: bool,
    /// The width of the records so far: one server never changes it.
    width: Option<usize>,
}

impl Parser {
    /// Adds bytes and hands every complete item to `each`.
    pub fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(Item)) {
        self.pending.extend_from_slice(bytes);
        let mut start = 0;
        while let Some(end) = self.end() {
            start = self.take(start, end, &mut each);
        }
        if self.pending.len() - start > LONGEST {
            let end = self.pending.len();
            start = self.take(start, end, &mut each);
        }
        self.pending.drain(..start);
        self.scanned -= start;
    }

    /// What is left when no more bytes will come.
    pub fn finish(&mut self) -> Option<Item> {
        let rest = std::mem::take(self).pending;
        (!rest.is_empty()).then(|| other(&rest))
    }

    /// The end of what is being scanned: the next line end, or for a record the next outside quotes.
    fn end(&mut self) -> Option<usize> {
        for (offset, byte) in self.pending[self.scanned..].iter().enumerate() {
            match byte {
                b'"' if self.aligned => self.inside_quotes = !self.inside_quotes,
                b'\n' if !self.inside_quotes => {
                    self.scanned += offset + 1;
                    return Some(self.scanned);
                }
                _ => {}
            }
        }
        self.scanned = self.pending.len();
        None
    }

    /// Hands on what stands between `start` and `end`; returns where to go on.
    fn take(&mut self, start: usize, end: usize, each: &mut impl FnMut(Item)) -> usize {
        let text = &self.pending[start..end];
        if !self.aligned && begins_with_time(text) {
            (self.aligned, self.scanned) = (true, start);
            return start;
        }
        if self.aligned {
            let columns = columns(text.strip_suffix(b"\n").unwrap_or(text));
            if let Some(columns) = columns.filter(|columns| self.fits(columns.len())) {
                self.width = Some(columns.len());
                each(Item::Record(Box::new(LogRecord::new(columns))));
                return end;
            }
        }
        // No record: hand on its first line, and look at the others again one by one.
        let line = text.iter().position(|byte| *byte == b'\n').map_or(end, |at| start + at + 1);
        each(other(&self.pending[start..line]));
        (self.aligned, self.inside_quotes, self.scanned) = (false, false, line);
        line
    }

    fn fits(&self, width: usize) -> bool {
        self.width.map_or_else(|| WIDTHS.contains(&width), |known| known == width)
    }
}

fn other(text: &[u8]) -> Item {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    Item::Other(String::from_utf8_lossy(text).into_owned())
}

/// `2026-11-21 06:14:42.123 UTC`, as every record begins.
fn begins_with_time(text: &[u8]) -> bool {
    const PATTERN: &[u8; 23] = b"0000-00-00 00:00:00.000";
    let fits = |(byte, pattern): (&u8, &u8)| match pattern {
        b'0' => byte.is_ascii_digit(),
        exact => byte == exact,
    };
    text.len() > PATTERN.len() && text.iter().zip(PATTERN).all(fits)
}

/// Takes one record apart; none when the quotes are not those of a CSV writer.
pub(crate) fn columns(record: &[u8]) -> Option<Vec<String>> {
    let mut columns = Vec::with_capacity(KEYS.len());
    let mut rest = record;
    loop {
        let (column, after) = column(rest)?;
        columns.push(column);
        match after.split_first() {
            None => return Some(columns),
            Some((b',', after)) => rest = after,
            Some(_) => return None,
        }
    }
}

/// Takes one column off the front of a record.
fn column(text: &[u8]) -> Option<(String, &[u8])> {
    let Some(mut rest) = text.strip_prefix(b"\"") else {
        let end = text.iter().position(|byte| *byte == b',').unwrap_or(text.len());
        let (plain, after) = text.split_at(end);
        let valid = !plain.contains(&b'"');
        return valid.then(|| (String::from_utf8_lossy(plain).into_owned(), after));
    };
    let mut column = Vec::new();
    loop {
        let quote = rest.iter().position(|byte| *byte == b'"')?;
        column.extend_from_slice(&rest[..quote]);
        rest = &rest[quote + 1..];
        match rest.strip_prefix(b"\"") {
            Some(after) => {
                column.push(b'"');
                rest = after;
            }
            None => return Some((String::from_utf8_lossy(&column).into_owned(), rest)),
        }
    }
}

#[cfg(test)]
mod tests;
