//! What is watched, and which clusters each change concerns.
//!
//! The stores are what a pass reads for the bulk of a cluster. What decides who leads is read
//! live. Stores hold no more of an object than passes look at.

pub(crate) mod watch;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use api::cluster::Cluster;
use api::database_role::DatabaseRole;
use api::failover_quorum::FailoverQuorum;
use api::image_catalog::{ClusterImageCatalog, ImageCatalog};
use api::labels;
use api::pooler::Pooler;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{
    ConfigMap, Node, PersistentVolumeClaim, Pod, Secret, Service, ServiceAccount,
};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::core::PartialObjectMeta;
use kube::runtime::reflector::{ObjectRef, Store};
use kube::runtime::watcher::Config;
use kube::{Client, Resource};
use kubekit::stop::Stop;
use tokio::sync::mpsc::UnboundedSender;

use super::ages::Ages;
use watch::{Scope, Watcher};

/// A cluster by its names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub namespace: String,
    pub name: String,
}

impl Key {
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }
}

/// The objects of one kind that are watched, of one namespace or several.
#[derive(Debug, Clone)]
pub struct Cache<K: Resource<DynamicType = ()> + Clone + 'static> {
    parts: Vec<Store<K>>,
}

impl<K: Resource<DynamicType = ()> + Clone + 'static> Cache<K> {
    pub fn get(&self, namespace: &str, name: &str) -> Option<Arc<K>> {
        let reference = ObjectRef::<K>::new(name).within(namespace);
        self.parts.iter().find_map(|part| part.get(&reference))
    }

    /// All of a namespace, by name.
    pub fn within(&self, namespace: &str) -> Vec<Arc<K>> {
        let mut found: Vec<Arc<K>> = self
            .parts
            .iter()
            .flat_map(|part| {
                part.state_filter(|one| one.meta().namespace.as_deref() == Some(namespace))
            })
            .collect();
        found.sort_by(|one, other| one.meta().name.cmp(&other.meta().name));
        found
    }

    /// All there are, by name.
    pub fn all(&self) -> Vec<Arc<K>> {
        let mut found: Vec<Arc<K>> = self.parts.iter().flat_map(Store::state).collect();
        found.sort_by(|one, other| one.meta().name.cmp(&other.meta().name));
        found
    }

    async fn ready(&self) {
        for part in &self.parts {
            // Fails only when the watcher is gone, which ends the operator anyhow.
            let _ = part.wait_until_ready().await;
        }
    }
}

/// Everything that is watched.
#[derive(Debug, Clone)]
pub struct Stores {
    pub clusters: Cache<Cluster>,
    pub pods: Cache<Pod>,
    pub claims: Cache<PersistentVolumeClaim>,
    pub jobs: Cache<Job>,
    pub services: Cache<Service>,
    pub budgets: Cache<PodDisruptionBudget>,
    pub accounts: Cache<ServiceAccount>,
    pub roles: Cache<Role>,
    pub bindings: Cache<RoleBinding>,
    pub leases: Cache<Lease>,
    pub quorums: Cache<FailoverQuorum>,
    pub secrets: Cache<PartialObjectMeta<Secret>>,
    pub config_maps: Cache<PartialObjectMeta<ConfigMap>>,
    pub nodes: Cache<Node>,
    pub poolers: Cache<Pooler>,
    pub database_roles: Cache<DatabaseRole>,
    pub catalogs: Cache<ImageCatalog>,
    pub cluster_catalogs: Cache<ClusterImageCatalog>,
}

