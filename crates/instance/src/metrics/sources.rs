//! Where queries come from: ConfigMaps and Secrets that the cluster names.

use std::collections::BTreeMap;

use api::Cluster;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Api;
use kubekit::calls::{self, LIMIT, within};

use super::definition::{Definitions, parse};
use crate::files::secrets::{SecretError, Secrets};
use crate::http::document::chain;
use crate::state::State;

/// What must be the same for the queries to be the same.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Version {
    config_maps: Vec<(String, String)>,
    secrets: Vec<(String, String)>,
    versions: [BTreeMap<String, String>; 2],
}

impl Version {
    /// As the cluster says; the operator notes the versions of what we refer to.
    pub(super) fn of(cluster: &Cluster) -> Self {
        let monitoring = cluster.spec.monitoring.clone().unwrap_or_default();
        let names = |list: Vec<api::references::SecretKeyRef>| {
            list.into_iter().map(|one| (one.name, one.key)).collect()
        };
        let status = cluster.status.as_ref();
        let maps = status.and_then(|status| status.config_map_resource_version.as_ref());
        let secrets = status.and_then(|status| status.secrets_resource_version.as_ref());
        Self {
            config_maps: names(monitoring.custom_queries_config_map),
            secrets: names(monitoring.custom_queries_secret),
            versions: [
                maps.map(|versions| versions.metrics.clone()).unwrap_or_default(),
                secrets.map(|versions| versions.metrics.clone()).unwrap_or_default(),
            ],
        }
    }
}

/// Reads all queries; what is missing or broken is told and left out.
///
/// # Errors
/// When the API server does not tell.
pub(super) async fn load(state: &State, version: &Version) -> Result<Definitions, calls::Error> {
    let namespace = &state.identity().namespace;
    let mut definitions = built_in();
    let api: Api<ConfigMap> = Api::namespaced(state.client().clone(), namespace);
    for (name, key) in &version.config_maps {
        let map = within(LIMIT, api.get_opt(name)).await?;
        let text = map.and_then(|map| map.data?.remove(key));
        take("ConfigMap", name, key, text.as_deref(), &mut definitions);
    }
    let secrets = Secrets::new(state.client().clone(), namespace);
    for (name, key) in &version.secrets {
        let secret = match secrets.find(name).await {
            Ok(secret) => secret,
            // Refused is answered; anything else may be different next time.
            Err(SecretError::Read { source, .. }) if source.status().is_none() => {
                return Err(source);
            }
            Err(error) => {
                tracing::warn!(error = %chain(&error), "queries cannot be read");
                continue;
            }
        };
        let text = secret.as_ref().and_then(|secret| secret.text(key).ok());
        take("Secret", name, key, text, &mut definitions);
    }
    Ok(definitions)
}

fn take(kind: &str, name: &str, key: &str, text: Option<&str>, into: &mut Definitions) {
    let Some(text) = text else {
        tracing::warn!(kind, name, key, "there are no queries: the object or its key is missing");
        return;
    };
    match parse(text) {
        Ok(definitions) => into.extend(definitions),
        Err(error) => tracing::warn!(kind, name, key, error, "queries cannot be understood"),
    }
}

/// The one query that is always there.
fn built_in() -> Definitions {
    parse(include_str!("lo_pages.yaml")).expect("our own query is well-formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_queries_replace_earlier_ones() {
        let mut all = built_in();
        assert_eq!(all["collector"].target_databases, ["*"]);
        take("ConfigMap", "a", "k", Some("q: {query: one}\nr: {query: r}"), &mut all);
        take("Secret", "b", "k", Some("q: {query: two}"), &mut all);
        take("Secret", "c", "k", Some("q: [broken"), &mut all);
        take("Secret", "d", "k", None, &mut all);
        assert_eq!((all["q"].query.as_str(), all["r"].query.as_str()), ("two", "r"));
    }
}
