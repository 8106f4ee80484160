//! The Secrets with the passwords of the application and of the superuser.
//!
//! A password is made once: whoever changes the data afterwards means it.

use api::cluster::Cluster;
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::{DeleteParams, PostParams};
use kubekit::calls::{LIMIT, within};
use planner::manifests::{Credentials, names};
use tracing::info;

use super::{Children, Error};
use crate::cluster::random;

impl Children<'_> {
    pub(super) async fn credentials(&self) -> Result<(), Error> {
        if let Some(credentials) = self.manifests.app_credentials() {
            self.account(&credentials).await?;
        }
        match self.manifests.superuser_credentials() {
            Some(credentials) => self.account(&credentials).await,
            None if self.cluster.spec.enable_superuser_access == Some(true) => Ok(()),
            None => self.withdraw(&names::superuser_secret(self.name())).await,
        }
    }

    async fn account(&self, credentials: &Credentials) -> Result<(), Error> {
        let name = &credentials.secret;
        if self.cx.stores.secrets.get(self.namespace(), name).is_some() {
            return Ok(());
        }
        let api: Api<Secret> = Api::namespaced(self.cx.client.clone(), self.namespace());
        let secret = self.manifests.credentials_secret(credentials, &random::password());
        match within(LIMIT, api.create(&PostParams::default(), &secret)).await {
            Ok(_) => info!(name, "made a secret with a new password"),
            Err(error) if error.is_conflict() => {} // there, and not yet seen
            Err(source) => {
                let (kind, name) = ("Secret".to_owned(), name.clone());
                return Err(Error::Api { what: "create", kind, name, source });
            }
        }
        Ok(())
    }

    async fn withdraw(&self, name: &str) -> Result<(), Error> {
        let living = self.cx.stores.secrets.get(self.namespace(), name);
        if !living.is_some_and(|living| self.is_ours(&*living)) {
            return Ok(());
        }
        let api: Api<Secret> = Api::namespaced(self.cx.client.clone(), self.namespace());
        match within(LIMIT, api.delete(name, &DeleteParams::default())).await {
            Ok(_) => info!(name, "the superuser may not log in: its secret was deleted"),
            Err(error) if error.is_missing() => {}
            Err(source) => {
                let (kind, name) = ("Secret".to_owned(), name.to_owned());
                return Err(Error::Api { what: "delete", kind, name, source });
            }
        }
        Ok(())
    }
}

/// The Secret that the superuser logs in with, ours or the user's.
pub(super) fn superuser_secret(cluster: &Cluster) -> Option<String> {
    let given = cluster.spec.superuser_secret.as_ref().map(|one| one.name.clone());
    let name = cluster.metadata.name.as_deref().unwrap_or_default();
    (cluster.spec.enable_superuser_access == Some(true))
        .then(|| given.unwrap_or_else(|| names::superuser_secret(name)))
}
