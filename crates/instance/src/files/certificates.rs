//! Certificates and keys, from the Secrets that the status names to the files that PostgreSQL reads.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use api::cluster::Cluster;
use api::references::SecretKeyRef;
use pgkit::data_directory::{self, FileError, Written};
use thiserror::Error;

use super::secrets::{SecretError, Secrets};
use crate::paths::private_directory;

/// Why a certificate is not in its place.
#[derive(Debug, Error)]
pub enum CertificatesError {
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error("cannot make the directory {path}")]
    Directory { path: PathBuf, source: io::Error },
    #[error("cannot keep a certificate")]
    File(#[from] FileError),
}

/// Contents by the name of the file.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Certificates {
    files: BTreeMap<&'static str, Vec<u8>>,
}

/// Shows which files there are.
impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.files.keys()).finish()
    }
}

/// One Secret, and which of its keys goes to which file.
struct Wanted {
    secret: String,
    keys: Vec<(String, &'static str)>,
}

impl Certificates {
    /// Reads what the status of a cluster names. What is not there (yet) is left out.
    ///
    /// # Errors
    /// When the API server does not tell.
    pub async fn fetch(secrets: &Secrets, cluster: &Cluster) -> Result<Self, CertificatesError> {
        let mut certificates = Self::default();
        for Wanted { secret, keys } in wanted(cluster) {
            let Some(content) = secrets.find(&secret).await? else {
                tracing::warn!(secret, "there is no such Secret, its certificate is left out");
                continue;
            };
            for (key, file) in keys {
                match content.get(&key) {
                    Some(bytes) => {
                        certificates.files.insert(file, bytes.to_vec());
                    }
                    None => tracing::warn!(secret, key, "the Secret has no such key"),
                }
            }
        }
        Ok(certificates)
    }

    /// The content of a file.
    #[must_use]
    pub fn get(&self, file: &str) -> Option<&[u8]> {
        self.files.get(file).map(Vec::as_slice)
    }

    /// Writes the files that have changed.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn write(&self, directory: &Path) -> Result<Written, CertificatesError> {
        private_directory(directory).map_err(|source| CertificatesError::Directory {
            path: directory.to_owned(),
            source,
        })?;
        let mut written = Written::Unchanged;
        for (file, content) in &self.files {
            written = written.or(data_directory::write(&directory.join(file), content, 0o600)?);
        }
        Ok(written)
    }
}

fn wanted(cluster: &Cluster) -> Vec<Wanted> {
    let seen = cluster.status.as_ref().and_then(|status| status.certificates.as_ref());
    let own = |key: &str, file| (key.to_owned(), file);
    let pair = |certificate, key| vec![own("tls.crt", certificate), own("tls.key", key)];
    let certificates = seen.map_or_else(Vec::new, |seen| {
        [
            (&seen.server_tls_secret, pair("server.crt", "server.key")),
            (&seen.replication_tls_secret, pair("streaming_replica.crt", "streaming_replica.key")),
            (&seen.client_ca_secret, vec![own("ca.crt", "client-ca.crt")]),
            (&seen.server_ca_secret, vec![own("ca.crt", "server-ca.crt")]),
        ]
        .into_iter()
        .filter_map(|(secret, keys)| Some(Wanted { secret: secret.clone()?, keys }))
        .collect()
    });
    let authorities = authorities(cluster).into_iter().map(|(authority, file)| Wanted {
        secret: authority.name.clone(),
        keys: vec![own(&authority.key, file)],
    });
    certificates.into_iter().chain(authorities).collect()
}

/// Whom the programs trust that talk to object stores: for our own backups, and for those of the
/// server that a replica cluster follows.
fn authorities(cluster: &Cluster) -> Vec<(&SecretKeyRef, &'static str)> {
    let backup =
        cluster.spec.backup.as_ref().and_then(|backup| backup.barman_object_store.as_ref());
    let replica = cluster.spec.replica.as_ref().filter(|_| cluster.is_replica_cluster());
    let source = replica.and_then(|replica| {
        cluster.spec.external_clusters.iter().find(|external| external.name == replica.source)
    });
    let source = source.and_then(|source| source.barman_object_store.as_ref());
    [(backup, "backup-barman-ca.crt"), (source, "restore-barman-ca.crt")]
        .into_iter()
        .filter_map(|(store, file)| Some((store?.endpoint_ca.as_ref()?, file)))
        .filter(|(authority, _)| !authority.name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_status_names_the_secrets() {
        let cluster = serde_json::from_value(json!({
            "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "metadata": {},
            "spec": {"backup": {"barmanObjectStore": {"endpointCA": {"name": "store", "key": "x"}}}},
            "status": {"certificates": {"serverTLSSecret": "pg-server", "clientCASecret": "pg-ca",
                "serverCASecret": "pg-ca"}},
        }))
        .unwrap();
        let seen: Vec<_> = wanted(&cluster)
            .into_iter()
            .flat_map(|wanted| {
                wanted.keys.into_iter().map(move |(_, file)| (wanted.secret.clone(), file))
            })
            .collect();
        let expected = [
            ("pg-server", "server.crt"),
            ("pg-server", "server.key"),
            ("pg-ca", "client-ca.crt"),
            ("pg-ca", "server-ca.crt"),
            ("store", "backup-barman-ca.crt"),
        ];
        assert_eq!(seen, expected.map(|(secret, file)| (secret.to_owned(), file)));
    }

    #[test]
    fn the_same_certificates_are_written_once() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("certificates");
        let files = BTreeMap::from([("server.key", b"secret".to_vec())]);
        let certificates = Certificates { files };
        assert_eq!(certificates.write(&directory).unwrap(), Written::Changed);
        assert_eq!(certificates.write(&directory).unwrap(), Written::Unchanged);
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&directory), mode(&directory.join("server.key"))), (0o700, 0o600));
        assert!(!format!("{certificates:?}").contains("secret"));
    }
}
