//! The queries for metrics that every cluster starts with.

use std::collections::BTreeMap;

use anyhow::Result;
use k8s_openapi::api::core::v1::ConfigMap;

use super::{document, namespaced};

/// Name of the ConfigMap, here and in the namespaces of clusters.
const NAME: &str = "cnpg-default-monitoring";
const QUERIES: &str = include_str!("queries.yaml");

pub(super) fn documents() -> Result<Vec<String>> {
    let mut metadata = namespaced(NAME);
    let labels = metadata.labels.get_or_insert_default();
    labels.insert("cnpg.io/reload".to_owned(), String::new());
    let data = BTreeMap::from([("queries".to_owned(), QUERIES.to_owned())]);
    Ok(vec![document(&ConfigMap { metadata, data: Some(data), ..ConfigMap::default() })?])
}
