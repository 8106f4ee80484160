//! The kind `Subscription`.

use std::collections::BTreeMap;

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ensure::ReclaimPolicy;
use crate::references::ClusterRef;
use crate::{cel, text};

/// A subscription to a publication elsewhere, in a database of a cluster.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "postgresql.cnpg.io",
    version = "v1",
    kind = "Subscription",
    plural = "subscriptions",
    namespaced,
    status = "SubscriptionStatus",
    derive = "Default",
    derive = "PartialEq",
    doc = "A subscription to a publication elsewhere, in a database of a cluster.",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster.name"),
    printcolumn(name = "PG Name", type_ = "string", json_path = ".spec.name"),
    printcolumn(name = "Applied", type_ = "boolean", json_path = ".status.applied"),
    printcolumn(name = "Message", type_ = "string", json_path = ".status.message")
)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionSpec {
    /// Cluster that holds the database. It cannot be changed.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub cluster: ClusterRef,
    /// Database of the subscription. It cannot be changed.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub dbname: String,
    /// External cluster that publishes, as listed in the cluster.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub external_cluster_name: String,
    /// Name of the subscription in PostgreSQL. It cannot be changed.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub name: String,
    /// Parameters of the subscription, as after `WITH`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Database of the publication; the one of the external cluster when unset.
    #[serde(
        rename = "publicationDBName",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub publication_dbname: Option<String>,
    /// Name of the publication.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub publication_name: String,
    /// What happens to the subscription when this object is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "retain"))]
    pub subscription_reclaim_policy: Option<ReclaimPolicy>,
}

/// What became of a subscription.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionStatus {
    /// Whether PostgreSQL is as the spec says; unset while that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<bool>,
    /// What went wrong last.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Generation of the object that was applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
}
