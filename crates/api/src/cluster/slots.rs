//! Replication slots.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::PlainInt;
use crate::text;

/// How replication slots are kept on the instances.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplicationSlots {
    /// Slots that the operator makes for the standbys of the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = {"enabled": true}))]
    pub high_availability: Option<HighAvailabilitySlots>,
    /// Copying of physical slots that users made, from the primary to the standbys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synchronize_replicas: Option<SynchronizedSlots>,
    /// Seconds between updates of the slots on standbys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>", extend("x-default" = 30, "minimum" = 1))]
    pub update_interval: Option<i64>,
}

/// Slots that the operator makes for the standbys of the cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HighAvailabilitySlots {
    /// Whether there are such slots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub enabled: Option<bool>,
    /// Start of the names of these slots. It cannot be changed while they are enabled.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "_cnpg_", "pattern" = "^[0-9a-z_]*$"))]
    pub slot_prefix: Option<String>,
    /// Whether logical slots are copied to the standbys, so that they survive a failover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synchronize_logical_decoding: Option<bool>,
}

/// Copying of physical slots that users made, from the primary to the standbys.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SynchronizedSlots {
    /// Whether such slots are copied.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-default" = true))]
    pub enabled: bool,
    /// Regular expressions of the names of slots to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude_patterns: Vec<String>,
}
