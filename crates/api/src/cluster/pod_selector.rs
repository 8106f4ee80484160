//! Named sets of pods for access rules.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A named set of pods, for rules of `postgresql.pg_hba`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PodSelectorRef {
    /// Name of the set; `${podselector:NAME}` in a rule stands for the addresses of its pods.
    #[serde(default)]
    #[schemars(extend(
        "x-required" = true,
        "minLength" = 1,
        "pattern" = "^[a-z]([a-z0-9_-]*[a-z0-9])?$",
    ))]
    pub name: String,
    /// Labels that pods of the set have, in the namespace of the cluster.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub selector: LabelSelector,
}
