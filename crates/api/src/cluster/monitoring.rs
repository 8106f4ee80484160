//! cluster/monitoring

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::monitoring::{MetricsTls, RelabelConfig};
use crate::references::SecretKeyRef;
use crate::text;

/// ClusterMonitoring
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterMonitoring {
    /// ConfigMap keys with queries
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_queries_config_map: Vec<SecretKeyRef>,
    /// Secret keys with queries
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_queries_secret: Vec<SecretKeyRef>,
    /// Do not inject the operator default queries
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub disable_default_queries: Option<bool>,
    /// Deprecated: create a PodMonitor
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub enable_pod_monitor: Option<bool>,
    /// Duration; unset = 30s; 0 disables the cache (warning)
    #[serde(
        rename = "metricsQueriesTTL",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub metrics_queries_ttl: Option<String>,
    /// Deprecated
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pod_monitor_metric_relabelings: Vec<RelabelConfig>,
    /// Deprecated
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pod_monitor_relabelings: Vec<RelabelConfig>,
    /// Tls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<MetricsTls>,
}
