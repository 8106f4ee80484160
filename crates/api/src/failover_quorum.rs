//! The kind `FailoverQuorum`: written by the primary, read before a failover.

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::PlainInt;
use crate::text;

/// The promise of synchronous replication that is in force, written by the primary.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FailoverQuorumStatus {
    /// Way of waiting, `ANY` or `FIRST`.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Instance that wrote this.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub primary: Option<String>,
    /// Standbys that a commit may wait for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standby_names: Vec<String>,
    /// Number of them that a commit waits for; 0 while it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub standby_number: Option<i64>,
}

/// The kind has no spec: its content is the status.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "postgresql.cnpg.io",
    version = "v1",
    kind = "FailoverQuorum",
    plural = "failoverquorums",
    namespaced,
    no_spec,
    status = "FailoverQuorumStatus",
    derive = "Default",
    derive = "PartialEq",
    doc = "What synchronous replication promised last, for a safe choice at failover.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
pub struct FailoverQuorumSpec {}
