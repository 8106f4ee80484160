//! Secrets of the namespace, read live: an instance may read them by name, and not watch them.

use std::collections::BTreeMap;
use std::fmt;

use k8s_openapi::api::core::v1::Secret;
use kube::{Api, Client};
use kubekit::calls::{self, LIMIT};
use thiserror::Error;

/// Why a Secret cannot be used.
#[derive(Debug, Error)]
pub enum SecretError {
    #[error("cannot read Secret {name}")]
    Read { name: String, source: calls::Error },
    #[error("there is no Secret {name}: create it, or correct its name in the Cluster")]
    Missing { name: String },
    #[error("Secret {name} has no key {key}")]
    NoKey { name: String, key: String },
    #[error("key {key} of Secret {name} is no text")]
    NoText { name: String, key: String },
}

/// The content of a Secret, and which version of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Content {
    pub name: String,
    pub resource_version: String,
    pub annotations: BTreeMap<String, String>,
    data: BTreeMap<String, Vec<u8>>,
}

/// Shows which keys there are.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content")
            .field("name", &self.name)
            .field("resource_version", &self.resource_version)
            .field("keys", &self.data.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl From<Secret> for Content {
    fn from(secret: Secret) -> Self {
        let data = secret.data.unwrap_or_default();
        Self {
            name: secret.metadata.name.unwrap_or_default(),
            resource_version: secret.metadata.resource_version.unwrap_or_default(),
            annotations: secret.metadata.annotations.unwrap_or_default(),
            data: data.into_iter().map(|(key, value)| (key, value.0)).collect(),
        }
    }
}

impl Content {
    /// The bytes under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&[u8]> {
        self.data.get(key).map(Vec::as_slice)
    }

    /// The bytes under a key that has to be there.
    ///
    /// # Errors
    /// When it is not.
    pub fn need(&self, key: &str) -> Result<&[u8], SecretError> {
        let missing = || SecretError::NoKey { name: self.name.clone(), key: key.to_owned() };
        self.get(key).ok_or_else(missing)
    }

    /// The text under a key that has to be there.
    ///
    /// # Errors
    /// When it is not, or is no text.
    pub fn text(&self, key: &str) -> Result<&str, SecretError> {
        let strange = |_| SecretError::NoText { name: self.name.clone(), key: key.to_owned() };
        std::str::from_utf8(self.need(key)?).map_err(strange)
    }
}

/// The Secrets of a namespace.
#[derive(Clone)]
pub struct Secrets {
    api: Api<Secret>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

impl Secrets {
    /// Those of a namespace.
    #[must_use]
    pub fn new(client: Client, namespace: &str) -> Self {
        Self { api: Api::namespaced(client, namespace) }
    }

    /// A Secret that may be missing.
    ///
    /// # Errors
    /// When the API server does not tell.
    pub async fn find(&self, name: &str) -> Result<Option<Content>, SecretError> {
        let read = |source| SecretError::Read { name: name.to_owned(), source };
        let found = calls::within(LIMIT, self.api.get_opt(name)).await.map_err(read)?;
        Ok(found.map(Content::from))
    }

    /// A Secret that has to be there.
    ///
    /// # Errors
    /// When it is not, or the API server does not tell.
    pub async fn get(&self, name: &str) -> Result<Content, SecretError> {
        let missing = || SecretError::Missing { name: name.to_owned() };
        self.find(name).await?.ok_or_else(missing)
    }
}
