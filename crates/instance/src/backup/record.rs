//! What the Backup object says while we take it, and only while it is ours.

use std::time::Duration;

use api::backup::Backup;
use api::backup::status::BackupStatus;
use api::object_store::ObjectStore;
use api::phases::backup as phases;
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::Api;
use kube::api::{Patch, PatchParams};
use kubekit::calls::{self, LIMIT, within};
use objectstore::info::Info;
use serde_json::{Value, json};
use thiserror::Error;

use crate::state::State;

/// How often somebody else may write in between.
const ATTEMPTS: usize = 5;

/// How long a backup that is copied waits for the API server, and how often it asks.
const AWAY: Duration = Duration::from_secs(30 * 60);
const PAUSE: Duration = Duration::from_secs(2);

/// Why the object does not say it.
#[derive(Debug, Error)]
pub enum RecordError {
    #[error("failed to read the backup")]
    Read(#[source] calls::Error),
    #[error("failed to write the status of the backup")]
    Write(#[source] calls::Error),
    #[error("the backup was given to another instance, or has ended")]
    Lost,
}

/// The object, as it was last seen or written.
#[derive(Debug)]
pub(super) struct Record {
    api: Api<Backup>,
    session: String,
    pub backup: Backup,
}

impl Record {
    pub fn new(state: &State, backup: Backup) -> Self {
        let api = Api::namespaced(state.client().clone(), &state.identity().namespace);
        Self { api, session: state.session().to_owned(), backup }
    }

    pub fn name(&self) -> &str {
        self.backup.metadata.name.as_deref().unwrap_or_default()
    }

    /// The name of the backup in its store.
    pub fn backup_name(&self) -> &str {
        let status = self.backup.status.as_ref();
        status.and_then(|status| status.backup_name.as_deref()).unwrap_or_default()
    }

    /// Where it will be, and that it runs.
    pub async fn begin(&mut self, store: &ObjectStore, now: Timestamp) -> Result<(), RecordError> {
        self.write(begun(&self.backup, store, now)).await
    }

    pub async fn phase(&mut self, phase: &str) -> Result<(), RecordError> {
        let known = self.backup.status.as_ref().and_then(|status| status.phase.as_deref());
        if known == Some(phase) {
            return Ok(());
        }
        self.write(json!({ "phase": phase })).await
    }

    pub async fn completed(&mut self, info: &Info, now: Timestamp) -> Result<(), RecordError> {
        self.write(completed(info, now)).await
    }

    pub async fn failed(&mut self, why: &str, now: Timestamp) -> Result<(), RecordError> {
        let now = Time(now);
        self.write(json!({
            "phase": phases::FAILED,
            "error": why,
            "stoppedAt": now,
            "reconciliationTerminatedAt": now,
        }))
        .await
    }

    /// Makes sure that the object is still ours, however long the API server is away.
    pub async fn confirm(&mut self) -> Result<(), RecordError> {
        let began = tokio::time::Instant::now();
        loop {
            match within(LIMIT, self.api.get(self.name())).await {
                Ok(read) if read.metadata.uid == self.backup.metadata.uid => {
                    self.backup = read;
                    return if self.is_ours() { Ok(()) } else { Err(RecordError::Lost) };
                }
                Ok(_) => return Err(RecordError::Lost),
                Err(error) if error.is_missing() => return Err(RecordError::Lost),
                Err(error) if began.elapsed() < AWAY => {
                    tracing::warn!(%error, "the backup waits for the API server");
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => return Err(RecordError::Read(error)),
            }
        }
    }

    /// Writes into the status, unless the object is another life's by now.
    async fn write(&mut self, status: Value) -> Result<(), RecordError> {
        let mut attempt = 1;
        loop {
            if !self.is_ours() {
                return Err(RecordError::Lost);
            }
            let version = &self.backup.metadata.resource_version;
            let patch = json!({"metadata": {"resourceVersion": version}, "status": status});
            let (params, patch) = (PatchParams::default(), Patch::Merge(&patch));
            let patched = self.api.patch_status(self.name(), &params, &patch);
            match within(LIMIT, patched).await {
                Ok(backup) => {
                    self.backup = backup;
                    return Ok(());
                }
                Err(error) if error.is_missing() => return Err(RecordError::Lost),
                Err(error) if attempt < ATTEMPTS => {
                    tracing::debug!(%error, "the status of the backup is written again");
                    attempt += 1;
                    if !error.is_conflict() {
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                    let read = within(LIMIT, self.api.get(self.name())).await;
                    let read = read.map_err(RecordError::Read)?;
                    if read.metadata.uid != self.backup.metadata.uid {
                        return Err(RecordError::Lost);
                    }
                    self.backup = read;
                }
                Err(error) => return Err(RecordError::Write(error)),
            }
        }
    }

    /// Whether the object names this life, and is not over. Old operators name nobody.
    fn is_ours(&self) -> bool {
        let Some(status) = self.backup.status.as_ref() else { return true };
        let phase = status.phase.as_deref();
        let over = matches!(phase, Some(phases::COMPLETED | phases::FAILED));
        let named = status.instance_id.as_ref().and_then(|it| it.session_id.as_deref());
        !over && named.is_none_or(|named| named == self.session)
    }
}

/// The status of a backup that runs: all that is needed to find it again.
fn begun(backup: &Backup, store: &ObjectStore, now: Timestamp) -> Value {
    let cluster = backup.spec.cluster.name.clone();
    let encryption = store.data.as_ref().and_then(|data| data.encryption.as_ref());
    let status = BackupStatus {
        phase: Some(phases::RUNNING.to_owned()),
        backup_name: Some(format!("backup-{}", now.strftime("%Y%m%d%H%M%S"))),
        destination_path: Some(store.destination_path.clone()),
        server_name: Some(store.server_name.clone().unwrap_or(cluster)),
        endpoint_url: store.endpoint_url.clone(),
        endpoint_ca: store.endpoint_ca.clone(),
        encryption: encryption.map(|it| it.as_str().to_owned()),
        s3_credentials: store.s3_credentials.clone(),
        azure_credentials: store.azure_credentials.clone(),
        google_credentials: store.google_credentials.clone(),
        ..BackupStatus::default()
    };
    serde_json::to_value(status).expect("a status is JSON")
}

fn completed(info: &Info, now: Timestamp) -> Value {
    let status = BackupStatus {
        phase: Some(phases::COMPLETED.to_owned()),
        backup_id: Some(info.id.clone()),
        started_at: info.begin.time.map(Time),
        stopped_at: info.end.time.map(Time),
        begin_wal: info.begin.wal.clone(),
        end_wal: info.end.wal.clone(),
        begin_lsn: info.begin.lsn.map(|lsn| lsn.to_string()),
        end_lsn: info.end.lsn.map(|lsn| lsn.to_string()),
        reconciliation_terminated_at: Some(Time(now)),
        ..BackupStatus::default()
    };
    serde_json::to_value(status).expect("a status is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::backup::BackupSpec;
    use objectstore::info::Point;

    #[test]
    fn the_status_says_where_the_backup_is() {
        let mut backup = Backup::new("b", BackupSpec::default());
        backup.spec.cluster.name = "c".to_owned();
        let store: ObjectStore = serde_json::from_value(json!({
            "destinationPath": "s3://bucket/path",
            "endpointURL": "https://s3",
            "endpointCA": {"name": "ca", "key": "ca.crt"},
            "s3Credentials": {"accessKeyId": {"name": "s", "key": "k"}},
            "data": {"encryption": "AES256"},
        }))
        .unwrap();
        let now = "2026-11-21T07:01:33Z".parse().unwrap();
        assert_eq!(
            begun(&backup, &store, now),
            json!({
                "phase": "running",
                "backupName": "backup-20261121070133",
                "destinationPath": "s3://bucket/path",
                "serverName": "c",
                "endpointURL": "https://s3",
                "endpointCA": {"name": "ca", "key": "ca.crt"},
                "encryption": "AES256",
                "s3Credentials": {"accessKeyId": {"name": "s", "key": "k"}},
            })
        );
        let point = |time: &str, wal: &str, lsn: &str| Point {
            time: Some(time.parse().unwrap()),
            wal: Some(wal.to_owned()),
            lsn: Some(lsn.parse().unwrap()),
            offset: None,
        };
        let info = Info {
            id: "20261121T070134".to_owned(),
            begin: point("2026-11-21T07:01:35.5Z", "000000010000000000000003", "0/3000028"),
            end: point("2026-11-21T07:01:50.1Z", "000000010000000000000004", "0/4000100"),
            ..Info::default()
        };
        let now = "2026-11-21T07:01:51Z".parse().unwrap();
        assert_eq!(
            completed(&info, now),
            json!({
                "phase": "completed",
                "backupId": "20261121T070134",
                "startedAt": "2026-11-21T07:01:35Z",
                "stoppedAt": "2026-11-21T07:01:50Z",
                "beginWal": "000000010000000000000003",
                "endWal": "000000010000000000000004",
                "beginLSN": "0/3000028",
                "endLSN": "0/4000100",
                "reconciliationTerminatedAt": "2026-11-21T07:01:51Z",
            })
        );
    }
}
