//! Where a recovery comes from: a Backup object, or another cluster's archive.

use api::Backup;
use api::cluster::Cluster;
use api::cluster::recovery::Recovery;
use api::object_store::ObjectStore;
use api::phases::backup as phases;
use kube::{Api, Client};
use kubekit::calls::{self, LIMIT, within};
use thiserror::Error;

/// Why there is nothing to restore from.
#[derive(Debug, Error)]
pub enum OriginError {
    #[error("cannot read Backup {name}")]
    Read { name: String, source: calls::Error },
    #[error("Backup {name} is {phase}: only one that is completed can be restored")]
    Unfinished { name: String, phase: String },
    #[error("Backup {name} does not say {what}")]
    Incomplete { name: String, what: &'static str },
    #[error("spec.externalClusters has no {0}, which spec.bootstrap.recovery.source names")]
    NoExternal(String),
    #[error(
        "the external cluster {0} has no barmanObjectStore: set it, or use bootstrap.pg_basebackup"
    )]
    NoStore(String),
    #[error("the external cluster {0} is read by a plugin, and this version calls no plugins yet")]
    Plugin(String),
    #[error("spec.bootstrap.recovery names neither a backup nor a source")]
    Nothing,
}

/// Where the backup and its WAL are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Origin {
    pub store: ObjectStore,
    /// The folder of the server, unless the store says another.
    pub server: String,
    /// The one backup, when an object names it.
    pub backup_id: Option<String>,
}

impl Origin {
    /// Reads what the recovery names.
    ///
    /// # Errors
    /// When it is not there, or is no place to restore from.
    pub async fn find(
        client: &Client,
        namespace: &str,
        cluster: &Cluster,
        recovery: &Recovery,
    ) -> Result<Self, OriginError> {
        let Some(named) = &recovery.backup else { return Self::of_source(cluster, recovery) };
        let api: Api<Backup> = Api::namespaced(client.clone(), namespace);
        let name = named.name.clone();
        let read = within(LIMIT, api.get(&name)).await;
        let backup = read.map_err(|source| OriginError::Read { name, source })?;
        let mut origin = Self::of_backup(&backup)?;
        if let Some(authority) = &named.endpoint_ca {
            origin.store.endpoint_ca = Some(authority.clone());
        }
        // The object does not keep how WAL is read; a store of the same folder may.
        if let Ok(source) = Self::of_source(cluster, recovery) {
            origin.store.wal = source.store.wal;
            origin.store.data = source.store.data;
        }
        Ok(origin)
    }

    fn of_backup(backup: &Backup) -> Result<Self, OriginError> {
        let name = || backup.metadata.name.clone().unwrap_or_default();
        let status = backup.status.clone().unwrap_or_default();
        let phase = status.phase.as_deref().unwrap_or("new");
        if phase != phases::COMPLETED {
            return Err(OriginError::Unfinished { name: name(), phase: phase.to_owned() });
        }
        let missing = |what| OriginError::Incomplete { name: name(), what };
        Ok(Self {
            server: status.server_name.ok_or_else(|| missing("which server it is of"))?,
            backup_id: Some(status.backup_id.ok_or_else(|| missing("its id"))?),
            store: ObjectStore {
                destination_path: status
                    .destination_path
                    .ok_or_else(|| missing("where it is: a snapshot is restored otherwise"))?,
                endpoint_url: status.endpoint_url,
                endpoint_ca: status.endpoint_ca,
                s3_credentials: status.s3_credentials,
                azure_credentials: status.azure_credentials,
                google_credentials: status.google_credentials,
                ..ObjectStore::default()
            },
        })
    }

    fn of_source(cluster: &Cluster, recovery: &Recovery) -> Result<Self, OriginError> {
        let source = recovery.source.as_ref().ok_or(OriginError::Nothing)?;
        let found = cluster.spec.external_clusters.iter().find(|one| one.name == *source);
        let external = found.ok_or_else(|| OriginError::NoExternal(source.clone()))?;
        let Some(store) = &external.barman_object_store else {
            let plugin = external.plugin.is_some();
            let error = if plugin { OriginError::Plugin } else { OriginError::NoStore };
            return Err(error(source.clone()));
        };
        Ok(Self { store: store.clone(), server: source.clone(), backup_id: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::cluster::external::ExternalCluster;
    use serde_json::json;

    #[test]
    fn a_backup_says_where_it_is() {
        let backup = |change: fn(&mut serde_json::Value)| {
            let mut object = json!({
                "metadata": {"name": "b"},
                "spec": {"cluster": {"name": "c"}},
                "status": {
                    "phase": "completed", "backupId": "20261121T070134", "serverName": "c",
                    "destinationPath": "s3://x", "endpointURL": "http://s3",
                },
            });
            change(&mut object);
            serde_json::from_value::<Backup>(object).unwrap()
        };
        let origin = Origin::of_backup(&backup(|_| {})).unwrap();
        assert_eq!(
            (origin.server.as_str(), origin.store.destination_path.as_str()),
            ("c", "s3://x")
        );
        assert_eq!(origin.backup_id.as_deref(), Some("20261121T070134"));
        for (row, change, part) in [
            (
                "not done",
                (|it| it["status"]["phase"] = "running".into()) as fn(&mut serde_json::Value),
                "is running",
            ),
            ("new", |it| it["status"] = json!({}), "is new"),
            ("no id", |it| it["status"]["backupId"] = "".into(), "its id"),
            ("a snapshot", |it| it["status"]["destinationPath"] = "".into(), "snapshot"),
        ] {
            let error = Origin::of_backup(&backup(change)).unwrap_err().to_string();
            assert!(error.contains(part), "{row}: {error}");
        }
    }

    #[test]
    fn a_source_is_an_external_cluster_with_a_store() {
        let mut cluster = Cluster::default();
        let external = |name: &str, store| ExternalCluster {
            name: name.to_owned(),
            barman_object_store: store,
            ..ExternalCluster::default()
        };
        cluster.spec.external_clusters =
            vec![external("bare", None), external("src", Some(ObjectStore::default()))];
        let source = |name: Option<&str>| {
            let source = name.map(str::to_owned);
            Origin::of_source(&cluster, &Recovery { source, ..Recovery::default() })
        };
        assert_eq!(source(Some("src")).unwrap().server, "src");
        assert!(matches!(source(Some("bare")), Err(OriginError::NoStore(_))));
        assert!(matches!(source(Some("none")), Err(OriginError::NoExternal(_))));
        assert!(matches!(source(None), Err(OriginError::Nothing)));
    }
}
