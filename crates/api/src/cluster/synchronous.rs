//! cluster/synchronous

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cel;
use crate::schema::PlainInt;
use crate::string_enum::string_enum;

/// SyncReplicaElectionConstraint
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncReplicaElectionConstraint {
    /// Switch; when true nodeLabelsAntiAffinity must be non-empty
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub enabled: bool,
    /// Node labels compared with those of the primary node
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub node_labels_anti_affinity: Vec<String>,
}

/// Synchronous
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::SYNCHRONOUS))]
pub struct Synchronous {
    /// Defaulted to `required` by the webhook (without that webhook an absent value fails the CEL
    /// rule of `synchronous`); `preferred` shrinks the number with the healthy replicas
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_durability: Option<DataDurability>,
    /// Turn on the quorum check before failover; webhook: number > len(pre)+len(post)
    #[serde(default)]
    pub failover_quorum: bool,
    /// Cap on the local pod names put in the list
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub max_standby_names_from_cluster: Option<i64>,
    /// Quorum (`any`) or priority (`first`)
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub method: SynchronousMethod,
    /// **[post-1.30.0]** Node label keys that define failure domains for standby choice
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub node_failure_domain_keys: Vec<String>,
    /// CEL: > 0. Webhook: < instances + len(pre) + len(post)
    #[serde(default)]
    #[schemars(with = "PlainInt", extend("x-required" = true, "x-kubernetes-validations" = cel::SYNCHRONOUS_NUMBER))]
    pub number: i64,
    /// **[post-1.30.0]** Pod label keys that define failure domains for standby choice
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pod_failure_domain_keys: Vec<String>,
    /// Application names put after local pods
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standby_names_post: Vec<String>,
    /// Application names put before local pods
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standby_names_pre: Vec<String>,
}

string_enum! {
    /// DataDurability
    pub enum DataDurability {
        /// required
        Required = "required",
        /// preferred
        Preferred = "preferred",
    }
}

string_enum! {
    /// SynchronousMethod
    pub enum SynchronousMethod {
        /// any
        Any = "any",
        /// first
        First = "first",
    }
}
