//! failover_quorum

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::PlainInt;
use crate::text;

/// FailoverQuorumStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FailoverQuorumStatus {
    /// ANY / FIRST
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Pod that wrote it
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub primary: Option<String>,
    /// Candidates without the primary
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standby_names: Vec<String>,
    /// Sync number, 0 = unknown
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
