//! The token with which a demoted cluster lets another one take over, and when that may go on.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postgres::lsn::{Lsn, LsnError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where the demoted cluster ended. Every field is needed, and every one is text on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromotionToken {
    pub timeline: u32,
    pub redo_wal_file: String,
    pub system_identifier: String,
    pub redo: Lsn,
    pub checkpoint_time: String,
    pub operator_version: String,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    #[serde(rename = "latestCheckpointTimelineID")]
    timeline: String,
    #[serde(rename = "redoWalFile")]
    redo_wal_file: String,
    #[serde(rename = "databaseSystemIdentifier")]
    system_identifier: String,
    #[serde(rename = "latestCheckpointREDOLocation")]
    redo: String,
    #[serde(rename = "timeOfLatestCheckpoint")]
    checkpoint_time: String,
    #[serde(rename = "operatorVersion")]
    operator_version: String,
}

/// Why a token cannot be used.
#[derive(Debug, Error)]
pub enum TokenError {
    #[error("the promotion token is not base64")]
    Base64(#[source] base64::DecodeError),
    #[error("the promotion token is not the expected JSON")]
    Json(#[source] serde_json::Error),
    #[error("the promotion token has no {0}")]
    Empty(&'static str),
    #[error("the promotion token has a timeline that is no number")]
    Timeline,
    #[error("the promotion token has a bad REDO location")]
    Redo(#[source] LsnError),
}

/// Whether the promotion may go on.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Promote,
    /// Not all WAL of the demoted cluster has arrived.
    Wait,
    /// This cluster can never reach the point the token speaks of.
    Refuse(Mismatch),
}

/// What sets this cluster apart from the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mismatch {
    SystemIdentifier,
    Timeline,
    Redo,
}

impl PromotionToken {
    /// Reads a token as a person hands it over.
    ///
    /// # Errors
    /// Anything but base64 of the JSON with all its fields.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let json = STANDARD.decode(text.trim()).map_err(TokenError::Base64)?;
        let wire: Wire = serde_json::from_slice(&json).map_err(TokenError::Json)?;
        for (name, value) in [
            ("redoWalFile", &wire.redo_wal_file),
            ("databaseSystemIdentifier", &wire.system_identifier),
            ("timeOfLatestCheckpoint", &wire.checkpoint_time),
            ("operatorVersion", &wire.operator_version),
        ] {
            if value.is_empty() {
                return Err(TokenError::Empty(name));
            }
        }
        Ok(Self {
            timeline: wire.timeline.parse().map_err(|_| TokenError::Timeline)?,
            redo_wal_file: wire.redo_wal_file,
            system_identifier: wire.system_identifier,
            redo: wire.redo.parse().map_err(TokenError::Redo)?,
            checkpoint_time: wire.checkpoint_time,
            operator_version: wire.operator_version,
        })
    }

    /// The text to hand over.
    #[must_use]
    pub fn render(&self) -> String {
        let wire = Wire {
            timeline: self.timeline.to_string(),
            redo_wal_file: self.redo_wal_file.clone(),
            system_identifier: self.system_identifier.clone(),
            redo: self.redo.to_string(),
            checkpoint_time: self.checkpoint_time.clone(),
            operator_version: self.operator_version.clone(),
        };
        STANDARD.encode(serde_json::to_vec(&wire).expect("six texts are JSON"))
    }

    /// Compares with where this cluster stands after a checkpoint.
    pub fn check(&self, system_identifier: &str, timeline: u32, redo: Lsn) -> Verdict {
        use std::cmp::Ordering::{Equal, Greater, Less};
        if system_identifier != self.system_identifier {
            return Verdict::Refuse(Mismatch::SystemIdentifier);
        }
        match (timeline.cmp(&self.timeline), redo.cmp(&self.redo)) {
            (Less, _) | (Equal, Less) => Verdict::Wait,
            (Greater, _) => Verdict::Refuse(Mismatch::Timeline),
            (Equal, Greater) => Verdict::Refuse(Mismatch::Redo),
            (Equal, Equal) => Verdict::Promote,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> PromotionToken {
        PromotionToken {
            timeline: 2,
            redo_wal_file: "000000020000000000000005".to_owned(),
            system_identifier: "7".to_owned(),
            redo: Lsn(0x0500_0028),
            checkpoint_time: "Sat Nov 21 06:14:42 2026".to_owned(),
            operator_version: "1.30.0".to_owned(),
        }
    }

    #[test]
    fn a_token_is_handed_over() {
        let text = token().render();
        assert_eq!(PromotionToken::parse(&format!(" {text}\n")).unwrap(), token());
        let json = String::from_utf8(STANDARD.decode(text).unwrap()).unwrap();
        assert!(
            json.starts_with(r#"{"latestCheckpointTimelineID":"2","redoWalFile":"0"#),
            "{json}"
        );
    }

    #[test]
    fn half_a_token_is_refused() {
        let whole = String::from_utf8(STANDARD.decode(token().render()).unwrap()).unwrap();
        for (name, json) in [
            ("no JSON", "{".to_owned()),
            ("a field less", whole.replace("redoWalFile", "other")),
            ("an empty field", whole.replace("1.30.0", "")),
            ("a strange timeline", whole.replace("\"2\"", "\"two\"")),
            ("a strange position", whole.replace("0/5000028", "here")),
        ] {
            assert!(PromotionToken::parse(&STANDARD.encode(json)).is_err(), "{name}");
        }
        assert!(PromotionToken::parse("no base64!").is_err());
    }

    #[test]
    fn when_a_promotion_may_go_on() {
        let redo = token().redo;
        for (name, system, timeline, redo, verdict) in [
            ("there", "7", 2, redo, Verdict::Promote),
            ("behind", "7", 2, Lsn(redo.0 - 1), Verdict::Wait),
            ("an older timeline", "7", 1, Lsn(redo.0 + 1), Verdict::Wait),
            ("past it", "7", 2, Lsn(redo.0 + 1), Verdict::Refuse(Mismatch::Redo)),
            ("a newer timeline", "7", 3, redo, Verdict::Refuse(Mismatch::Timeline)),
            ("another system", "8", 2, redo, Verdict::Refuse(Mismatch::SystemIdentifier)),
        ] {
            assert_eq!(token().check(system, timeline, redo), verdict, "{name}");
        }
    }
}
