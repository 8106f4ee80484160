//! What the owner of a cluster should know although it is accepted.

use postgres::size::Size;

use super::View;
use super::view::Role;
use crate::cluster::storage::Storage;
use crate::duration::Span;
use crate::object_store::{ObjectStore, arguments};

type Warning = fn(&View<'_>) -> Vec<String>;

/// Every warning, by the order in which they are told.
const WARNINGS: &[Warning] = &[
    maintenance_window,
    retention,
    in_tree_stores,
    stores_without_support,
    arguments_without_effect,
    storage,
    shared_buffers,
    monitoring,
    no_synchronous_replication,
    failure_domains,
];

pub(super) fn all(view: &View<'_>) -> Vec<String> {
    WARNINGS.iter().flat_map(|warning| warning(view)).collect()
}

fn maintenance_window(view: &View<'_>) -> Vec<String> {
    let text = "spec.nodeMaintenanceWindow: spec.enablePDB is the simpler way to let nodes drain";
    view.spec.node_maintenance_window.iter().map(|_| text.to_owned()).collect()
}

fn retention(view: &View<'_>) -> Vec<String> {
    let Some(backup) = &view.spec.backup else { return Vec::new() };
    if backup.retention_policy.is_none() || backup.barman_object_store.is_some() {
        return Vec::new();
    }
    vec![
        "spec.backup.retentionPolicy has no effect without spec.backup.barmanObjectStore; plugins \
         have retention policies of their own"
            .to_owned(),
    ]
}

fn in_tree_stores(view: &View<'_>) -> Vec<String> {
    let mut paths = Vec::new();
    let backup = view.spec.backup.as_ref();
    if backup.is_some_and(|backup| backup.barman_object_store.is_some()) {
        paths.push("spec.backup.barmanObjectStore".to_owned());
    }
    for (index, external) in view.spec.external_clusters.iter().enumerate() {
        if external.barman_object_store.is_some() {
            paths.push(format!("spec.externalClusters.{index}.barmanObjectStore"));
        }
    }
    if paths.is_empty() {
        return Vec::new();
    }
    let paths = paths.join(", ");
    vec![format!("the built-in object store is deprecated, use a plugin instead: {paths}")]
}

/// The object stores of a cluster, each with its path.
fn stores<'a>(view: &View<'a>) -> Vec<(String, &'a ObjectStore)> {
    let own = view.spec.backup.as_ref().and_then(|backup| backup.barman_object_store.as_ref());
    let own = own.map(|store| ("spec.backup.barmanObjectStore".to_owned(), store));
    let external =
        view.spec.external_clusters.iter().enumerate().filter_map(|(index, external)| {
            let path = format!("spec.externalClusters.{index}.barmanObjectStore");
            external.barman_object_store.as_ref().map(|store| (path, store))
        });
    own.into_iter().chain(external).collect()
}

fn stores_without_support(view: &View<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    for (path, store) in stores(view) {
        for (field, given) in [
            ("azureCredentials", store.azure_credentials.is_some()),
            ("googleCredentials", store.google_credentials.is_some()),
        ] {
            if given {
                warnings.push(format!(
                    "{path}.{field}: not yet: this version speaks S3 only, so nothing is archived \
                     to or restored from this store; use s3Credentials"
                ));
            }
        }
    }
    warnings
}

fn arguments_without_effect(view: &View<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    for (path, store) in stores(view) {
        let (wal, data) = (store.wal.as_ref(), store.data.as_ref());
        for (field, words) in [
            ("wal.archiveAdditionalCommandArgs", wal.map(|it| &it.archive_additional_command_args)),
            ("wal.restoreAdditionalCommandArgs", wal.map(|it| &it.restore_additional_command_args)),
            ("data.additionalCommandArgs", data.map(|it| &it.additional_command_args)),
            (
                "data.restoreAdditionalCommandArgs",
                data.map(|it| &it.restore_additional_command_args),
            ),
        ] {
            let ignored = words.map(|words| arguments::read(words).1).unwrap_or_default();
            warnings.extend(ignored.iter().map(|ignored| {
                format!("{path}.{field}: {} has no effect: {}", ignored.argument, ignored.why)
            }));
        }
    }
    warnings
}

fn storage(view: &View<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    let data = Some(("spec.storage", &view.spec.storage));
    let wal = view.spec.wal_storage.as_ref().map(|wal| ("spec.walStorage", wal));
    for (path, storage) in data.into_iter().chain(wal) {
        given_twice(path, storage, &mut warnings);
    }
    warnings
}

