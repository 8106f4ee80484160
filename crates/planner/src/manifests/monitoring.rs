//! How metrics of the instances are found and what they are.

use api::cluster::monitoring::ClusterMonitoring;
use api::monitoring::RelabelConfig;
use api::{annotations, labels};
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::core::{ApiResource, DynamicObject, GroupVersionKind};
use serde::Serialize;

use super::metadata::{Map, map};
use super::{Manifests, names};

/// ConfigMap and Secret with the default queries, in every namespace with clusters.
pub const DEFAULT_QUERIES: &str = "cnpg-default-monitoring";
/// The key that they are under.
const QUERIES: &str = "queries";

/// What the definition of a PodMonitor says about its spec, as far as we use it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PodMonitorSpec<'a> {
    selector: Selector,
    pod_metrics_endpoints: [Endpoint<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Selector {
    match_labels: Map,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint<'a> {
    port: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    metric_relabelings: &'a [RelabelConfig],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    relabelings: &'a [RelabelConfig],
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_config: Option<TlsConfig>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TlsConfig {
    ca: Ca,
    server_name: String,
    /// Pods are scraped by address, which no certificate names.
    insecure_skip_verify: bool,
}

#[derive(Serialize)]
struct Ca {
    secret: Key,
}

#[derive(Serialize)]
struct Key {
    name: String,
    key: &'static str,
}

/// The kind of PodMonitors, which only clusters with a Prometheus operator know.
#[must_use]
pub fn pod_monitor_resource() -> ApiResource {
    ApiResource::from_gvk(&GroupVersionKind::gvk("monitoring.coreos.com", "v1", "PodMonitor"))
}

impl Manifests<'_> {
    /// The PodMonitor of the instances, when the cluster asks for one.
    #[must_use]
    pub fn pod_monitor(&self) -> Option<DynamicObject> {
        let monitoring = self.cluster.spec.monitoring.as_ref()?;
        if monitoring.enable_pod_monitor != Some(true) {
            return None;
        }
        let spec = PodMonitorSpec {
            selector: Selector {
                match_labels: map([
                    (labels::CLUSTER, self.cluster_name()),
                    (labels::POD_ROLE, labels::POD_ROLE_INSTANCE),
                ]),
            },
            pod_metrics_endpoints: [self.endpoint(monitoring)],
        };
        let spec = serde_json::to_value(spec).expect("the spec has no keys but text");
        let mut object = DynamicObject::new(self.cluster_name(), &pod_monitor_resource());
        object.metadata = self.metadata(self.cluster_name(), self.database_labels());
        object.data = [("spec".to_owned(), spec)].into_iter().collect();
        Some(object)
    }

    fn endpoint<'m>(&self, monitoring: &'m ClusterMonitoring) -> Endpoint<'m> {
        let name = self.cluster_name();
        let given = self.cluster.spec.certificates.as_ref();
        let given = given.and_then(|it| it.server_ca_secret.clone()).filter(|it| !it.is_empty());
        let tls = self.metrics_tls().then(|| TlsConfig {
            ca: Ca {
                secret: Key {
                    name: given.unwrap_or_else(|| names::ca_secret(name)),
                    key: "ca.crt",
                },
            },
            server_name: names::read_write_service(name),
            insecure_skip_verify: true,
        });
        Endpoint {
            port: "metrics",
            metric_relabelings: &monitoring.pod_monitor_metric_relabelings,
            relabelings: &monitoring.pod_monitor_relabelings,
            scheme: tls.is_some().then_some("https"),
            tls_config: tls,
        }
    }

    /// The namespace's copy of the operator's queries; nothing when those are under no key we read.
    #[must_use]
    pub fn default_queries_config_map(&self, source: &ConfigMap) -> Option<ConfigMap> {
        let queries = source.data.as_ref()?.get(QUERIES)?.clone();
        Some(ConfigMap {
            metadata: self.queries_metadata(),
            data: Some([(QUERIES.to_owned(), queries)].into()),
            ..ConfigMap::default()
        })
    }

    /// The same of the operator's secret queries.
    #[must_use]
    pub fn default_queries_secret(&self, source: &Secret) -> Option<Secret> {
        let queries = source.data.as_ref()?.get(QUERIES)?.clone();
        Some(Secret {
            metadata: self.queries_metadata(),
            data: Some([(QUERIES.to_owned(), queries)].into()),
            ..Secret::default()
        })
    }

    /// Whether the cluster exports the default queries.
    #[must_use]
    pub fn wants_default_queries(&self) -> bool {
        let monitoring = self.cluster.spec.monitoring.as_ref();
        monitoring.is_none_or(|it| it.disable_default_queries != Some(true))
    }

    /// Shared by all clusters of the namespace, so none of them owns it.
    fn queries_metadata(&self) -> ObjectMeta {
        ObjectMeta {
            name: Some(DEFAULT_QUERIES.to_owned()),
            namespace: Some(self.namespace().to_owned()),
            labels: Some(map([
                (labels::MANAGED_BY, labels::MANAGER),
                (labels::RELOAD, labels::TRUE),
            ])),
            annotations: Some(map([(annotations::OPERATOR_VERSION, &self.installation.version)])),
            ..ObjectMeta::default()
        }
    }
}
