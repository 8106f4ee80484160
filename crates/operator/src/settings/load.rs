//! Collects the sources of the settings.

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::{Api, Client};
use kubekit::calls::{self, LIMIT, within};

use super::Source;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to read the settings in the {kind} {name}")]
    Read { kind: &'static str, name: String, source: calls::Error },
}

/// The variables of this process; what is no text cannot be a setting.
pub fn environment() -> Source {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// A ConfigMap that is not there says nothing.
pub async fn config_map(client: &Client, namespace: &str, name: &str) -> Result<Source, Error> {
    let api: Api<ConfigMap> = Api::namespaced(client.clone(), namespace);
    let found = within(LIMIT, api.get_opt(name)).await.map_err(|source| Error::Read {
        kind: "ConfigMap",
        name: name.to_owned(),
        source,
    })?;
    Ok(found.and_then(|map| map.data).unwrap_or_default())
}

/// A Secret that is not there says nothing.
pub async fn secret(client: &Client, namespace: &str, name: &str) -> Result<Source, Error> {
    let api: Api<Secret> = Api::namespaced(client.clone(), namespace);
    let found = within(LIMIT, api.get_opt(name)).await.map_err(|source| Error::Read {
        kind: "Secret",
        name: name.to_owned(),
        source,
    })?;
    let data = found.and_then(|secret| secret.data).unwrap_or_default();
    Ok(data
        .into_iter()
        .filter_map(|(key, value)| Some((key, String::from_utf8(value.0).ok()?)))
        .collect())
}
