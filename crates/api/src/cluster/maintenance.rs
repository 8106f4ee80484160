//! cluster/maintenance

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// NodeMaintenanceWindow
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NodeMaintenanceWindow {
    /// Window is open
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub in_progress: Option<bool>,
    /// Wait for the node (true) or rebuild elsewhere
    #[serde(rename = "reusePVC", default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub reuse_pvc: Option<bool>,
}
