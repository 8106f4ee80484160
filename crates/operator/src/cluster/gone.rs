//! What is left to do when a cluster goes: let go of what only it could have finished.

use api::cluster::Cluster;
use api::database::Database;
use api::database_role::DatabaseRole;
use api::publication::Publication;
use api::subscription::Subscription;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::{DeleteParams, ListParams, Patch, PatchParams};
use kube::core::NamespaceResourceScope;
use kube::{Api, Resource, ResourceExt as _};
use kubekit::calls::{self, LIMIT, within};
use planner::manifests::DEFAULT_QUERIES;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tracing::info;

use super::context::Context;
use super::stores::Key;

#[derive(Debug, thiserror::Error)]
#[error("failed to {what} after the cluster was deleted")]
pub struct Error {
    what: &'static str,
    source: calls::Error,
}

/// The cluster is gone, or going.
pub async fn clean(cx: &Context, key: &Key, uid: Option<&str>) -> Result<(), Error> {
    cx.asker.forget(&key.namespace, &key.name);
    if let Some(uid) = uid {
        cx.ages.forget(uid);
    }
    cx.secrets.sweep();
    monitoring(cx, key).await?;
    release::<Database>(cx, key, "cnpg.io/deleteDatabase").await?;
    release::<Publication>(cx, key, "cnpg.io/deletePublication").await?;
    release::<Subscription>(cx, key, "cnpg.io/deleteSubscription").await?;
    release::<DatabaseRole>(cx, key, "cnpg.io/deleteRole").await?;
    Ok(())
}

/// Whether a cluster uses the operator's queries.
fn uses_default_queries(cluster: &Cluster) -> bool {
    let monitoring = cluster.spec.monitoring.as_ref();
    !monitoring.and_then(|one| one.disable_default_queries).unwrap_or(false)
}

async fn monitoring(cx: &Context, key: &Key) -> Result<(), Error> {
    let others = cx.stores.clusters.within(&key.namespace);
    let used = others.iter().any(|other| {
        other.metadata.name.as_ref() != Some(&key.name)
            && other.metadata.deletion_timestamp.is_none()
            && uses_default_queries(other)
    });
    if used || key.namespace == cx.operator_namespace {
        return Ok(());
    }
    let what = "delete the copy of the default queries";
    if cx.stores.config_maps.get(&key.namespace, DEFAULT_QUERIES).is_some() {
        let api: Api<ConfigMap> = Api::namespaced(cx.client.clone(), &key.namespace);
        gone(within(LIMIT, api.delete(DEFAULT_QUERIES, &DeleteParams::default())).await, what)?;
    }
    if cx.stores.secrets.get(&key.namespace, DEFAULT_QUERIES).is_some() {
        let api: Api<Secret> = Api::namespaced(cx.client.clone(), &key.namespace);
        gone(within(LIMIT, api.delete(DEFAULT_QUERIES, &DeleteParams::default())).await, what)?;
    }
    Ok(())
}

/// Objects that wait for a database that will not come back are told so, and may go.
async fn release<K>(cx: &Context, key: &Key, finalizer: &str) -> Result<(), Error>
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
        + Clone
        + std::fmt::Debug
        + serde::Serialize
        + DeserializeOwned,
{
    let api: Api<K> = Api::namespaced(cx.client.clone(), &key.namespace);
    let listed = within(LIMIT, api.list(&ListParams::default())).await;
    let listed = listed.map_err(|source| Error { what: "list databases and roles", source })?;
    for object in listed {
        let value = serde_json::to_value(&object).unwrap_or(Value::Null);
        if value.pointer("/spec/cluster/name").and_then(Value::as_str) != Some(&key.name) {
            continue;
        }
        let name = object.name_any();
        let status = json!({"status": {
            "applied": false,
            "message": "cluster resource has been deleted, skipping reconciliation",
            "observedGeneration": 0,
        }});
        let said = value.pointer("/status/message") == status.pointer("/status/message");
        let params = PatchParams::default();
        if !said {
            let what = "tell an object that its cluster is gone";
            gone(
                within(LIMIT, api.patch_status(&name, &params, &Patch::Merge(&status))).await,
                what,
            )?;
        }
        let finalizers = object.finalizers();
        if finalizers.iter().any(|one| one == finalizer) {
            let left: Vec<&String> = finalizers.iter().filter(|one| *one != finalizer).collect();
            let patch = json!({"metadata": {
                "resourceVersion": object.resource_version(),
                "finalizers": left,
            }});
            info!(name, kind = %K::kind(&()), "an object of a deleted cluster is let go");
            let what = "let go of an object";
            gone(within(LIMIT, api.patch(&name, &params, &Patch::Merge(&patch))).await, what)?;
        }
    }
    Ok(())
}

fn gone<T>(result: Result<T, calls::Error>, what: &'static str) -> Result<(), Error> {
    match result {
        Ok(_) => Ok(()),
        Err(error) if error.is_missing() => Ok(()),
        Err(source) => Err(Error { what, source }),
    }
}
