//! cluster/pod_selector

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// PodSelectorRef
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PodSelectorRef {
    /// Name used in `${podselector:NAME}`
    #[serde(default)]
    #[schemars(extend("x-required" = true, "minLength" = 1, "pattern" = "^[a-z]([a-z0-9_-]*[a-z0-9])?$"))]
    pub name: String,
    /// Selector over pods of the same namespace
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub selector: LabelSelector,
}
