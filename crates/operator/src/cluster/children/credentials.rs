//! The Secrets with the passwords of the application and of the superuser.
//!
//! A password is made once. After that only labels and annotations of its Secret are kept: whoever
//! changes the data means it.

use std::collections::BTreeMap;

use api::cluster::Cluster;
use api::labels;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::{DeleteParams, PostParams};
use kubekit::calls::{LIMIT, within};
use planner::manifests::names as named;
use tracing::info;

use super::{Children, Error};
use crate::cluster::random;

/// Who a Secret is for.
struct Account<'a> {
    secret: String,
    kind: &'a str,
    user: &'a str,
    database: &'a str,
}

/// The Secrets in use for the application and the superuser, ours or the user's.
pub(super) fn names(cluster: &Cluster) -> (Option<String>, Option<String>) {
    let name = cluster.metadata.name.as_deref().unwrap_or_default();
    let app = application(cluster).map(|(_, _, given)| given).unwrap_or_default();
    let superuser = cluster.spec.superuser_secret.as_ref().map(|one| one.name.clone());
    let access = cluster.spec.enable_superuser_access.unwrap_or(false);
    (
        Some(app.unwrap_or_else(|| named::app_secret(name))),
        access.then(|| superuser.unwrap_or_else(|| named::superuser_secret(name))),
    )
}

/// Database, owner and the user's own Secret of the application, when the bootstrap makes one.
fn application(cluster: &Cluster) -> Option<(String, String, Option<String>)> {
    let bootstrap = cluster.spec.bootstrap.as_ref()?;
    let (database, owner, secret) = if let Some(initdb) = &bootstrap.initdb {
        (&initdb.database, &initdb.owner, &initdb.secret)
    } else if let Some(recovery) = &bootstrap.recovery {
        (&recovery.database, &recovery.owner, &recovery.secret)
    } else {
        let copy = bootstrap.pg_basebackup.as_ref()?;
        (&copy.database, &copy.owner, &copy.secret)
    };
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    Some((filled(database)?, filled(owner)?, secret.as_ref().map(|one| one.name.clone())))
}

impl Children<'_> {
    pub(super) async fn credentials(&self) -> Result<(), Error> {
        let spec = &self.cluster.spec;
        let copied = spec.bootstrap.as_ref().is_some_and(|one| one.initdb.is_none());
        if let Some((database, owner, None)) = application(self.cluster)
            && !(copied && spec.replica.is_some())
        {
            let secret = named::app_secret(self.name());
            let kind = labels::USER_TYPE_APP;
            self.account(&Account { secret, kind, user: &owner, database: &database }).await?;
        }
        let secret = named::superuser_secret(self.name());
        if !spec.enable_superuser_access.unwrap_or(false) {
            self.withdraw(&secret).await?;
        } else if spec.superuser_secret.is_none() {
            let kind = labels::USER_TYPE_SUPERUSER;
            self.account(&Account { secret, kind, user: "postgres", database: "*" }).await?;
        }
        Ok(())
    }

    async fn account(&self, account: &Account<'_>) -> Result<(), Error> {
        let name = &account.secret;
        if self.cx.stores.secrets.get(self.namespace(), name).is_some() {
            return Ok(());
        }
        let api: Api<Secret> = Api::namespaced(self.cx.client.clone(), self.namespace());
        let secret = self.secret(account, &random::password());
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

    fn secret(&self, account: &Account<'_>, password: &str) -> Secret {
        let mut own = self.manifests.labels();
        own.insert(labels::RELOAD.to_owned(), labels::TRUE.to_owned());
        own.insert(labels::USER_TYPE.to_owned(), account.kind.to_owned());
        let Account { user, database, .. } = account;
        let host = named::read_write_service(self.name());
        let near = format!("{host}.{}", self.namespace());
        let far = format!("{near}.svc.{}", self.cx.settings.cluster_domain);
        let uri = |host: &str| format!("postgresql://{user}:{password}@{host}:5432/{database}");
        let jdbc = |host: &str| {
            format!("jdbc:postgresql://{host}:5432/{database}?password={password}&user={user}")
        };
        let data = [
            ("username", (*user).to_owned()),
            ("user", (*user).to_owned()),
            ("password", password.to_owned()),
            ("dbname", (*database).to_owned()),
            ("host", host.clone()),
            ("port", "5432".to_owned()),
            ("pgpass", format!("{host}:5432:{database}:{user}:{password}\n")),
            ("uri", uri(&near)),
            ("jdbc-uri", jdbc(&near)),
            ("fqdn-uri", uri(&far)),
            ("fqdn-jdbc-uri", jdbc(&far)),
        ];
        let data = data.map(|(key, value)| (key.to_owned(), ByteString(value.into_bytes())));
        Secret {
            metadata: self.manifests.metadata(account.secret.as_str(), own),
            type_: Some("kubernetes.io/basic-auth".to_owned()),
            data: Some(BTreeMap::from(data)),
            ..Secret::default()
        }
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
