//! What instances say about leadership: to the operator in their status, to each other as promises.
//!
//! A stamp is one act of naming a target: a number made from `targetPrimaryTimestamp`.

use postgres::lsn::Lsn;
use serde::{Deserialize, Serialize};

/// The key `leadership` of a status document. Instances of other makes have none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Leadership {
    pub standing: Standing,
    pub fitness: Fitness,
    /// The old primary has stopped, and this replica has not received the end of its log.
    #[serde(default)]
    pub behind_hand_over: bool,
    /// It will not act on the election with this stamp: the quorum record is another by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outdated: Option<u64>,
}

/// What an instance is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "state")]
pub enum Standing {
    /// It acknowledges writes, with the right to.
    Leading,
    /// It takes or has the lease, and starts, recovers or promotes.
    Rising,
    Stopping,
    /// A primary's data directory that would be served if the lease could be renewed.
    NoRight,
    /// A primary's data directory, closed; the end of its log is known after a clean stop.
    FormerPrimary {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        end: Option<Position>,
    },
    Standby {
        position: Position,
        receiver: Receiver,
    },
    /// It becomes a replica again, or its server is down.
    Rejoining,
}

/// A place in the log of one timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    pub timeline: u32,
    #[serde(with = "whole_lsn")]
    pub lsn: Lsn,
}

/// What a replica does with the log of the primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "is")]
pub enum Receiver {
    Streaming,
    Searching,
    /// It has stopped because of this naming of a target, and remembers that.
    Ended {
        under: u64,
    },
}

/// Whether the instance may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fitness {
    Fit,
    Fenced,
    Broken,
}

/// `POST /pg/promise`: will you refrain from claiming the lease for its whole duration?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PromiseRequest {
    pub round: u64,
    pub instance: String,
    pub pod_uid: String,
    pub container_id: String,
}

/// The answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PromiseAnswer {
    pub round: u64,
    pub promised: bool,
}

/// `POST /pg/lease`: what is the lease, or give it back in my name.
///
/// The pod of an instance that was deleted by force has no say at the API server any more, while its
/// server has hardly stopped: a peer says it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaseRequest {
    pub pod_uid: String,
    pub container_id: String,
    /// The whole lease as the holder would write it; without it, it is only read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<serde_json::Value>,
}

mod whole_lsn {
    use postgres::lsn::Lsn;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(lsn: &Lsn, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(lsn)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Lsn, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_reads_as_it_was_written() {
        let said = Leadership {
            standing: Standing::Standby {
                position: Position { timeline: 3, lsn: Lsn(0x1_0000_00A0) },
                receiver: Receiver::Ended { under: 7 },
            },
            fitness: Fitness::Fit,
            behind_hand_over: false,
            outdated: None,
        };
        let text = serde_json::to_string(&said).unwrap();
        assert_eq!(
            text,
            r#"{"standing":{"state":"standby","position":{"timeline":3,"lsn":"1/A0"},"receiver":{"is":"ended","under":7}},"fitness":"fit","behindHandOver":false}"#
        );
        assert_eq!(serde_json::from_str::<Leadership>(&text).unwrap(), said);
    }
}
