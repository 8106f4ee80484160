//! How to reach other servers: connection strings, and the files with what is secret in them.

pub mod task;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use api::cluster::Cluster;
use api::cluster::external::ExternalCluster;
use k8s_openapi::api::core::v1::SecretKeySelector;
use pgkit::data_directory::{self, FileError, Written};
use postgres::conninfo::{Conninfo, Quotes, password_line};
use thiserror::Error;

use super::secrets::{Content, SecretError, Secrets};
use crate::paths::private_directory;

/// Why another server cannot be reached.
#[derive(Debug, Error)]
pub enum ExternalError {
    #[error("there is no {0:?} in spec.externalClusters")]
    Unknown(String),
    #[error("{name:?} of external cluster {cluster:?} cannot be part of a path")]
    Name { cluster: String, name: String },
    #[error("external cluster {cluster:?} cannot be reached")]
    Secret { cluster: String, source: SecretError },
    #[error("cannot make the directory {path}")]
    Directory { path: PathBuf, source: io::Error },
    #[error("cannot keep a secret of external cluster {cluster:?}")]
    File { cluster: String, source: FileError },
}

/// Connection parameters, and the files that they name.
#[derive(Clone)]
pub struct Access {
    pub conninfo: Conninfo,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access")
            .field("conninfo", &self.conninfo)
            .field("files", &self.files.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// The external cluster with a name.
///
/// # Errors
/// When there is none.
pub fn find<'a>(cluster: &'a Cluster, name: &str) -> Result<&'a ExternalCluster, ExternalError> {
    let found = cluster.spec.external_clusters.iter().find(|external| external.name == name);
    found.ok_or_else(|| ExternalError::Unknown(name.to_owned()))
}

/// Reads the secrets of an external cluster and writes its files.
///
/// # Errors
/// When a secret is missing or a file cannot be written.
pub async fn dump(
    secrets: &Secrets,
    external: &ExternalCluster,
    directory: &Path,
) -> Result<(Access, Written), ExternalError> {
    let mut contents = BTreeMap::new();
    for (_, selector) in selectors(external) {
        let of = |source| ExternalError::Secret { cluster: external.name.clone(), source };
        contents.insert(selector.name.clone(), secrets.get(&selector.name).await.map_err(of)?);
    }
    let access = access(external, &contents, directory)?;
    let written = access.write(external)?;
    Ok((access, written))
}

/// The keys of Secrets that a server needs, each with its parameter.
fn selectors(external: &ExternalCluster) -> Vec<(&'static str, &SecretKeySelector)> {
    [
        ("sslcert", &external.ssl_cert),
        ("sslkey", &external.ssl_key),
        ("sslrootcert", &external.ssl_root_cert),
        ("passfile", &external.password),
    ]
    .into_iter()
    .filter_map(|(parameter, selector)| Some((parameter, selector.as_ref()?)))
    .collect()
}

/// Connection parameters and files, out of the contents of the Secrets: pure.
fn access(
    external: &ExternalCluster,
    contents: &BTreeMap<String, Content>,
    directory: &Path,
) -> Result<Access, ExternalError> {
    let cluster = || external.name.clone();
    let directory = directory.join(component(external, &external.name)?);
    let given = external.connection_parameters.iter();
    let mut conninfo =
        given.fold(Conninfo::default(), |all, (name, value)| all.with(name, value.as_str()));
    let mut files = BTreeMap::new();
    for (parameter, selector) in selectors(external) {
        let refused = |source| ExternalError::Secret { cluster: cluster(), source };
        let missing = || SecretError::Missing { name: selector.name.clone() };
        let content = contents.get(&selector.name).ok_or_else(missing).map_err(refused)?;
        let (path, bytes) = if parameter == "passfile" {
            let password = content.text(&selector.key).map_err(refused)?;
            let get = |name| external.connection_parameters.get(name).map(String::as_str);
            let line = password_line(get("host"), get("port"), get("user"), password);
            (directory.join("pgpass"), line.into_bytes())
        } else {
            let name = format!("{}_{}", selector.name, selector.key);
            let bytes = content.need(&selector.key).map_err(refused)?;
            (directory.join(component(external, &name)?), bytes.to_vec())
        };
        conninfo = conninfo.with(parameter, path.display().to_string());
        files.insert(path, bytes);
    }
    Ok(Access { conninfo: conninfo.sorted(), files })
}

fn component<'a>(external: &ExternalCluster, name: &'a str) -> Result<&'a str, ExternalError> {
    if matches!(name, "" | "." | "..") || name.contains(['/', '\\']) {
        let cluster = external.name.clone();
        return Err(ExternalError::Name { cluster, name: name.to_owned() });
    }
    Ok(name)
}

impl Access {
    /// The connection string, all values between quotes.
    #[must_use]
    pub fn render(&self) -> String {
        self.conninfo.render(Quotes::Always)
    }

    fn write(&self, external: &ExternalCluster) -> Result<Written, ExternalError> {
        let mut written = Written::Unchanged;
        for (path, content) in &self.files {
            let directory = path.parent().unwrap_or(path);
            private_directory(directory).map_err(|source| ExternalError::Directory {
                path: directory.to_owned(),
                source,
            })?;
            let file = data_directory::write(path, content, 0o600);
            let of = |source| ExternalError::File { cluster: external.name.clone(), source };
            written = written.or(file.map_err(of)?);
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Secret;
    use serde_json::json;

    use super::*;

    fn external(value: serde_json::Value) -> ExternalCluster {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn parameters_name_files_with_what_is_secret() {
        let server = external(json!({"name": "old",
            "connectionParameters": {"user": "app", "host": "old.example", "dbname": "it's"},
            "password": {"name": "pw", "key": "password"},
            "sslRootCert": {"name": "ca", "key": "ca.crt"}}));
        let secret = |name: &str, key: &str, value: &str| {
            let secret: Secret = serde_json::from_value(json!({
                "metadata": {"name": name}, "data": {}
            }))
            .unwrap();
            let bytes = k8s_openapi::ByteString(value.as_bytes().to_vec());
            let data = Some(BTreeMap::from([(key.to_owned(), bytes)]));
            (name.to_owned(), Content::from(Secret { data, ..secret }))
        };
        let contents =
            BTreeMap::from([secret("pw", "password", "a:b"), secret("ca", "ca.crt", "CA")]);
        let folder = tempfile::tempdir().unwrap();
        let access = access(&server, &contents, folder.path()).unwrap();
        let root = folder.path().display();
        assert_eq!(
            access.render(),
            format!(
                r"dbname='it\'s' host='old.example' passfile='{root}/old/pgpass' sslrootcert='{root}/old/ca_ca.crt' user='app'"
            )
        );
        assert_eq!(access.write(&server).unwrap(), Written::Changed);
        assert_eq!(access.write(&server).unwrap(), Written::Unchanged);
        let pgpass = std::fs::read_to_string(folder.path().join("old/pgpass")).unwrap();
        assert_eq!(pgpass, "old.example:*:*:app:a\\:b\n");
        assert!(!format!("{access:?}").contains("a:b"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let none = BTreeMap::new();
        let of = |value| access(&external(value), &none, Path::new("/x")).unwrap_err().to_string();
        assert_eq!(
            of(json!({"name": "../x"})),
            "\"../x\" of external cluster \"../x\" cannot be part of a path"
        );
        assert_eq!(
            of(json!({"name": "a", "sslCert": {"name": "s", "key": "k"}})),
            "external cluster \"a\" cannot be reached"
        );
    }
}
