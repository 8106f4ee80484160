//! The message of pgaudit: CSV inside a column of CSV.

use serde::Serialize;

use super::columns;

/// What pgaudit tells about one statement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub audit_type: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub statement_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub substatement_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub class: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub command: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub object_type: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub object_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub statement: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub parameter: String,
    /// Only with `pgaudit.log_rows`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rows: String,
}

impl Audit {
    /// Reads a message; none when it is not pgaudit's.
    #[must_use]
    pub fn parse(message: &str) -> Option<Self> {
        let columns = columns(message.strip_prefix("AUDIT: ")?.as_bytes())?;
        if !matches!(columns.len(), 9 | 10) {
            return None;
        }
        let mut columns = columns.into_iter();
        let mut next = || columns.next().unwrap_or_default();
        Some(Self {
            audit_type: next(),
            statement_id: next(),
            substatement_id: next(),
            class: next(),
            command: next(),
            object_type: next(),
            object_name: next(),
            statement: next(),
            parameter: next(),
            rows: next(),
        })
    }
}
