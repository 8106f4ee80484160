//! cluster/replica

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text;

/// Replica
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Replica {
    /// Stand-alone replica mode switch
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// recovery_min_apply_delay
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub min_apply_delay: Option<String>,
    /// Name of the primary cluster; must be in externalClusters (also when it is this cluster);
    /// excludes `enabled`, even false
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub primary: Option<String>,
    /// Demotion token of the old primary; only on a primary cluster, excludes minApplyDelay;
    /// base64 JSON with all fields non-empty
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub promotion_token: Option<String>,
    /// Name of this cluster in the topology; default metadata.name; when set it must be in
    /// externalClusters
    #[serde(
        rename = "self",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub self_name: Option<String>,
    /// External cluster to replicate from; must exist
    #[serde(default)]
    #[schemars(extend("x-required" = true, "minLength" = 1))]
    pub source: String,
}
