//! Maintenance of nodes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What to do with instances on nodes under maintenance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NodeMaintenanceWindow {
    /// Whether maintenance is going on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub in_progress: Option<bool>,
    /// Whether an instance waits for its node and volume to come back, instead of being made anew
    /// elsewhere.
    #[serde(rename = "reusePVC", default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub reuse_pvc: Option<bool>,
}