fn given_twice(path: &str, storage: &Storage, warnings: &mut Vec<String>) {
    let Some(template) = &storage.pvc_template else { return };
    let mut twice = |field: &str, other: &str| {
        warnings.push(format!(
            "{path}.{field} and {path}.pvcTemplate.{other} are both given; {path}.{field} is used"
        ));
    };
    if storage.storage_class.is_some() && template.storage_class_name.is_some() {
        twice("storageClass", "storageClassName");
    }
    let requests = template.resources.as_ref().and_then(|resources| resources.requests.as_ref());
    let requested = requests.is_some_and(|requests| requests.contains_key("storage"));
    if storage.size.is_some() && requested {
        twice("size", "resources.requests.storage");
    }
}

fn shared_buffers(view: &View<'_>) -> Vec<String> {
    let Some(value) = view.parameter("shared_buffers") else { return Vec::new() };
    match Size::parse(value) {
        Ok(size) if !size.has_unit => vec![format!(
            "spec.postgresql.parameters.shared_buffers is {value:?} without a unit and read as \
             {value}MB; write the unit"
        )],
        Ok(_) | Err(_) => Vec::new(),
    }
}

fn monitoring(view: &View<'_>) -> Vec<String> {
    let Some(monitoring) = &view.spec.monitoring else { return Vec::new() };
    let mut warnings = Vec::new();
    let ttl = monitoring.metrics_queries_ttl.as_ref().and_then(|ttl| ttl.parse().ok());
    if ttl == Some(Span(0)) {
        warnings.push(
            "spec.monitoring.metricsQueriesTTL is 0: every scrape runs the queries".to_owned(),
        );
    }
    if monitoring.enable_pod_monitor == Some(true)
        || !monitoring.pod_monitor_metric_relabelings.is_empty()
        || !monitoring.pod_monitor_relabelings.is_empty()
    {
        warnings.push(
            "spec.monitoring: enablePodMonitor and its relabelings are deprecated: create the \
             PodMonitor yourself"
                .to_owned(),
        );
    }
    warnings
}

fn no_synchronous_replication(view: &View<'_>) -> Vec<String> {
    let synchronous = view.spec.postgresql.synchronous.is_some()
        || view.spec.min_sync_replicas.is_some_and(|number| number > 0);
    if view.spec.instances < 2 || view.role == Role::Replica || synchronous {
        return Vec::new();
    }
    vec![
        "the cluster has no synchronous replication: what the primary confirmed last may be lost \
         with it; spec.postgresql.synchronous protects against that"
            .to_owned(),
    ]
}

fn failure_domains(view: &View<'_>) -> Vec<String> {
    let Some(synchronous) = &view.spec.postgresql.synchronous else { return Vec::new() };
    let unused = synchronous.pod_failure_domain_keys.is_empty()
        && synchronous.node_failure_domain_keys.is_empty();
    let conditions = view.cluster.status.as_ref().map(|status| status.conditions.as_slice());
    let failing = conditions.unwrap_or_default().iter().find(|condition| {
        condition.type_ == crate::conditions::SYNC_REPLICATION_TOPOLOGY
            && condition.status == "False"
    });
    match failing {
        Some(condition) if !unused => vec![format!(
            "the standbys are not spread as the failure domain keys ask: {}",
            condition.message
        )],
        Some(_) | None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::admission::{Context, Kind, Operation, validate};

    #[test]
    fn what_a_store_cannot_do_is_told() {
        let store = json!({
            "destinationPath": "https://account.blob.core.windows.net/c",
            "azureCredentials": {"inheritFromAzureAD": true},
            "wal": {"archiveAdditionalCommandArgs": ["--read-timeout=60", "--max-concurrency=4"]},
            "data": {"additionalCommandArgs": ["--frobnicate"]},
        });
        let cluster = json!({
            "metadata": {"name": "pg"},
            "spec": {
                "instances": 1,
                "storage": {"size": "1Gi"},
                "backup": {"barmanObjectStore": store},
                "externalClusters": [{"name": "other", "barmanObjectStore": store}],
            },
        });
        let told = validate(Kind::Cluster, Operation::Create, &cluster, &Context::default());
        for path in ["spec.backup.barmanObjectStore", "spec.externalClusters.0.barmanObjectStore"] {
            for (field, word) in [
                ("azureCredentials", "S3 only"),
                ("wal.archiveAdditionalCommandArgs", "--max-concurrency=4"),
                ("data.additionalCommandArgs", "--frobnicate"),
            ] {
                let start = format!("{path}.{field}: ");
                let found = told.warnings.iter().filter(|it| it.starts_with(&start));
                let found: Vec<_> = found.collect();
                assert!(found.len() == 1 && found[0].contains(word), "{start}{found:?}");
            }
        }
    }
}
