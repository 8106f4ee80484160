//! Probes of an instance.

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::PlainInt;
use crate::string_enum::string_enum;

/// Changes to the probes of an instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Probes {
    /// Whether the instance is alive; it is restarted if not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveness: Option<LivenessProbe>,
    /// Whether the instance can serve clients; it leaves the Services if not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readiness: Option<StrategyProbe>,
    /// Whether the instance has started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub startup: Option<StrategyProbe>,
}

/// How it is found out that an instance is alive.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LivenessProbe {
    /// Failures in a row that count; replaces the number derived from `livenessProbeTimeout`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_threshold: Option<i32>,
    /// Seconds before the first probe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_delay_seconds: Option<i32>,
    /// Whether a primary that reaches neither the API server nor any other instance stops itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isolation_check: Option<IsolationCheck>,
    /// Seconds between probes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<i32>,
    /// Successes in a row that count after a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_threshold: Option<i32>,
    /// Seconds to stop after a failed probe, instead of the pod's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub termination_grace_period_seconds: Option<i64>,
    /// Seconds that one probe may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<i32>,
}

/// The check by which a primary notices that it is cut off.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IsolationCheck {
    /// Milliseconds to connect to another instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>", extend("x-default" = 1000))]
    pub connection_timeout: Option<i64>,
    /// Whether the check is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub enabled: Option<bool>,
    /// Milliseconds for the answer of another instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>", extend("x-default" = 1000))]
    pub request_timeout: Option<i64>,
}

/// How it is found out that an instance has started, or can serve clients.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StrategyProbe {
    /// Failures in a row that count; for the startup probe it replaces the number derived from
    /// `startDelay`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_threshold: Option<i32>,
    /// Seconds before the first probe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_delay_seconds: Option<i32>,
    /// How far a replica may be behind, for the type `streaming`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_lag: Option<Quantity>,
    /// Seconds between probes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<i32>,
    /// Successes in a row that count after a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_threshold: Option<i32>,
    /// Seconds to stop after a failed probe, instead of the pod's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub termination_grace_period_seconds: Option<i64>,
    /// Seconds that one probe may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<i32>,
    /// What is asked of the instance; `pg_isready` when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<ProbeStrategy>,
}

string_enum! {
    /// What a probe asks of an instance.
    pub enum ProbeStrategy {
        /// Whether PostgreSQL accepts connections.
        PgIsReady = "pg_isready",
        /// Whether a replica streams, and is not too far behind.
        Streaming = "streaming",
        /// Whether a query is answered.
        Query = "query",
    }
}
