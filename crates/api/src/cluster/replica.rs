//! Replica clusters.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cluster::Cluster;
use crate::text;

/// A replica cluster: it follows a server elsewhere, and does not accept writes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Replica {
    /// Whether this is a replica cluster, without a topology of named clusters. Excludes
    /// `primary`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Least time to wait before changes are applied, such as `4h`.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub min_apply_delay: Option<String>,
    /// Name of the cluster that is the primary of the topology; an external cluster, also when it
    /// is this one.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub primary: Option<String>,
    /// Token that the former primary cluster left when it was demoted; with it, this cluster
    /// becomes primary without losing data.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub promotion_token: Option<String>,
    /// Name of this cluster in the topology; the name of the object when unset.
    #[serde(
        rename = "self",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub self_name: Option<String>,
    /// Name of the external cluster to follow.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "minLength" = 1))]
    pub source: String,
}

impl Cluster {
    /// Whether the cluster follows a server elsewhere and takes no writes.
    #[must_use]
    pub fn is_replica_cluster(&self) -> bool {
        let Some(Replica { enabled, primary, self_name, .. }) = &self.spec.replica else {
            return false;
        };
        let own_name = self_name.as_ref().or(self.metadata.name.as_ref());
        enabled.unwrap_or_else(|| own_name != primary.as_ref())
    }
}
