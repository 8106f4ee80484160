//! pooler

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

/// PoolerSpec
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
    doc = "Pooler of the PostgreSQL operator.",
    scale(spec_replicas_path = ".spec.instances", status_replicas_path = ".status.instances",),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster.name"),
    printcolumn(name = "Type", type_ = "string", json_path = ".spec.type"),
    printcolumn(name = "Phase", type_ = "string", json_path = ".status.phase")
)]
#[serde(rename_all = "camelCase")]
pub struct PoolerSpec {
    /// Cluster (immutable)
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub cluster: LocalRef,
    /// Copied
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_strategy: Option<DeploymentStrategy>,
    /// Deployment replicas
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 1))]
    pub instances: Option<i32>,
    /// Deprecated PodMonitor + TLS
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<PoolerMonitoring>,
    /// CEL: image and imageCatalogRef exclude each other
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub pgbouncer: PgBouncer,
    /// Existing ServiceAccount (immutable)
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("maxLength" = 253, "pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub service_account_name: Option<String>,
    /// Service overrides (webhook does not forbid a name here, but the service is always named as
    /// the pooler)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_template: Option<ServiceTemplate>,
    /// Pod template overrides
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<PoolerTemplate>,
    /// Service the pooler points at
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "rw"))]
    pub r#type: Option<PoolerType>,
}

/// PoolerMonitoring
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PoolerMonitoring {
    /// Enable pod monitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub enable_pod_monitor: Option<bool>,
    /// Pod monitor metric relabelings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pod_monitor_metric_relabelings: Vec<RelabelConfig>,
    /// Pod monitor relabelings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pod_monitor_relabelings: Vec<RelabelConfig>,
    /// Tls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<MetricsTls>,
}

/// PoolerTemplate
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PoolerTemplate {
    /// Metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<TemplateMetadata>,
    /// containers may be an empty list in the CRD; container named `pgbouncer` is the one
    /// completed
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<PodSpec>,
}

string_enum! {
    /// PoolerType
    pub enum PoolerType {
        /// rw
        Rw = "rw",
        /// ro
        Ro = "ro",
        /// r
        R = "r",
    }
}
