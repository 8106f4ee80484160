//! cluster/slots

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::PlainInt;
use crate::text;

/// ReplicationSlots
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplicationSlots {
    /// Slots for HA standbys
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = {"enabled": true}))]
    pub high_availability: Option<HighAvailabilitySlots>,
    /// Copy of user-made physical slots to standbys; webhook default `{enabled:true}`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synchronize_replicas: Option<SynchronizedSlots>,
    /// Seconds between standby slot updates
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>", extend("x-default" = 30, "minimum" = 1))]
    pub update_interval: Option<i64>,
}

/// HighAvailabilitySlots
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HighAvailabilitySlots {
    /// Switch
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub enabled: Option<bool>,
    /// Slot name prefix; webhook: not changeable while HA slots are on
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "_cnpg_", "pattern" = "^[0-9a-z_]*$"))]
    pub slot_prefix: Option<String>,
    /// Sync logical slots; <17 needs pg_failover_slots.* parameters, ≥17 needs
    /// hot_standby_feedback and sync_replication_slots on (or the extension)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synchronize_logical_decoding: Option<bool>,
}

/// SynchronizedSlots
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SynchronizedSlots {
    /// Switch
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-default" = true))]
    pub enabled: bool,
    /// Regexes of slot names to leave out; must compile
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude_patterns: Vec<String>,
}
