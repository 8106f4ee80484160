//! The operator's queries for metrics, copied beside the clusters that use them.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Api;
use kube::api::{Patch, PatchParams};
use kubekit::apply::covers;
use kubekit::calls::{LIMIT, within};
use serde_json::json;

use super::{Children, Error};
use crate::cluster::gone::{MONITORING, uses_default_queries};
use crate::cluster::start::COMPONENT;

/// The key that makes a ConfigMap or Secret one with queries.
const KEY: &str = "queries";

impl Children<'_> {
    pub(super) async fn monitoring(&self) -> Result<(), Error> {
        let own = &self.cx.operator_namespace;
        if !uses_default_queries(self.cluster) || self.namespace() == own {
            return Ok(());
        }
        let settings = &self.cx.settings;
        if let Some(name) = &settings.monitoring_queries_configmap
            && let Some(source) = self.cx.stores.config_maps.get(own, name)
        {
            let copy = self.cx.stores.config_maps.get(self.namespace(), MONITORING);
            let (source, copy) = (&source.metadata, copy.as_ref().map(|copy| &copy.metadata));
            if !self.is_current(source, copy) {
                self.copy_config_map(name, source).await?;
            }
        }
        if let Some(name) = &settings.monitoring_queries_secret
            && let Some(source) = self.cx.stores.secrets.get(own, name)
        {
            let copy = self.cx.stores.secrets.get(self.namespace(), MONITORING);
            let (source, copy) = (&source.metadata, copy.as_ref().map(|copy| &copy.metadata));
            if !self.is_current(source, copy) {
                self.copy_secret(name, source).await?;
            }
        }
        Ok(())
    }

    /// Whether this process has copied this version onto that one, or found them equal.
    fn is_current(&self, source: &ObjectMeta, copy: Option<&ObjectMeta>) -> bool {
        let Some(copy) = copy else { return false };
        self.cx.copies.is_current(source, copy)
    }

    async fn copy_config_map(&self, name: &str, source: &ObjectMeta) -> Result<(), Error> {
        let from: Api<ConfigMap> =
            Api::namespaced(self.cx.client.clone(), &self.cx.operator_namespace);
        let to: Api<ConfigMap> = Api::namespaced(self.cx.client.clone(), self.namespace());
        let failed = |what| {
            move |source| Error::Api {
                what,
                kind: "ConfigMap".to_owned(),
                name: name.to_owned(),
                source,
            }
        };
        let read = within(LIMIT, from.get_opt(name)).await.map_err(failed("read"))?;
        let Some(queries) = read.and_then(|map| map.data?.remove(KEY)) else { return Ok(()) };
        let wanted = json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": self.copy_metadata(),
            "data": BTreeMap::from([(KEY, queries)]),
        });
        let there = within(LIMIT, to.get_opt(MONITORING)).await.map_err(failed("read"))?;
        let living = match there {
            Some(there) if covers(&json!(there), &wanted) => there,
            Some(_) | None => {
                let params = PatchParams::apply(COMPONENT).force();
                let patch = Patch::Apply(&wanted);
                let applied = within(LIMIT, to.patch(MONITORING, &params, &patch));
                applied.await.map_err(failed("copy"))?
            }
        };
        self.cx.copies.made(source, &living.metadata);
        Ok(())
    }

    async fn copy_secret(&self, name: &str, source: &ObjectMeta) -> Result<(), Error> {
        let from: Api<Secret> =
            Api::namespaced(self.cx.client.clone(), &self.cx.operator_namespace);
        let to: Api<Secret> = Api::namespaced(self.cx.client.clone(), self.namespace());
        let failed = |what| {
            move |source| Error::Api {
                what,
                kind: "Secret".to_owned(),
                name: name.to_owned(),
                source,
            }
        };
        let read = within(LIMIT, from.get_opt(name)).await.map_err(failed("read"))?;
        let Some(queries) = read.and_then(|map| map.data?.remove(KEY)) else { return Ok(()) };
        let wanted = json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": self.copy_metadata(),
            "data": BTreeMap::from([(KEY, queries)]),
        });
        let there = within(LIMIT, to.get_opt(MONITORING)).await.map_err(failed("read"))?;
        let living = match there {
            Some(there) if covers(&json!(there), &wanted) => there,
            Some(_) | None => {
                let params = PatchParams::apply(COMPONENT).force();
                let patch = Patch::Apply(&wanted);
                let applied = within(LIMIT, to.patch(MONITORING, &params, &patch));
                applied.await.map_err(failed("copy"))?
            }
        };
        self.cx.copies.made(source, &living.metadata);
        Ok(())
    }

    fn copy_metadata(&self) -> serde_json::Value {
        let (labels, annotations) = self.marks();
        json!({"name": MONITORING, "labels": labels, "annotations": annotations})
    }
}
