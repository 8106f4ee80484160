//! The operator's queries for metrics, copied beside the clusters that use them, and the request
//! to scrape the instances.

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::api::{DeleteParams, DynamicObject, Patch, PatchParams};
use kube::core::NamespaceResourceScope;
use kube::{Api, Resource};
use kubekit::apply::covers;
use kubekit::calls::{LIMIT, within};
use planner::manifests::{DEFAULT_QUERIES, pod_monitor_resource};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{Children, Error};
use crate::cluster::start::COMPONENT;

impl Children<'_> {
    pub(super) async fn monitoring(&self) -> Result<(), Error> {
        self.pod_monitor().await?;
        let own = &self.cx.operator_namespace;
        if !self.manifests.wants_default_queries() || self.namespace() == own {
            return Ok(());
        }
        let (settings, stores) = (&self.cx.settings, &self.cx.stores);
        if let Some(name) = &settings.monitoring_queries_configmap
            && let Some(source) = stores.config_maps.get(own, name)
        {
            let copy = stores.config_maps.get(self.namespace(), DEFAULT_QUERIES);
            let copy = copy.as_ref().map(|copy| &copy.metadata);
            let make = |read: &ConfigMap| self.manifests.default_queries_config_map(read);
            self.copy(name, &source.metadata, copy, make).await?;
        }
        if let Some(name) = &settings.monitoring_queries_secret
            && let Some(source) = stores.secrets.get(own, name)
        {
            let copy = stores.secrets.get(self.namespace(), DEFAULT_QUERIES);
            let copy = copy.as_ref().map(|copy| &copy.metadata);
            let make = |read: &Secret| self.manifests.default_queries_secret(read);
            self.copy(name, &source.metadata, copy, make).await?;
        }
        Ok(())
    }

    /// Copies the source unless neither it nor the copy has changed since that was done.
    async fn copy<K>(
        &self,
        name: &str,
        source: &ObjectMeta,
        copy: Option<&ObjectMeta>,
        make: impl Fn(&K) -> Option<K>,
    ) -> Result<(), Error>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
            + Serialize
            + DeserializeOwned
            + Clone
            + std::fmt::Debug,
    {
        if copy.is_some_and(|copy| self.cx.copies.is_current(source, copy)) {
            return Ok(());
        }
        let failed = |what| {
            let kind = K::kind(&()).into_owned();
            move |source| Error::Api { what, kind, name: name.to_owned(), source }
        };
        let from: Api<K> = Api::namespaced(self.cx.client.clone(), &self.cx.operator_namespace);
        let to: Api<K> = Api::namespaced(self.cx.client.clone(), self.namespace());
        let read = within(LIMIT, from.get_opt(name)).await.map_err(failed("read"))?;
        let Some(wanted) = read.as_ref().and_then(make) else { return Ok(()) };
        let there = within(LIMIT, to.get_opt(DEFAULT_QUERIES)).await.map_err(failed("read"))?;
        let living = match there {
            Some(there) if covers(&json!(there), &json!(wanted)) => there,
            Some(_) | None => {
                let (params, patch) =
                    (PatchParams::apply(COMPONENT).force(), Patch::Apply(&wanted));
                let applied = within(LIMIT, to.patch(DEFAULT_QUERIES, &params, &patch)).await;
                applied.map_err(failed("copy"))?
            }
        };
        self.cx.copies.made(source, living.meta());
        Ok(())
    }

    /// Only where a Prometheus operator has brought the kind. It is not watched, so it is looked
    /// at when the cluster has changed, and never otherwise.
    async fn pod_monitor(&self) -> Result<(), Error> {
        let generation = self.cluster.metadata.generation.unwrap_or(0).to_string();
        let uid = self.cluster.metadata.uid.as_deref().unwrap_or_default();
        let wanted = self.manifests.pod_monitor();
        let state = format!("{generation} {}", wanted.is_some());
        if self.cx.copies.is_noted(uid, &state) {
            return Ok(());
        }
        let resource = pod_monitor_resource();
        let api: Api<DynamicObject> =
            Api::namespaced_with(self.cx.client.clone(), self.namespace(), &resource);
        let outcome = match &wanted {
            Some(monitor) => {
                let params = PatchParams::apply(COMPONENT).force();
                within(LIMIT, api.patch(self.name(), &params, &Patch::Apply(monitor)))
                    .await
                    .map(drop)
            }
            None => match within(LIMIT, api.get_opt(self.name())).await {
                Ok(Some(living)) if self.is_ours(&living) => {
                    let params = DeleteParams::default();
                    within(LIMIT, api.delete(self.name(), &params)).await.map(drop)
                }
                other => other.map(drop),
            },
        };
        match outcome {
            Ok(()) => {}
            Err(error) if error.is_missing() => {} // no such kind here
            Err(source) => {
                let (kind, name) = ("PodMonitor".to_owned(), self.name().to_owned());
                return Err(Error::Api { what: "apply", kind, name, source });
            }
        }
        self.cx.copies.note(uid, &state);
        Ok(())
    }
}
