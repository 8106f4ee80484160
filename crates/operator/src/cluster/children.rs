//! The objects around the instances: certificates, credentials, services, permissions, budgets,
//! default queries, and the two records of leadership.
//!
//! Each pass compares all of them with what is watched and writes those that differ. Their order is
//! that of need: what pods mount comes before what points at pods.

mod access;
mod budgets;
mod credentials;
mod monitoring;
mod records;
mod services;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use api::cluster::Cluster;
use api::cluster::status::instances::PodSelectorStatus;
use api::cluster::status::secrets::{ConfigMapVersions, SecretVersions};
use api::labels;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::api::{ListParams, VersionMatch};
use kube::core::{NamespaceResourceScope, Selector};
use kube::{Api, Resource, ResourceExt as _};
use kubekit::apply::{Applied, apply};
use kubekit::calls::{self, LIMIT, within};
use kubekit::events::Note;
use planner::cluster::Objects;
use planner::manifests::Manifests;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::info;

use super::context::Context;
use super::stores::Cache;
use super::{pki, report};
use crate::cluster::start::COMPONENT;
use crate::pki::Policy;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to keep the certificates")]
    Certificates(#[from] pki::Error),
    #[error("failed to {what} the {kind} {name}")]
    Api { what: &'static str, kind: String, name: String, source: calls::Error },
    #[error("the {kind} {name} is not of this cluster: delete or rename it")]
    Foreign { kind: String, name: String },
    #[error("the service account {0}, which the cluster names, does not exist: create it")]
    NoAccount(String),
}

impl Error {
    /// Somebody else wrote in between.
    pub fn is_conflict(&self) -> bool {
        match self {
            Self::Certificates(
                pki::Error::Read { source, .. } | pki::Error::Write { source, .. },
            )
            | Self::Api { source, .. } => source.is_conflict(),
            Self::Certificates(_) | Self::Foreign { .. } | Self::NoAccount(_) => false,
        }
    }

    /// What the owner of the cluster is told.
    pub fn note(&self) -> Option<Note> {
        match self {
            Self::Certificates(error) => error.note(),
            Self::NoAccount(_) => Some(Note::warning("ServiceAccountNotFound", self.to_string())),
            Self::Foreign { kind, .. } if kind == "Lease" => {
                Some(Note::warning("PrimaryLeaseConflict", self.to_string()))
            }
            Self::Foreign { .. } | Self::Api { .. } => None,
        }
    }
}

/// What a pass over the children ended with.
#[derive(Debug)]
pub struct Made {
    pub objects: Objects,
    pub server_ca: String,
    /// When something of them must be renewed.
    pub again: Duration,
}

/// All children of one cluster.
pub struct Children<'a> {
    pub cx: &'a Context,
    pub cluster: &'a Cluster,
    pub manifests: Manifests<'a>,
}

impl std::fmt::Debug for Children<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Children")
            .field("cluster", &self.cluster.metadata.name)
            .finish_non_exhaustive()
    }
}

