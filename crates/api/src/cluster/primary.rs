//! cluster/primary

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::string_enum::string_enum;

/// PrimaryLease
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrimaryLease {
    /// Validity
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 15, "minimum" = 1))]
    pub lease_duration_seconds: Option<i32>,
    /// TTL written at clean release
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 1, "minimum" = 1))]
    pub released_lease_duration_seconds: Option<i32>,
    /// Holder gives up after
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 10, "minimum" = 1))]
    pub renew_deadline_seconds: Option<i32>,
    /// Candidate poll period
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 2, "minimum" = 1))]
    pub retry_period_seconds: Option<i32>,
}

string_enum! {
    /// PrimaryUpdateMethod
    pub enum PrimaryUpdateMethod {
        /// switchover
        Switchover = "switchover",
        /// restart
        Restart = "restart",
    }
}

string_enum! {
    /// PrimaryUpdateStrategy
    pub enum PrimaryUpdateStrategy {
        /// unsupervised
        Unsupervised = "unsupervised",
        /// supervised
        Supervised = "supervised",
    }
}
