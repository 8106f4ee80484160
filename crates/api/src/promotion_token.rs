//! The token a demoted cluster hands out, with which its successor proves to be up to date.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where the write-ahead log of the demoted cluster ended, as `pg_controldata` words it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionToken {
    #[serde(rename = "latestCheckpointTimelineID", default)]
    pub timeline: String,
    #[serde(rename = "redoWalFile", default)]
    pub redo_wal_file: String,
    #[serde(rename = "databaseSystemIdentifier", default)]
    pub system_identifier: String,
    #[serde(rename = "latestCheckpointREDOLocation", default)]
    pub redo_location: String,
    #[serde(rename = "timeOfLatestCheckpoint", default)]
    pub checkpoint_time: String,
    #[serde(rename = "operatorVersion", default)]
    pub operator_version: String,
}

/// What is wrong with a token.
#[derive(Debug, Error)]
pub enum TokenError {
    #[error("it is not base64")]
    Base64(#[from] base64::DecodeError),
    #[error("it does not hold the JSON of a demotion token")]
    Json(#[from] serde_json::Error),
    #[error("its field {0} is empty")]
    Empty(&'static str),
}

impl PromotionToken {
    /// Reads a token and checks that every field says something.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let token: Self = serde_json::from_slice(&STANDARD.decode(text)?)?;
        let empty = token.fields().into_iter().find(|(_, value)| value.is_empty());
        match empty.map(|(name, _)| name) {
            Some(name) => Err(TokenError::Empty(name)),
            None => Ok(token),
        }
    }

    /// The token as text.
    #[must_use]
    pub fn encode(&self) -> String {
        STANDARD.encode(serde_json::to_vec(self).expect("plain strings are JSON"))
    }

    fn fields(&self) -> [(&'static str, &str); 6] {
        [
            ("latestCheckpointTimelineID", &self.timeline),
            ("redoWalFile", &self.redo_wal_file),
            ("databaseSystemIdentifier", &self.system_identifier),
            ("latestCheckpointREDOLocation", &self.redo_location),
            ("timeOfLatestCheckpoint", &self.checkpoint_time),
            ("operatorVersion", &self.operator_version),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> PromotionToken {
        PromotionToken {
            timeline: "1".into(),
            redo_wal_file: "000000010000000000000003".into(),
            system_identifier: "7000000000000000001".into(),
            redo_location: "0/3000028".into(),
            checkpoint_time: "Mon Jan  1 00:00:00 2026".into(),
            operator_version: "1.30.0".into(),
        }
    }

    #[test]
    fn a_whole_token_is_read_back() {
        assert_eq!(PromotionToken::parse(&whole().encode()).unwrap(), whole());
    }

    #[test]
    fn broken_tokens_say_why() {
        assert!(matches!(PromotionToken::parse("x"), Err(TokenError::Base64(_))));
        assert!(matches!(PromotionToken::parse("eA=="), Err(TokenError::Json(_))));
        let token = PromotionToken { redo_location: String::new(), ..whole() }.encode();
        let error = PromotionToken::parse(&token).unwrap_err();
        assert_eq!(error.to_string(), "its field latestCheckpointREDOLocation is empty");
    }
}