impl Children<'_> {
    /// Brings all of them to what they should be.
    pub async fn pass(&self) -> Result<Made, Error> {
        let poolers = self.poolers();
        let keeper = pki::Keeper {
            client: &self.cx.client,
            secrets: &self.cx.secrets,
            cluster: self.cluster,
            owner: self.owner(),
            policy: Policy {
                duration: self.cx.settings.certificate_duration,
                threshold: self.cx.settings.expiring_check_threshold,
            },
            domain: &self.cx.settings.cluster_domain,
            poolers,
            now: Timestamp::now(),
        };
        let certificates = keeper.pass().await?;
        if !certificates.notes.is_empty() {
            report::events(self.cx, self.cluster, certificates.notes.clone()).await;
        }
        self.credentials().await?;
        self.services().await?;
        self.budgets().await?;
        self.access().await?;
        self.monitoring().await?;
        self.records().await?;
        let versions = self.secret_versions(&certificates);
        let pooler = pki::pooler_secret(self.cluster);
        Ok(Made {
            objects: Objects {
                certificates: certificates.status.clone(),
                secret_versions: versions,
                config_map_versions: self.config_map_versions(),
                pooler_secrets: if poolers { vec![pooler] } else { Vec::new() },
                pod_selector_refs: self.selected().await?,
                plugins: Vec::new(),
            },
            server_ca: certificates.server_ca,
            again: certificates.again,
        })
    }

    /// The addresses that `pg_hba` may name; only clusters that ask for some cost a list.
    async fn selected(&self) -> Result<Vec<PodSelectorStatus>, Error> {
        let mut found = Vec::new();
        for wanted in &self.cluster.spec.pod_selector_refs {
            let selector = Selector::try_from(wanted.selector.clone()).ok();
            let params = ListParams::default().matching(VersionMatch::NotOlderThan).at("0");
            let params = match &selector {
                Some(selector) => params.labels_from(selector),
                None => continue, // admission has refused it; there is nothing to find
            };
            let api: Api<Pod> = Api::namespaced(self.cx.client.clone(), self.namespace());
            let pods = within(LIMIT, api.list(&params)).await.map_err(|source| Error::Api {
                what: "list",
                kind: "Pod".to_owned(),
                name: wanted.name.clone(),
                source,
            })?;
            let going = |pod: &&Pod| pod.metadata.deletion_timestamp.is_some();
            let pods = pods.items.iter().filter(|pod| !going(pod));
            let ips: BTreeSet<String> = pods
                .flat_map(|pod| pod.status.iter().flat_map(|status| &status.pod_ips))
                .flatten()
                .map(|ip| ip.ip.clone())
                .collect();
            let ips = ips.into_iter().collect();
            found.push(PodSelectorStatus { ips, name: wanted.name.clone() });
        }
        Ok(found)
    }

    fn name(&self) -> &str {
        self.manifests.cluster_name()
    }

    fn namespace(&self) -> &str {
        self.manifests.namespace()
    }

    /// The reference that makes the cluster the owner of an object.
    fn owner(&self) -> OwnerReference {
        OwnerReference {
            api_version: format!("{}/{}", api::GROUP, api::VERSION),
            kind: "Cluster".to_owned(),
            name: self.name().to_owned(),
            uid: self.cluster.metadata.uid.clone().unwrap_or_default(),
            controller: Some(true),
            block_owner_deletion: None,
        }
    }

    fn is_ours<K: Resource>(&self, object: &K) -> bool {
        let uid = self.cluster.metadata.uid.as_deref().unwrap_or_default();
        object.owner_references().iter().any(|owner| owner.uid == uid)
    }

    /// Made for a cluster of this name, and left behind when that was deleted without its objects.
    /// Its volumes are taken over, and so is this: users go on by the address they know.
    fn is_orphan<K: Resource>(&self, object: &K) -> bool {
        let label = object.labels().get(labels::CLUSTER);
        object.owner_references().is_empty() && label.is_some_and(|name| name == self.name())
    }

    /// Applies one object; one that is there and not ours is left alone and told.
    async fn apply<K>(&self, cache: &Cache<K>, wanted: &K) -> Result<Applied, Error>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
            + Serialize
            + DeserializeOwned
            + Clone
            + std::fmt::Debug
            + 'static,
    {
        let name = wanted.name_any();
        let known = cache.get(self.namespace(), &name);
        self.apply_known(known.as_deref(), wanted).await
    }

    async fn apply_known<K>(&self, known: Option<&K>, wanted: &K) -> Result<Applied, Error>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
            + Serialize
            + DeserializeOwned
            + Clone
            + std::fmt::Debug,
    {
        let name = wanted.name_any();
        if known.is_some_and(|known| !self.is_ours(known) && !self.is_orphan(known)) {
            return Err(Error::Foreign { kind: K::kind(&()).into_owned(), name });
        }
        let applied = apply(&self.cx.client, COMPONENT, known, wanted).await;
        let applied = applied.map_err(|source| Error::Api {
            what: "apply",
            kind: K::kind(&()).into_owned(),
            name: name.clone(),
            source,
        })?;
        if applied != Applied::Unchanged {
            info!(kind = %K::kind(&()), name, ?applied, "an object of the cluster was applied");
        }
        Ok(applied)
    }

    async fn tell(&self, note: Note) {
        report::events(self.cx, self.cluster, Some(note)).await;
    }

    /// Whether a pooler logs in by a certificate that the cluster provides.
    fn poolers(&self) -> bool {
        self.cx.stores.poolers.within(self.namespace()).iter().any(|pooler| {
            let pgbouncer = &pooler.spec.pgbouncer;
            pooler.spec.cluster.name == self.name()
                && pgbouncer.auth_query.is_none()
                && pgbouncer.auth_query_secret.is_none()
                && pgbouncer.server_tls_secret.is_none()
        })
    }

    fn secret_versions(&self, certificates: &pki::Certificates) -> SecretVersions {
        let version = |name: &Option<String>| certificates.versions.get(name.as_ref()?).cloned();
        let watched = |name: Option<String>| {
            let secret = self.cx.stores.secrets.get(self.namespace(), &name?)?;
            secret.metadata.resource_version.clone()
        };
        let names = &certificates.status;
        let app = Some(self.manifests.app_secret_name());
        let superuser = credentials::superuser_secret(self.cluster);
        let monitoring = self.cluster.spec.monitoring.as_ref();
        let queries = monitoring.map(|it| it.custom_queries_secret.as_slice()).unwrap_or_default();
        let roles = self.cluster.spec.managed.iter().flat_map(|managed| &managed.roles);
        let passwords = roles.filter_map(|role| Some(role.password_secret.as_ref()?.name.clone()));
        let each = |names: Vec<String>| -> BTreeMap<String, String> {
            let found = |name: String| Some((name.clone(), watched(Some(name))?));
            names.into_iter().filter_map(found).collect()
        };
        SecretVersions {
            application_secret_version: watched(app),
            client_ca_secret_version: version(&names.client_ca_secret),
            replication_secret_version: version(&names.replication_tls_secret),
            server_ca_secret_version: version(&names.server_ca_secret),
            server_secret_version: version(&names.server_tls_secret),
            superuser_secret_version: watched(superuser),
            managed_role_secret_version: each(passwords.collect()),
            metrics: each(queries.iter().map(|it| it.name.clone()).collect()),
            ..SecretVersions::default()
        }
    }

    fn config_map_versions(&self) -> ConfigMapVersions {
        let monitoring = self.cluster.spec.monitoring.as_ref();
        let listed =
            monitoring.map(|it| it.custom_queries_config_map.as_slice()).unwrap_or_default();
        let found = listed.iter().filter_map(|it| {
            let map = self.cx.stores.config_maps.get(self.namespace(), &it.name)?;
            Some((it.name.clone(), map.metadata.resource_version.clone()?))
        });
        ConfigMapVersions { metrics: found.collect() }
    }
}
