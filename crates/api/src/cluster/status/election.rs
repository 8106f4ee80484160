//! The choice of a new primary, as the operator wrote it down together with the target.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::PlainInt;
use crate::text;

/// Proof that a target was chosen after all receivers had ended and positions were compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ElectionStatus {
    /// Instance that was chosen.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The `targetPrimaryTimestamp` that was written with it.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub target_timestamp: Option<String>,
    /// Timeline that the chosen one was on.
    #[serde(rename = "timelineID", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub timeline_id: Option<i64>,
    /// Position in the log that it had reached: it is not promoted with less.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub lsn: Option<String>,
    /// Version of the FailoverQuorum object that the choice was judged by.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub quorum_version: Option<String>,
}