impl Stores {
    /// Starts all watches; what concerns a cluster is sent to `due`.
    pub fn start(
        client: &Client,
        namespaces: &[String],
        operator_namespace: &str,
        ages: &Arc<Ages>,
        due: &UnboundedSender<Key>,
        stop: &Stop,
    ) -> Self {
        let watcher = Watcher { client: client.clone(), due: due.clone(), stop: stop.clone() };
        let watched = Scope::namespaces(namespaces);
        // The operator's own ConfigMaps and Secrets are copied to the clusters.
        let with_own = Scope::namespaces_and(namespaces, operator_namespace);
        let of_clusters = || Config::default().labels(labels::CLUSTER);
        let instances =
            Config::default().labels(&format!("{},{}=instance", labels::CLUSTER, labels::POD_ROLE));

        let clusters = watcher.watch(&watched, Config::default(), |old: Option<&Cluster>, new| {
            let key = new.or(old).map(|one| named(&one.metadata));
            key.into_iter().collect()
        });
        let users = clusters.clone();
        let all = clusters.clone();
        let own = operator_namespace.to_owned();
        let seen = Arc::clone(ages);
        let pods = watcher.watch(&watched, instances, owned::<Pod>);
        let hosted = pods.clone();
        Self {
            claims: watcher.watch(&watched, of_clusters(), labelled),
            jobs: watcher.watch(&watched, of_clusters(), owned),
            services: watcher.watch(&watched, of_clusters(), owned),
            budgets: watcher.watch(&watched, of_clusters(), specified),
            accounts: watcher.watch(&watched, of_clusters(), owned),
            roles: watcher.watch(&watched, of_clusters(), owned),
            bindings: watcher.watch(&watched, of_clusters(), owned),
            leases: watcher
                .watch(&watched, of_clusters(), move |old, new| lease_changed(&seen, old, new)),
            quorums: watcher.watch(&watched, Config::default(), owned),
            secrets: watcher.watch_metadata(
                &with_own,
                Config::default().fields("type!=helm.sh/release.v1"),
                material(users, own.clone()),
            ),
            config_maps: watcher.watch_metadata(&with_own, Config::default(), material(all, own)),
            nodes: watcher.watch_everywhere(move |old, new| node_changed(&hosted, old, new)),
            poolers: watcher.watch(&watched, Config::default(), |old: Option<&Pooler>, new| {
                let pooler = new.or(old);
                pooler.map(pooler_of).into_iter().collect()
            }),
            database_roles: watcher.watch(&watched, Config::default(), role_changed),
            catalogs: watcher.watch(&watched, Config::default(), {
                let clusters = clusters.clone();
                move |old: Option<&ImageCatalog>, new: Option<&ImageCatalog>| {
                    let name = new.or(old).map(|one| &one.metadata);
                    users_of_catalog(&clusters, name)
                }
            }),
            cluster_catalogs: watcher.watch_everywhere({
                let clusters = clusters.clone();
                move |old: Option<&ClusterImageCatalog>, new: Option<&ClusterImageCatalog>| {
                    let name = new.or(old).map(|one| &one.metadata);
                    users_of_catalog(&clusters, name)
                }
            }),
            pods,
            clusters,
        }
    }

    /// Waits until every store has had its first list.
    pub async fn ready(&self) {
        tokio::join!(
            self.clusters.ready(),
            self.pods.ready(),
            self.claims.ready(),
            self.jobs.ready(),
            self.services.ready(),
            self.budgets.ready(),
            self.accounts.ready(),
            self.roles.ready(),
            self.bindings.ready(),
            self.leases.ready(),
            self.quorums.ready(),
            self.secrets.ready(),
            self.config_maps.ready(),
            self.nodes.ready(),
            self.poolers.ready(),
            self.database_roles.ready(),
        );
    }
}

fn named(meta: &ObjectMeta) -> Key {
    Key::new(meta.namespace.clone().unwrap_or_default(), meta.name.clone().unwrap_or_default())
}

/// The cluster that owns an object.
pub fn owner(meta: &ObjectMeta) -> Option<Key> {
    let mut owners = meta.owner_references.iter().flatten();
    let owner = owners.find(|owner| {
        let group = owner.api_version.split('/').next();
        owner.kind == "Cluster" && group == Some(api::GROUP)
    })?;
    Some(Key::new(meta.namespace.clone().unwrap_or_default(), owner.name.clone()))
}

fn owned<K: Resource>(old: Option<&K>, new: Option<&K>) -> Vec<Key> {
    new.or(old).and_then(|one| owner(one.meta())).into_iter().collect()
}

/// Volume claims also count while nobody owns them: a restored cluster adopts them.
fn labelled(old: Option<&PersistentVolumeClaim>, new: Option<&PersistentVolumeClaim>) -> Vec<Key> {
    let Some(claim) = new.or(old) else { return Vec::new() };
    let meta = &claim.metadata;
    let label = meta.labels.as_ref().and_then(|labels| labels.get(labels::CLUSTER));
    let named = label.map(|name| Key::new(meta.namespace.clone().unwrap_or_default(), name));
    owner(meta).or(named).into_iter().collect()
}

