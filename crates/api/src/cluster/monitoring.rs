//! Metrics of a cluster.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::monitoring::{MetricsTls, RelabelConfig};
use crate::references::SecretKeyRef;
use crate::text;

/// Metrics of the instances.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterMonitoring {
    /// Keys of ConfigMaps with queries to export as metrics.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_queries_config_map: Vec<SecretKeyRef>,
    /// Keys of Secrets with queries to export as metrics.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_queries_secret: Vec<SecretKeyRef>,
    /// Whether the default queries of the operator are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub disable_default_queries: Option<bool>,
    /// Whether a PodMonitor is made. Deprecated: make your own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub enable_pod_monitor: Option<bool>,
    /// How long results of queries are kept; 30 seconds when unset, 0 to run them at every
    /// scrape.
    #[serde(
        rename = "metricsQueriesTTL",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub metrics_queries_ttl: Option<String>,
    /// Relabelling of samples by the PodMonitor. Deprecated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pod_monitor_metric_relabelings: Vec<RelabelConfig>,
    /// Relabelling of targets by the PodMonitor. Deprecated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pod_monitor_relabelings: Vec<RelabelConfig>,
    /// Encryption of the metrics port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<MetricsTls>,
}
