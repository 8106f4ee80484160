//! cluster/probes

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::PlainInt;
use crate::string_enum::string_enum;

/// Probes
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Probes {
    /// Liveness probe
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveness: Option<LivenessProbe>,
    /// Readiness probe
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readiness: Option<StrategyProbe>,
    /// Startup probe
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub startup: Option<StrategyProbe>,
}

/// LivenessProbe
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LivenessProbe {
    /// idem; disables the derived threshold
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_threshold: Option<i32>,
    /// Copied into the container probe when ≠ 0
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_delay_seconds: Option<i32>,
    /// Primary isolation check; webhook default enabled
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isolation_check: Option<IsolationCheck>,
    /// idem
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<i32>,
    /// idem
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_threshold: Option<i32>,
    /// Copied when set
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub termination_grace_period_seconds: Option<i64>,
    /// idem
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<i32>,
}

/// IsolationCheck
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IsolationCheck {
    /// ms
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>", extend("x-default" = 1000))]
    pub connection_timeout: Option<i64>,
    /// Switch
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub enabled: Option<bool>,
    /// ms
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>", extend("x-default" = 1000))]
    pub request_timeout: Option<i64>,
}

/// StrategyProbe
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StrategyProbe {
    /// idem; disables the derived threshold
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_threshold: Option<i32>,
    /// Copied into the container probe when ≠ 0
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_delay_seconds: Option<i32>,
    /// For `streaming`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_lag: Option<Quantity>,
    /// idem
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<i32>,
    /// idem
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_threshold: Option<i32>,
    /// Copied when set
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub termination_grace_period_seconds: Option<i64>,
    /// idem
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<i32>,
    /// Strategy, default pg_isready
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<ProbeStrategy>,
}

string_enum! {
    /// ProbeStrategy
    pub enum ProbeStrategy {
        /// pg_isready
        PgIsReady = "pg_isready",
        /// streaming
        Streaming = "streaming",
        /// query
        Query = "query",
    }
}
