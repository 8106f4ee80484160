//! As whom the instances speak to the API server, and what they may do there.

use std::collections::BTreeSet;

use api::annotations;
use k8s_openapi::api::core::v1::{LocalObjectReference, ServiceAccount};
use k8s_openapi::api::rbac::v1::{PolicyRule, Role, RoleBinding, RoleRef, Subject};
use kubekit::apply::Applied;
use kubekit::events::Note;
use planner::manifests::names as named;

use super::{Children, Error, credentials};
use crate::cluster::pki;

const CNPG: &str = "postgresql.cnpg.io";

impl Children<'_> {
    pub(super) async fn access(&self) -> Result<(), Error> {
        let name = match &self.cluster.spec.service_account_name {
            Some(name) => {
                // It has no label of ours, so it is not watched; the kubelet would say so too.
                self.foreign_account(name).await?;
                name.clone()
            }
            None => {
                let account = self.service_account();
                let applied = self.apply(&self.cx.stores.accounts, &account).await?;
                self.tell_applied(applied, "ServiceAccount", "ServiceAccount").await;
                self.name().to_owned()
            }
        };
        let applied = self.apply(&self.cx.stores.roles, &self.role()).await?;
        self.tell_applied(applied, "Role", "Cluster Role").await;
        self.apply(&self.cx.stores.bindings, &self.binding(&name)).await?;
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

    async fn foreign_account(&self, name: &str) -> Result<(), Error> {
        use kubekit::calls::{LIMIT, within};
        let api: kube::Api<ServiceAccount> =
            kube::Api::namespaced(self.cx.client.clone(), self.namespace());
        let found = within(LIMIT, api.get_opt(name)).await.map_err(|source| Error::Api {
            what: "read",
            kind: "ServiceAccount".to_owned(),
            name: name.to_owned(),
            source,
        })?;
        found.map(drop).ok_or_else(|| Error::NoAccount(name.to_owned()))
    }

    fn service_account(&self) -> ServiceAccount {
        let secrets: BTreeSet<String> =
            self.cluster.spec.image_pull_secrets.iter().map(|one| one.name.clone()).collect();
        let mut metadata = self.manifests.metadata(self.name(), self.manifests.labels());
        let listed = serde_json::to_string(&secrets).expect("text");
        let notes = metadata.annotations.get_or_insert_default();
        notes.insert(annotations::MANAGED_SECRETS.to_owned(), listed);
        if let Some(template) = &self.cluster.spec.service_account_template {
            notes.extend(template.metadata.annotations.clone());
            let labels = metadata.labels.get_or_insert_default();
            labels.extend(template.metadata.labels.clone());
        }
        let references = secrets.into_iter().map(|name| LocalObjectReference { name });
        let references: Vec<_> = references.collect();
        ServiceAccount {
            metadata,
            automount_service_account_token: Some(false),
            image_pull_secrets: (!references.is_empty()).then_some(references),
            ..ServiceAccount::default()
        }
    }

    fn binding(&self, account: &str) -> RoleBinding {
        RoleBinding {
            metadata: self.manifests.metadata(self.name(), self.manifests.labels()),
            role_ref: RoleRef {
                api_group: Some("rbac.authorization.k8s.io".to_owned()),
                kind: "Role".to_owned(),
                name: self.name().to_owned(),
            },
            subjects: Some(vec![Subject {
                kind: "ServiceAccount".to_owned(),
                name: account.to_owned(),
                namespace: Some(self.namespace().to_owned()),
                ..Subject::default()
            }]),
        }
    }

    fn role(&self) -> Role {
        let cluster = [self.name().to_owned()];
        let named = |group: &str, resource: &str, verbs: &str, names: &[String]| {
            rule(group, resource, verbs, Some(names.to_vec()))
        };
        let mut rules = vec![
            named("", "configmaps", "get watch", &self.config_maps()),
            named("", "secrets", "get watch", &self.secrets()),
            named(CNPG, "clusters", "get list watch", &cluster),
            named(CNPG, "clusters/status", "get patch update watch", &cluster),
            rule(CNPG, "backups", "list get delete", None),
            rule(CNPG, "backups/status", "get patch update", None),
            rule("", "events", "create patch", None),
        ];
        for kind in ["databases", "publications", "subscriptions"] {
            rules.push(rule(CNPG, kind, "get update list watch", None));
            rules.push(rule(CNPG, &format!("{kind}/status"), "get patch update", None));
        }
        rules.extend([
            named("coordination.k8s.io", "leases", "get update", &cluster),
            named(CNPG, "failoverquorums", "get list watch", &cluster),
            named(CNPG, "failoverquorums/status", "get patch update watch", &cluster),
            rule(CNPG, "databaseroles", "get update list watch", None),
            rule(CNPG, "databaseroles/status", "get patch update", None),
            // Not in the original: a manager looks at its own pod, for its label and its end.
            named("", "pods", "get", &self.pods()),
        ]);
        Role {
            metadata: self.manifests.metadata(self.name(), self.manifests.labels()),
            rules: Some(rules),
        }
    }

    fn config_maps(&self) -> Vec<String> {
        let mut names = BTreeSet::from([self.name().to_owned()]);
        let monitoring = self.cluster.spec.monitoring.iter();
        names.extend(
            monitoring.flat_map(|it| &it.custom_queries_config_map).map(|it| it.name.clone()),
        );
        names.into_iter().collect()
    }

    fn secrets(&self) -> Vec<String> {
        let spec = &self.cluster.spec;
        let certificates = pki::Names::of(self.cluster);
        let (app, superuser) = credentials::names(self.cluster);
        let cluster = self.name();
        let mut names = BTreeSet::from([
            named::app_secret(cluster),
            named::superuser_secret(cluster),
            named::ca_secret(cluster),
            named::server_secret(cluster),
            named::replication_secret(cluster),
            certificates.server_ca,
            certificates.client_ca,
            certificates.server,
            certificates.replication,
        ]);
        names.extend(app);
        names.extend(superuser);
        let monitoring = spec.monitoring.iter();
        names.extend(monitoring.flat_map(|it| &it.custom_queries_secret).map(|it| it.name.clone()));
        let roles = spec.managed.iter().flat_map(|managed| &managed.roles);
        names.extend(roles.filter_map(|role| Some(role.password_secret.as_ref()?.name.clone())));
        for external in &spec.external_clusters {
            let keys = [
                &external.password,
                &external.ssl_key,
                &external.ssl_cert,
                &external.ssl_root_cert,
            ];
            names.extend(keys.into_iter().flatten().map(|key| key.name.clone()));
        }
        // Credentials of object stores lie deep in the spec; each is a reference with name and key.
        let value = serde_json::to_value((&spec.backup, &spec.external_clusters));
        referenced(&value.unwrap_or_default(), &mut names);
        if let Some(ldap) = &spec.postgresql.ldap {
            referenced(&serde_json::to_value(ldap).unwrap_or_default(), &mut names);
        }
        names.into_iter().collect()
    }

    /// Pods of instances there are, and of those that may come next.
    fn pods(&self) -> Vec<String> {
        let listed = self.cluster.status.as_ref().map(|status| status.instance_names.clone());
        let mut names: BTreeSet<String> = listed.unwrap_or_default().into_iter().collect();
        let count = i64::try_from(names.len()).unwrap_or(0);
        let last = self.cluster.spec.instances.max(count + 1);
        names.extend((1..=last).map(|serial| format!("{}-{serial}", self.name())));
        names.into_iter().collect()
    }
}

/// Every object with exactly a name and a key is a reference to a key of a Secret.
fn referenced(value: &serde_json::Value, names: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(map) => {
            let text = |key: &str| map.get(key).and_then(serde_json::Value::as_str);
            if let (2, Some(name), Some(_)) = (map.len(), text("name"), text("key")) {
                names.insert(name.to_owned());
            }
            map.values().for_each(|value| referenced(value, names));
        }
        serde_json::Value::Array(list) => list.iter().for_each(|value| referenced(value, names)),
        _ => {}
    }
}

fn rule(group: &str, resource: &str, verbs: &str, names: Option<Vec<String>>) -> PolicyRule {
    PolicyRule {
        api_groups: Some(vec![group.to_owned()]),
        resources: Some(vec![resource.to_owned()]),
        resource_names: names,
        verbs: verbs.split(' ').map(str::to_owned).collect(),
        ..PolicyRule::default()
    }
}
