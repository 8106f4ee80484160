//! Synchronous replication, in its two forms.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cel;
use crate::schema::PlainInt;
use crate::string_enum::string_enum;

/// Where synchronous standbys must run, in the older way of synchronous replication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncReplicaElectionConstraint {
    /// Whether the constraint holds; if so, labels have to be given.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub enabled: bool,
    /// Labels of nodes that must differ between the primary and its synchronous standbys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub node_labels_anti_affinity: Vec<String>,
}

/// Synchronous replication: which standbys a commit waits for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::SYNCHRONOUS))]
pub struct Synchronous {
    /// Whether commits stop when too few standbys are there, or wait for fewer; `required` when
    /// unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_durability: Option<DataDurability>,
    /// Whether a failover is only allowed to happen when it cannot lose a confirmed commit.
    #[serde(default)]
    pub failover_quorum: bool,
    /// Most instances of this cluster to name as standbys; all when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub max_standby_names_from_cluster: Option<i64>,
    /// Whether a commit waits for any of the standbys, or for the first in their order.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub method: SynchronousMethod,
    /// Labels of nodes that say what fails together. Standbys outside the domain of the primary
    /// are chosen. Excludes `podFailureDomainKeys`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub node_failure_domain_keys: Vec<String>,
    /// Number of standbys that a commit waits for; less than all that there can be.
    #[serde(default)]
    #[schemars(
        with = "PlainInt",
        extend("x-required" = true, "x-kubernetes-validations" = cel::SYNCHRONOUS_NUMBER),
    )]
    pub number: i64,
    /// Labels of pods that say what fails together. Standbys outside the domain of the primary
    /// are chosen. Excludes `nodeFailureDomainKeys`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pod_failure_domain_keys: Vec<String>,
    /// Names of standbys outside the cluster, placed after its instances.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standby_names_post: Vec<String>,
    /// Names of standbys outside the cluster, placed before its instances.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standby_names_pre: Vec<String>,
}

string_enum! {
    /// What happens when too few synchronous standbys are there.
    pub enum DataDurability {
        /// Commits wait until there are enough again.
        Required = "required",
        /// Commits wait for as many as there are.
        Preferred = "preferred",
    }
}

string_enum! {
    /// The standbys that a commit waits for.
    pub enum SynchronousMethod {
        /// Whichever confirm first.
        Any = "any",
        /// The first in their order.
        First = "first",
    }
}
