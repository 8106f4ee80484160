//! `deploy/cnpg.yaml`: all that `kubectl apply --server-side -f` needs to install the operator.

mod monitoring;
mod rbac;
mod webhooks;
mod workload;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;

const NAMESPACE: &str = "cnpg-system";
const DEPLOYMENT: &str = "cnpg-controller-manager";
const ACCOUNT: &str = "cnpg-manager";
const SERVICE: &str = "cnpg-webhook-service";
/// ConfigMap and Secret with settings, both optional.
const SETTINGS: &str = "cnpg-controller-manager-config";
/// The release image. Whoever installs another one replaces this text wherever it stands.
pub const IMAGE: &str = concat!("cloudnative-pg/manager:", env!("CARGO_PKG_VERSION"));

/// The manifest, from the texts of the custom resource definitions.
pub fn files(definitions: &[(PathBuf, String)]) -> Result<Vec<(PathBuf, String)>> {
    let mut documents = vec![document(&namespace())?];
    documents.extend(definitions.iter().map(|(_, text)| text.clone()));
    for document in [
        rbac::documents()?,
        monitoring::documents()?,
        workload::documents()?,
        webhooks::documents()?,
    ] {
        documents.extend(document);
    }
    let text: String =
        documents.iter().map(|text| format!("---\n{}", without_mark(text))).collect();
    Ok(vec![(Path::new("deploy/cnpg.yaml").to_owned(), text)])
}

/// A definition may bring the mark that separates documents along.
fn without_mark(text: &str) -> &str {
    text.strip_prefix("---\n").unwrap_or(text)
}

/// One object as YAML.
fn document(object: &impl Serialize) -> Result<String> {
    // By way of JSON, whose maps are sorted and leave unset fields out.
    let value = serde_json::to_value(object)?;
    Ok(serde_saphyr::to_string(&value)?)
}

fn namespace() -> Namespace {
    Namespace { metadata: cluster_wide(NAMESPACE), ..Namespace::default() }
}

fn labels() -> BTreeMap<String, String> {
    BTreeMap::from([("app.kubernetes.io/name".to_owned(), "cloudnative-pg".to_owned())])
}

fn cluster_wide(name: &str) -> ObjectMeta {
    ObjectMeta { name: Some(name.to_owned()), labels: Some(labels()), ..ObjectMeta::default() }
}

fn namespaced(name: &str) -> ObjectMeta {
    ObjectMeta { namespace: Some(NAMESPACE.to_owned()), ..cluster_wide(name) }
}

#[cfg(test)]
mod tests;
