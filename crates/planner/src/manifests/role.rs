//! What instances may read and write in the API server.

use std::collections::BTreeSet;

use api::cluster::external::ExternalCluster;
use api::object_store::{AzureCredentials, GoogleCredentials, ObjectStore, S3Credentials};
use api::references::SecretKeyRef;
use api::{Backup, DatabaseRole};
use k8s_openapi::api::core::v1::SecretKeySelector;
use k8s_openapi::api::rbac::v1::{PolicyRule, Role};

use super::{Manifests, names};

/// Objects besides the cluster that name secrets its instances read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Related<'a> {
    /// The backup that the cluster recovers from.
    pub origin: Option<&'a Backup>,
    /// The roles declared for the cluster by objects of their own.
    pub database_roles: &'a [DatabaseRole],
}

const CORE: &str = "";
const OURS: &str = api::GROUP;
const LEASES: &str = "coordination.k8s.io";

impl Manifests<'_> {
    /// The permissions of the instances: named objects only, where Kubernetes can tell them apart.
    #[must_use]
    pub fn role(&self, related: Related<'_>) -> Role {
        let own = || BTreeSet::from([self.cluster_name().to_owned()]);
        let all = BTreeSet::new;
        let mut rules = vec![
            rule(CORE, "configmaps", &["get", "watch"], self.config_maps()),
            rule(CORE, "secrets", &["get", "watch"], self.secrets(related)),
            rule(OURS, "clusters", &["get", "list", "watch"], own()),
            rule(OURS, "clusters/status", &["get", "patch", "update", "watch"], own()),
            rule(OURS, "backups", &["list", "get", "delete"], all()),
            rule(OURS, "backups/status", &["get", "patch", "update"], all()),
            rule(CORE, "events", &["create", "patch"], all()),
        ];
        let sql_objects = |kinds: &[&str]| {
            let each = kinds.iter().flat_map(|kind| {
                let status = format!("{kind}/status");
                [
                    rule(OURS, kind, &["get", "update", "list", "watch"], all()),
                    rule(OURS, &status, &["get", "patch", "update"], all()),
                ]
            });
            each.collect::<Vec<_>>()
        };
        rules.extend(sql_objects(&["databases", "publications", "subscriptions"]));
        rules.extend([
            rule(LEASES, "leases", &["get", "update"], own()),
            rule(OURS, "failoverquorums", &["get", "list", "watch"], own()),
            rule(OURS, "failoverquorums/status", &["get", "patch", "update", "watch"], own()),
        ]);
        rules.extend(sql_objects(&["databaseroles"]));
        // A manager reads its own pod: what it is, and whether it is to end.
        rules.push(rule(CORE, "pods", &["get"], self.pods()));
        // And it hears at once when the lease is free, instead of asking again and again.
        rules.push(rule(LEASES, "leases", &["watch"], own()));
        Role { metadata: self.metadata(self.cluster_name(), self.labels()), rules: Some(rules) }
    }

    /// The pods that exist, and those that may before this role is looked at again.
    fn pods(&self) -> BTreeSet<String> {
        let status = self.cluster.status.as_ref();
        let existing = status.map(|status| status.instance_names.as_slice()).unwrap_or_default();
        let wanted = usize::try_from(self.cluster.spec.instances).unwrap_or(0);
        // One more than there can be soon: the role need not change while instances come up.
        let last = wanted.max(existing.len()) + 1;
        let last = u32::try_from(last).unwrap_or(u32::MAX);
        existing.iter().cloned().chain((1..=last).map(|serial| self.instance(serial))).collect()
    }

    fn config_maps(&self) -> BTreeSet<String> {
        let monitoring = self.cluster.spec.monitoring.as_ref();
        let queries = monitoring.map(|it| it.custom_queries_config_map.as_slice());
        let mut all = found(queries.unwrap_or_default().iter().map(|it| it.name.as_str()));
        all.insert(self.cluster_name().to_owned());
        all
    }

    fn secrets(&self, related: Related<'_>) -> BTreeSet<String> {
        let spec = &self.cluster.spec;
        let mut all = self.secrets_in_use();
        let ldap = spec.postgresql.ldap.as_ref().and_then(|ldap| ldap.bind_search_auth.as_ref());
        all.extend(selected(ldap.and_then(|search| search.bind_password.as_ref())));
        let queries = spec.monitoring.as_ref().map(|it| it.custom_queries_secret.as_slice());
        all.extend(queries.unwrap_or_default().iter().map(|it| it.name.clone()));
        let store = spec.backup.as_ref().and_then(|backup| backup.barman_object_store.as_ref());
        all.extend(store.into_iter().flat_map(of_store));
        all.extend(spec.external_clusters.iter().flat_map(of_external));
        all.extend(self.of_origin(related.origin));
        let roles = spec.managed.as_ref().map(|managed| managed.roles.as_slice());
        let roles = roles.unwrap_or_default().iter().map(|role| role.password_secret.as_ref());
        let objects = related.database_roles.iter().map(|role| role.spec.password_secret.as_ref());
        all.extend(roles.chain(objects).flatten().map(|secret| secret.name.clone()));
        all.remove("");
        all
    }

    /// The secrets that every instance needs, whether they exist or not.
    fn secrets_in_use(&self) -> BTreeSet<String> {
        let name = self.cluster_name();
        let given = self.cluster.spec.certificates.clone().unwrap_or_default();
        let or = |given: Option<String>, ours: fn(&str) -> String| {
            given.filter(|given| !given.is_empty()).unwrap_or_else(|| ours(name))
        };
        let superuser = self.cluster.spec.superuser_secret.as_ref();
        BTreeSet::from([
            or(given.replication_tls_secret, names::replication_secret),
            or(given.client_ca_secret, names::ca_secret),
            or(given.server_ca_secret, names::ca_secret),
            or(given.server_tls_secret, names::server_secret),
            self.app_secret_name(),
            or(superuser.map(|secret| secret.name.clone()), names::superuser_secret),
        ])
    }

    fn of_origin(&self, origin: Option<&Backup>) -> BTreeSet<String> {
        let bootstrap = self.cluster.spec.bootstrap.as_ref();
        let recovery = bootstrap.and_then(|it| it.recovery.as_ref());
        let named = recovery.and_then(|it| it.backup.as_ref());
        let mut all = keys([named.and_then(|it| it.endpoint_ca.as_ref())]);
        if let Some(status) = origin.and_then(|backup| backup.status.as_ref()) {
            all.extend(keys([status.endpoint_ca.as_ref()]));
            all.extend(of_credentials(
                status.s3_credentials.as_ref(),
                status.azure_credentials.as_ref(),
                status.google_credentials.as_ref(),
            ));
        }
        all
    }
}

