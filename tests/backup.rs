//! Backups that restore: taken, found again, and replayed by real PostgreSQL from a real store.

mod hardship;
mod interchange;
mod interrupted;
mod original;
mod round_trip;
mod wal;

use std::time::Duration;

use anyhow::{Result, ensure};
use api::backup::Backup;
use api::backup::status::BackupStatus;
use api::phases::backup::{COMPLETED, FAILED};
use kube::Api;
use serde_json::{Value, json};
use testkit::rig::cluster::Living;
use testkit::rig::s3::{SECRET, Scheme};
use testkit::rig::scratch::Scratch;
use testkit::rig::{Rig, operator};
use testkit::until::until;

/// How long one instance may take to come out of an archive on a busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

/// A rig with the operator of this checkout, a namespace with the store's secret, and a bucket.
struct Ground {
    rig: Rig,
    scratch: Scratch,
    bucket: String,
}

impl Ground {
    async fn new(word: &str) -> Result<Self> {
        Self::on(crate::operator::shared().await?, word).await
    }

    async fn on(rig: Rig, word: &str) -> Result<Self> {
        let scratch = Scratch::create(&rig, word).await?;
        let s3 = rig.s3();
        s3.ready().await?;
        s3.publish(&rig.client(), scratch.name()).await?;
        let bucket = scratch.name().to_owned();
        s3.client(Scheme::Http)?.create_bucket(&bucket).await?;
        Ok(Self { rig, scratch, bucket })
    }

    /// The section `barmanObjectStore`, with TLS and the authority in a secret.
    fn store(&self) -> Value {
        let key = |key: &str| json!({"name": SECRET, "key": key});
        json!({
            "destinationPath": format!("s3://{}/", self.bucket),
            "endpointURL": Scheme::Https.url(),
            "endpointCA": key("ca.crt"),
            "s3Credentials": {
                "accessKeyId": key("ACCESS_KEY_ID"),
                "secretAccessKey": key("ACCESS_SECRET_KEY"),
            },
            "wal": {"compression": "gzip", "maxParallel": 4},
            "data": {"compression": "gzip", "immediateCheckpoint": true},
        })
    }

    /// Applies a cluster; further fields of its spec come with `more`.
    fn cluster(&self, name: &str, instances: i64, more: &Value) -> Result<Living> {
        Living::small(&self.rig, self.scratch.name(), name, instances, more)
    }

    /// The external cluster `origin`, and a recovery from it with these further fields.
    fn recovery(&self, more: &Value) -> Value {
        let mut recovery = json!({"source": "origin"});
        if let (Some(recovery), Some(more)) = (recovery.as_object_mut(), more.as_object()) {
            recovery.extend(more.clone());
        }
        json!({
            "bootstrap": {"recovery": recovery},
            "externalClusters": [{"name": "origin", "barmanObjectStore": self.store()}],
        })
    }

    /// Asks for a backup of a cluster.
    fn ask_for_backup(&self, cluster: &str, name: &str) -> Result<()> {
        let backup = json!({
            "apiVersion": "postgresql.cnpg.io/v1",
            "kind": "Backup",
            "metadata": {"name": name, "namespace": self.scratch.name()},
            "spec": {"cluster": {"name": cluster}},
        });
        operator::apply(&self.rig, &backup.to_string())
    }

    /// All that was written so far is in the archive; returns the last file.
    async fn archived(&self, cluster: &Living) -> Result<String> {
        let primary = cluster.primary().await?;
        let segment = cluster.sql(&primary, "select pg_walfile_name(pg_switch_wal())")?;
        let sql = format!("select last_archived_wal >= '{segment}' from pg_stat_archiver");
        until("archived", PATIENCE, async || {
            ensure!(cluster.sql(&primary, &sql)? == "t", "{segment} is not archived");
            Ok(())
        })
        .await?;
        Ok(segment)
    }

    /// Waits until a backup is over, and has not failed.
    async fn backup_ends(&self, name: &str) -> Result<BackupStatus> {
        let status = self.backup_is_over(name).await?;
        ensure!(status.phase.as_deref() == Some(COMPLETED), "{name} failed: {:?}", status.error);
        Ok(status)
    }

    /// Waits until a backup is over.
    async fn backup_is_over(&self, name: &str) -> Result<BackupStatus> {
        let api: Api<Backup> = Api::namespaced(self.rig.client(), self.scratch.name());
        until("over", PATIENCE, async || {
            let status = api.get(name).await?.status.unwrap_or_default();
            let over = matches!(status.phase.as_deref(), Some(COMPLETED | FAILED));
            ensure!(over, "{name}: {status:?}");
            Ok(status)
        })
        .await
    }
}

/// The last column of a query over one table, joined.
fn column(living: &Living, sql: &str) -> Result<String> {
    let instance = format!("{}-1", living.name());
    Ok(living.sql(&instance, sql)?.lines().collect::<Vec<_>>().join(","))
}

/// Waits until the cluster says so of its archive.
async fn archiving(cluster: &Living, wanted: &str) -> Result<()> {
    let said = |cluster: &api::Cluster| {
        let mut all = cluster.status.as_ref()?.conditions.iter();
        let found = all.find(|one| one.type_ == "ContinuousArchiving")?;
        (found.status == wanted).then_some(())
    };
    cluster.until("archiving as expected", PATIENCE, said).await
}
