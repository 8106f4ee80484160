//! Where instances may run.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{NodeAffinity, PodAffinity, PodAntiAffinity, Toleration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text;

/// Where instances may run, and how far from each other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Affinity {
    /// Further pods to be close to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_pod_affinity: Option<PodAffinity>,
    /// Further pods to keep away from, beside the generated rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_pod_anti_affinity: Option<PodAntiAffinity>,
    /// Whether a rule is generated that keeps instances of the cluster apart; yes unless this is
    /// false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_pod_anti_affinity: Option<bool>,
    /// Nodes that instances need or prefer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_affinity: Option<NodeAffinity>,
    /// Labels that nodes must have to run instances.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub node_selector: BTreeMap<String, String>,
    /// How strict the generated rule is: `preferred` or `required`. With `required`, instances
    /// wait for a node when all are taken.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub pod_anti_affinity_type: Option<String>,
    /// Taints of nodes that instances tolerate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tolerations: Vec<Toleration>,
    /// Label of nodes that says which of them count as one place; `kubernetes.io/hostname` when
    /// unset.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub topology_key: Option<String>,
}
