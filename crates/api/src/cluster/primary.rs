//! How the primary keeps and changes its role.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::string_enum::string_enum;

/// Timings of the lease that an instance holds while it is the primary.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrimaryLease {
    /// Seconds that the lease is valid after each renewal; longer than `renewDeadlineSeconds`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 15, "minimum" = 1))]
    pub lease_duration_seconds: Option<i32>,
    /// Seconds that a cleanly released lease stays valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 1, "minimum" = 1))]
    pub released_lease_duration_seconds: Option<i32>,
    /// Seconds after which a holder that cannot renew gives up its role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 10, "minimum" = 1))]
    pub renew_deadline_seconds: Option<i32>,
    /// Seconds between attempts to take or renew the lease.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 2, "minimum" = 1))]
    pub retry_period_seconds: Option<i32>,
}

string_enum! {
    /// The way the primary is updated.
    pub enum PrimaryUpdateMethod {
        /// An updated replica takes over first.
        Switchover = "switchover",
        /// The primary restarts and keeps its role.
        Restart = "restart",
    }
}

string_enum! {
    /// Who starts the update of the primary.
    pub enum PrimaryUpdateStrategy {
        /// The operator.
        Unsupervised = "unsupervised",
        /// A person, by a switchover.
        Supervised = "supervised",
    }
}