fn of_external(external: &ExternalCluster) -> BTreeSet<String> {
    let ExternalCluster { password, ssl_cert, ssl_key, ssl_root_cert, .. } = external;
    let mut all: BTreeSet<_> = [password, ssl_cert, ssl_key, ssl_root_cert]
        .into_iter()
        .flat_map(|secret| selected(secret.as_ref()))
        .collect();
    all.extend(external.barman_object_store.iter().flat_map(of_store));
    all
}

fn of_store(store: &ObjectStore) -> BTreeSet<String> {
    let mut all = of_credentials(
        store.s3_credentials.as_ref(),
        store.azure_credentials.as_ref(),
        store.google_credentials.as_ref(),
    );
    all.extend(keys([store.endpoint_ca.as_ref()]));
    all
}

fn of_credentials(
    s3: Option<&S3Credentials>,
    azure: Option<&AzureCredentials>,
    google: Option<&GoogleCredentials>,
) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    if let Some(it) = s3 {
        let parts = [&it.access_key_id, &it.secret_access_key, &it.session_token, &it.region];
        all.extend(keys(parts.map(Option::as_ref)));
    }
    if let Some(it) = azure {
        let AzureCredentials {
            connection_string,
            storage_account,
            storage_key,
            storage_sas_token,
            ..
        } = it;
        let parts = [connection_string, storage_account, storage_key, storage_sas_token];
        all.extend(keys(parts.map(Option::as_ref)));
    }
    all.extend(keys([google.and_then(|it| it.application_credentials.as_ref())]));
    all
}

fn keys<const N: usize>(references: [Option<&SecretKeyRef>; N]) -> BTreeSet<String> {
    found(references.into_iter().flatten().map(|reference| reference.name.as_str()))
}

fn selected(secret: Option<&SecretKeySelector>) -> Option<String> {
    secret.map(|secret| secret.name.clone())
}

fn found<'n>(names: impl Iterator<Item = &'n str>) -> BTreeSet<String> {
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn rule(group: &str, resource: &str, verbs: &[&str], named: BTreeSet<String>) -> PolicyRule {
    let one = |text: &str| Some(vec![text.to_owned()]);
    PolicyRule {
        api_groups: one(group),
        resources: one(resource),
        resource_names: (!named.is_empty()).then(|| named.into_iter().collect()),
        verbs: verbs.iter().map(|verb| (*verb).to_owned()).collect(),
        ..PolicyRule::default()
    }
}
