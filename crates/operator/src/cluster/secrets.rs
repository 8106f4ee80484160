//! Reads Secrets once a version: their metadata is watched, their contents are fetched when they
//! are another than those known.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use k8s_openapi::api::core::v1::Secret;
use kube::{Api, Client};
use kubekit::calls::{self, LIMIT, within};

use super::stores::{Cache, Key};
use kube::core::PartialObjectMeta;

/// Contents by version.
pub struct Secrets {
    client: Client,
    metadata: Cache<PartialObjectMeta<Secret>>,
    known: Mutex<HashMap<Key, Arc<Secret>>>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secrets")
    }
}

impl Secrets {
    pub fn new(client: Client, metadata: Cache<PartialObjectMeta<Secret>>) -> Self {
        Self { client, metadata, known: Mutex::default() }
    }

    /// The Secret as it is; asks the API server only when the version known is not the latest.
    pub async fn read(
        &self,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Arc<Secret>>, calls::Error> {
        let key = Key::new(namespace, name);
        let watched = self.metadata.get(namespace, name).map(|one| {
            (one.metadata.uid.clone(), version(one.metadata.resource_version.as_deref()))
        });
        let known = self.known.lock().expect("nobody panics with it").get(&key).cloned();
        if let (Some((uid, latest)), Some(known)) = (watched, known) {
            let meta = &known.metadata;
            if meta.uid == uid && version(meta.resource_version.as_deref()) >= latest {
                return Ok(Some(known));
            }
        }
        let api: Api<Secret> = Api::namespaced(self.client.clone(), namespace);
        let found = within(LIMIT, api.get_opt(name)).await?;
        Ok(found.map(|secret| self.remember(secret)))
    }

    /// Takes note of what was read or written.
    pub fn remember(&self, mut secret: Secret) -> Arc<Secret> {
        secret.metadata.managed_fields = None;
        let meta = &secret.metadata;
        let key = Key::new(
            meta.namespace.clone().unwrap_or_default(),
            meta.name.clone().unwrap_or_default(),
        );
        let secret = Arc::new(secret);
        self.known.lock().expect("nobody panics with it").insert(key, Arc::clone(&secret));
        secret
    }

    /// Forgets what nobody watches any more.
    pub fn sweep(&self) {
        let mut known = self.known.lock().expect("nobody panics with it");
        known.retain(|key, _| self.metadata.get(&key.namespace, &key.name).is_some());
    }
}

fn version(text: Option<&str>) -> u64 {
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}