/// The status of a budget changes with every pod, and says nothing to us.
fn specified(old: Option<&PodDisruptionBudget>, new: Option<&PodDisruptionBudget>) -> Vec<Key> {
    let parts = |one: &PodDisruptionBudget| {
        (one.spec.clone(), one.metadata.labels.clone(), one.metadata.annotations.clone())
    };
    if old.map(parts) == new.map(parts) { Vec::new() } else { owned(old, new) }
}

/// A renewal is a sign of life, and no reason for a pass.
fn lease_changed(ages: &Ages, old: Option<&Lease>, new: Option<&Lease>) -> Vec<Key> {
    if let Some(lease) = new {
        ages.seen(lease);
    }
    let holder = |lease: &Lease| {
        let spec = lease.spec.as_ref();
        let notes = lease.metadata.annotations.clone().unwrap_or_default();
        let told = notes.into_iter().filter(|(key, _)| key != api::annotations::LEASE_RENEWALS);
        (
            spec.and_then(|spec| spec.holder_identity.clone()),
            spec.and_then(|spec| spec.lease_transitions),
            told.collect::<Vec<_>>(),
        )
    };
    if old.map(holder) == new.map(holder) { Vec::new() } else { owned(old, new) }
}

/// Secrets and ConfigMaps count when a cluster owns them, or when their label asks for it.
fn material<K: Resource<DynamicType = ()>>(
    clusters: Cache<Cluster>,
    operator_namespace: String,
) -> impl Fn(Option<&K>, Option<&K>) -> Vec<Key> + Clone {
    move |old, new| {
        let Some(one) = new.or(old) else { return Vec::new() };
        let meta = one.meta();
        if let Some(owner) = owner(meta) {
            return vec![owner];
        }
        let reload = |one: &K| {
            one.meta().labels.as_ref().is_some_and(|all| all.contains_key(labels::RELOAD))
        };
        if !old.is_some_and(reload) && !new.is_some_and(reload) {
            return Vec::new();
        }
        let namespace = meta.namespace.as_deref().unwrap_or_default();
        let concerned = if namespace == operator_namespace {
            clusters.all()
        } else {
            clusters.within(namespace)
        };
        concerned.iter().map(|cluster| named(&cluster.metadata)).collect()
    }
}

/// Whether a node takes pods is all that concerns clusters.
fn node_changed(pods: &Cache<Pod>, old: Option<&Node>, new: Option<&Node>) -> Vec<Key> {
    let parts = |node: &Node| {
        let spec = node.spec.clone().unwrap_or_default();
        (spec.unschedulable.unwrap_or(false), spec.taints.unwrap_or_default())
    };
    if old.is_none() || old.map(parts) == new.map(parts) {
        return Vec::new();
    }
    let Some(name) = new.or(old).and_then(|node| node.metadata.name.as_deref()) else {
        return Vec::new();
    };
    let there = pods
        .all()
        .into_iter()
        .filter(|pod| pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref()) == Some(name));
    let keys: BTreeSet<Key> = there.filter_map(|pod| owner(&pod.metadata)).collect();
    keys.into_iter().collect()
}

fn pooler_of(pooler: &Pooler) -> Key {
    let namespace = pooler.metadata.namespace.clone().unwrap_or_default();
    Key::new(namespace, pooler.spec.cluster.name.clone())
}

/// What a role should be, or its end; its status is the instance's own affair.
fn role_changed(old: Option<&DatabaseRole>, new: Option<&DatabaseRole>) -> Vec<Key> {
    let parts =
        |role: &DatabaseRole| (role.metadata.generation, role.metadata.deletion_timestamp.clone());
    if old.map(parts) == new.map(parts) {
        return Vec::new();
    }
    let key = new.or(old).map(|role| {
        Key::new(
            role.metadata.namespace.clone().unwrap_or_default(),
            role.spec.cluster.name.clone(),
        )
    });
    key.into_iter().collect()
}

fn users_of_catalog(clusters: &Cache<Cluster>, catalog: Option<&ObjectMeta>) -> Vec<Key> {
    let Some(catalog) = catalog else { return Vec::new() };
    let found = match catalog.namespace.as_deref() {
        Some(namespace) => clusters.within(namespace),
        None => clusters.all(),
    };
    let uses = |cluster: &&Arc<Cluster>| {
        let reference = cluster.spec.image_catalog_ref.as_ref();
        reference.is_some_and(|one| Some(&one.name) == catalog.name.as_ref())
    };
    found.iter().filter(uses).map(|cluster| named(&cluster.metadata)).collect()
}
