//! The kind `Pooler`.

pub mod pgbouncer;
pub mod status;

use k8s_openapi::api::apps::v1::DeploymentStrategy;
use k8s_openapi::api::core::v1::PodSpec;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::metadata::{ServiceTemplate, TemplateMetadata};
use crate::monitoring::{MetricsTls, RelabelConfig};
use crate::pooler::pgbouncer::PgBouncer;
use crate::pooler::status::PoolerStatus;
use crate::references::LocalRef;
use crate::string_enum::string_enum;
use crate::{cel, text};

/// A pool of connections to a cluster, run by PgBouncer.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "postgresql.cnpg.io",
    version = "v1",
    kind = "Pooler",
    plural = "poolers",
    namespaced,
    status = "PoolerStatus",
    derive = "Default",
    derive = "PartialEq",
    doc = "A pool of connections to a cluster, run by PgBouncer.",
    scale(spec_replicas_path = ".spec.instances", status_replicas_path = ".status.instances",),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster.name"),
    printcolumn(name = "Type", type_ = "string", json_path = ".spec.type"),
    printcolumn(name = "Phase", type_ = "string", json_path = ".status.phase")
)]
#[serde(rename_all = "camelCase")]
pub struct PoolerSpec {
    /// Cluster that the pooler leads to. It cannot be changed.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub cluster: LocalRef,
    /// How the pods are replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_strategy: Option<DeploymentStrategy>,
    /// Number of pods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 1))]
    pub instances: Option<i32>,
    /// Metrics of the pooler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<PoolerMonitoring>,
    /// Configuration of PgBouncer.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub pgbouncer: PgBouncer,
    /// Existing ServiceAccount to run the pods with, instead of a generated one. It cannot be
    /// changed.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend(
        "maxLength" = 253,
        "pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
        "x-kubernetes-validations" = cel::IMMUTABLE,
    ))]
    pub service_account_name: Option<String>,
    /// What the Service of the pooler should look like. It is always named like the pooler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_template: Option<ServiceTemplate>,
    /// What the pods should look like. The container named `pgbouncer` is completed by the
    /// operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<PoolerTemplate>,
    /// Which instances the pooler leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "rw"))]
    pub r#type: Option<PoolerType>,
}

/// Metrics of a pooler.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PoolerMonitoring {
    /// Whether a PodMonitor is made. Deprecated: make your own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub enable_pod_monitor: Option<bool>,
    /// Relabelling of samples by the PodMonitor. Deprecated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pod_monitor_metric_relabelings: Vec<RelabelConfig>,
    /// Relabelling of targets by the PodMonitor. Deprecated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pod_monitor_relabelings: Vec<RelabelConfig>,
    /// Encryption of the metrics port; with a PodMonitor it needs `pgbouncer.clientTLSSecret`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<MetricsTls>,
}

/// What the pods of a pooler should look like.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PoolerTemplate {
    /// Labels and annotations of the pods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<TemplateMetadata>,
    /// Spec of the pods, completed by the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<PodSpec>,
}

string_enum! {
    /// The instances that a pooler leads to.
    pub enum PoolerType {
        /// The primary.
        Rw = "rw",
        /// The replicas.
        Ro = "ro",
        /// Any instance.
        R = "r",
    }
}
