//! After every backup: what is too old goes, and the cluster says what can be recovered.

use std::collections::BTreeSet;

use api::Cluster;
use api::backup::Backup;
use api::object_store::ObjectStore;
use api::phases::backup as phases;
use jiff::Timestamp;
use kube::Api;
use kube::api::{DeleteParams, ListParams, Preconditions};
use kubekit::calls::{self, LIMIT, within};
use kubekit::events::{Note, Recorder};
use objectstore::Store;
use objectstore::catalog::{self, Catalog};
use objectstore::retention::{self, ExecuteError, Policy, PolicyError, Refusal};
use planner::backup::condition::{Outcome, conditions};
use serde_json::{Value, json};
use thiserror::Error;

use super::words;
use crate::cluster_status;
use crate::state::State;

/// How the status calls the backups of an object store.
const METHOD: &str = "barmanObjectStore";

/// Why old backups stay.
#[derive(Debug, Error)]
enum RetentionError {
    #[error("spec.backup.retentionPolicy cannot be used")]
    Policy(#[from] PolicyError),
    #[error("the catalog cannot be read")]
    Catalog(#[from] objectstore::Error),
    #[error("nothing is deleted")]
    Refused(#[from] Refusal),
    #[error("not all is deleted")]
    Execute(#[from] ExecuteError),
}

pub(super) async fn run(
    state: &State,
    cluster: &Cluster,
    place: &ObjectStore,
    store: &Store,
    recorder: &Recorder,
) {
    let policy = cluster.spec.backup.as_ref().and_then(|it| it.retention_policy.as_deref());
    if let Some(policy) = policy
        && let Err(error) = retain(store, policy).await
    {
        let error = words(&error);
        tracing::warn!(error, "old backups are not removed");
        let note =
            Note::warning("RetentionPolicyFailed", format!("Retention policy failed: {error}"));
        if let Err(error) = recorder.publish(cluster, note).await {
            tracing::warn!(%error, "failed to write an event");
        }
    }
    let catalog = match catalog::read(store).await {
        Ok(catalog) => catalog,
        Err(error) => {
            tracing::warn!(error = words(&error), "the catalog of backups cannot be read");
            return;
        }
    };
    for broken in &catalog.unreadable {
        tracing::warn!(id = broken.id, why = broken.why, "a backup in the store cannot be read");
    }
    if let Err(error) = forget(state, cluster, place, &catalog).await {
        tracing::warn!(error = words(&error), "backups that are gone are not forgotten");
    }
    if let Err(error) = write(state, |_| Some(points(&catalog))).await {
        let error = words(&error);
        tracing::warn!(error, "the cluster does not say what can be recovered");
    }
}

async fn retain(store: &Store, policy: &str) -> Result<(), RetentionError> {
    let policy: Policy = policy.parse()?;
    let catalog = catalog::read(store).await?;
    let ids: Vec<String> = catalog.backups.iter().map(|backup| backup.id.clone()).collect();
    let keeps = catalog::keeps(store, &ids).await?;
    let plan = retention::plan(&catalog, &keeps, policy, Timestamp::now())?;
    if plan.deletions.is_empty() {
        return Ok(());
    }
    let done = retention::execute(store, &plan).await?;
    let (backups, wal) = (done.backups.join(", "), done.wal_files);
    tracing::info!(backups, wal, "what no recovery needs any more was deleted");
    Ok(())
}

/// Deletes the objects of backups that are not in the store any more.
async fn forget(
    state: &State,
    cluster: &Cluster,
    place: &ObjectStore,
    catalog: &Catalog,
) -> Result<(), calls::Error> {
    let namespace = &state.identity().namespace;
    let api: Api<Backup> = Api::namespaced(state.client().clone(), namespace);
    let all = within(LIMIT, api.list(&ListParams::default())).await?.items;
    let unreadable = catalog.unreadable.iter().map(|broken| &broken.id);
    let ids: BTreeSet<&str> = catalog
        .backups
        .iter()
        .map(|backup| &backup.id)
        .chain(unreadable)
        .map(String::as_str)
        .collect();
    for gone in all.iter().filter(|backup| has_vanished(backup, cluster, place, &ids)) {
        let name = gone.metadata.name.as_deref().unwrap_or_default();
        tracing::info!(backup = name, "the backup is not in the store any more: its object goes");
        let preconditions =
            Preconditions { uid: gone.metadata.uid.clone(), resource_version: None };
        let params = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
        match within(LIMIT, api.delete(name, &params)).await {
            Err(error) if !error.is_missing() && !error.is_conflict() => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a backup was in this place, and is not any more.
fn has_vanished(
    backup: &Backup,
    cluster: &Cluster,
    place: &ObjectStore,
    ids: &BTreeSet<&str>,
) -> bool {
    let Some(status) = backup.status.as_ref() else { return false };
    let name = cluster.metadata.name.as_deref().unwrap_or_default();
    let server = place.server_name.as_deref().unwrap_or(name);
    let here = backup.spec.cluster.name == name
        && status.method.as_deref().is_none_or(|method| method == METHOD)
        && status.endpoint_url == place.endpoint_url
        && status.destination_path.as_deref() == Some(&place.destination_path)
        && status.server_name.as_deref() == Some(server)
        && status.s3_credentials == place.s3_credentials
        && status.azure_credentials == place.azure_credentials
        && status.google_credentials == place.google_credentials;
    let completed = status.phase.as_deref() == Some(phases::COMPLETED);
    let id = status.backup_id.as_deref();
    here && completed && id.is_some_and(|id| !ids.contains(id))
}

/// What can be recovered, for the status of the cluster.
fn points(catalog: &Catalog) -> Value {
    let time =
        |time: Option<Timestamp>| time.map(|time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    let (first, last) = (time(catalog.first_recoverability_point()), time(catalog.last_backup()));
    json!({
        "firstRecoverabilityPoint": first,
        "firstRecoverabilityPointByMethod": { METHOD: first },
        "lastSuccessfulBackup": last,
        "lastSuccessfulBackupByMethod": { METHOD: last },
    })
}

/// Tells on the cluster how its backup goes, and when one failed.
pub(super) async fn condition(state: &State, outcome: &Outcome, failed: Option<Timestamp>) {
    let written = write(state, |cluster| {
        let known = cluster.status.as_ref().map(|status| status.conditions.clone());
        let new = conditions(&known.unwrap_or_default(), outcome, Timestamp::now());
        let mut status = serde_json::Map::new();
        if let Some(new) = new {
            status.insert("conditions".to_owned(), json!(new));
        }
        if let Some(failed) = failed {
            let text = failed.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            status.insert("lastFailedBackup".to_owned(), text.into());
        }
        (!status.is_empty()).then_some(Value::Object(status))
    });
    if let Err(error) = written.await {
        tracing::warn!(error = words(&error), "the cluster does not say how its backup goes");
    }
}

async fn write(
    state: &State,
    change: impl Fn(&Cluster) -> Option<Value>,
) -> Result<(), calls::Error> {
    let identity = state.identity();
    cluster_status::change(state.client(), &identity.namespace, &identity.cluster, change).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::backup::BackupSpec;
    use objectstore::info::{Info, Status};

    #[test]
    fn only_what_was_here_can_have_vanished() {
        let mut cluster = Cluster::default();
        cluster.metadata.name = Some("c".to_owned());
        let place = ObjectStore {
            destination_path: "s3://b".to_owned(),
            endpoint_url: Some("http://s3".to_owned()),
            ..ObjectStore::default()
        };
        let backup = || {
            let mut backup = Backup::new("x", BackupSpec::default());
            backup.spec.cluster.name = "c".to_owned();
            let status = backup.status.get_or_insert_default();
            status.phase = Some("completed".to_owned());
            status.backup_id = Some("gone".to_owned());
            status.destination_path = Some("s3://b".to_owned());
            status.endpoint_url = Some("http://s3".to_owned());
            status.server_name = Some("c".to_owned());
            backup
        };
        let with = |change: fn(&mut Backup)| {
            let mut backup = backup();
            change(&mut backup);
            backup
        };
        for (row, backup, expected) in [
            ("gone", backup(), true),
            ("there", with(|it| it.status.as_mut().unwrap().backup_id = Some("a".into())), false),
            ("runs", with(|it| it.status.as_mut().unwrap().phase = Some("running".into())), false),
            ("failed", with(|it| it.status.as_mut().unwrap().phase = Some("failed".into())), false),
            ("of another cluster", with(|it| it.spec.cluster.name = "d".into()), false),
            (
                "elsewhere",
                with(|it| it.status.as_mut().unwrap().destination_path = Some("s3://x".into())),
                false,
            ),
            (
                "of another server",
                with(|it| it.status.as_mut().unwrap().server_name = Some("d".into())),
                false,
            ),
            (
                "of another account",
                with(|it| it.status.as_mut().unwrap().s3_credentials = Some(Default::default())),
                false,
            ),
            (
                "a snapshot",
                with(|it| it.status.as_mut().unwrap().method = Some("volumeSnapshot".into())),
                false,
            ),
            ("no id", with(|it| it.status.as_mut().unwrap().backup_id = None), false),
        ] {
            let ids = BTreeSet::from(["a"]);
            assert_eq!(has_vanished(&backup, &cluster, &place, &ids), expected, "{row}");
        }
    }

    #[test]
    fn the_first_and_the_last_moment_are_told() {
        let info = |id: &str, end: &str, status| {
            let mut info = Info { id: id.to_owned(), status, ..Info::default() };
            info.begin.time = end.parse().ok();
            info.end.time = end.parse().ok();
            info
        };
        let backups = vec![
            info("a", "2026-11-21T01:00:00.5Z", Status::Done),
            info("b", "2026-11-22T01:00:00Z", Status::Done),
            info("c", "2026-11-23T01:00:00Z", Status::Failed),
        ];
        let told = points(&Catalog { backups, unreadable: Vec::new() });
        assert_eq!(told["firstRecoverabilityPoint"], "2026-11-21T01:00:00Z");
        assert_eq!(told["lastSuccessfulBackupByMethod"][METHOD], "2026-11-22T01:00:00Z");
        let none = points(&Catalog::default());
        assert_eq!(none["firstRecoverabilityPointByMethod"], json!({ METHOD: null }));
    }
}
