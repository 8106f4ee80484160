//! As whom the instances speak to the API server, and what they may do there.

use api::database_role::DatabaseRole;
use k8s_openapi::api::core::v1::{Secret, ServiceAccount};
use kube::Api;
use kubekit::apply::Applied;
use kubekit::calls::{LIMIT, within};
use kubekit::events::Note;
use planner::manifests::{PullSecret, Related};

use super::super::origin;
use super::{Children, Error};

impl Children<'_> {
    pub(super) async fn access(&self) -> Result<(), Error> {
        let pull_secret = self.pull_secret().await?;
        match self.manifests.service_account(pull_secret) {
            Some(account) => {
                let applied = self.apply(&self.cx.stores.accounts, &account).await?;
                self.tell_applied(applied, "ServiceAccount", "ServiceAccount").await;
            }
            None => self.foreign_account(self.manifests.service_account_name()).await?,
        }
        let roles = self.cx.stores.database_roles.within(self.namespace());
        let own = roles.iter().filter(|role| role.spec.cluster.name == self.name());
        let own: Vec<DatabaseRole> = own.map(|role| (**role).clone()).collect();
        let origin = origin::find(self.cx, self.cluster).await.map_err(|source| Error::Api {
            what: "read",
            kind: "Backup".to_owned(),
            name: "to restore".to_owned(),
            source,
        })?;
        let related = Related { origin: origin.as_ref(), database_roles: &own };
        let role = self.manifests.role(related);
        let applied = self.apply(&self.cx.stores.roles, &role).await?;
        self.tell_applied(applied, "Role", "Cluster Role").await;
        self.apply(&self.cx.stores.bindings, &self.manifests.role_binding()).await?;
        Ok(())
    }

    async fn tell_applied(&self, applied: Applied, what: &str, named: &str) {
        let verb = match applied {
            Applied::Unchanged => return,
            Applied::Created => "Creating",
            Applied::Changed => "Updating",
        };
        self.tell(Note::normal(format!("{verb}{what}"), format!("{verb} {named}"))).await;
    }

    /// One that the user brings has no label of ours, so it is not watched.
    async fn foreign_account(&self, name: &str) -> Result<(), Error> {
        let api: Api<ServiceAccount> = Api::namespaced(self.cx.client.clone(), self.namespace());
        let found = within(LIMIT, api.get_opt(name)).await.map_err(|source| Error::Api {
            what: "read",
            kind: "ServiceAccount".to_owned(),
            name: name.to_owned(),
            source,
        })?;
        found.map(drop).ok_or_else(|| Error::NoAccount(name.to_owned()))
    }

    /// Copies the operator's pull secret, if it has one and is not at home here.
    async fn pull_secret(&self) -> Result<PullSecret, Error> {
        let (own, name) = (&self.cx.operator_namespace, &self.cx.settings.pull_secret_name);
        if self.namespace() == own || self.cx.stores.secrets.get(own, name).is_none() {
            return Ok(PullSecret::None);
        }
        let failed = |what| {
            move |source| Error::Api { what, kind: "Secret".to_owned(), name: name.clone(), source }
        };
        let found = self.cx.secrets.read(own, name).await.map_err(failed("read"))?;
        let Some(source) = found else { return Ok(PullSecret::None) };
        let wanted: Secret = self.manifests.pull_secret(&source);
        let copy = wanted.metadata.name.as_deref().unwrap_or_default();
        let known = match self.cx.stores.secrets.get(self.namespace(), copy) {
            Some(_) => {
                self.cx.secrets.read(self.namespace(), copy).await.map_err(failed("read"))?
            }
            None => None,
        };
        self.apply_known(known.as_deref(), &wanted).await?;
        Ok(PullSecret::Copied)
    }
}
