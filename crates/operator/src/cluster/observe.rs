//! Reads what a pass must know; writes nothing.

use std::collections::BTreeMap;

use api::cluster::Cluster;
use api::failover_quorum::FailoverQuorum;
use api::image_catalog::CatalogImage;
use api::labels;
use jiff::Timestamp;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Node, PersistentVolumeClaim, Pod};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::api::ListParams;
use kube::{Api, Resource};
use kubekit::calls::{self, LIMIT, within};
use planner::cluster::{self as plan, Objects, Operator, Seen, Source, Trouble};
use protocol::status::PostgresqlStatus;

use super::ask::{Answer, Instance};
use super::context::Context;
use super::leadership;
use super::origin;
use super::stores::Key;

#[derive(Debug, thiserror::Error)]
#[error("failed to read {what}")]
pub struct Error {
    pub what: &'static str,
    pub source: calls::Error,
}

/// Where pods, claims and jobs are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// In the stores: good enough to see that nothing is to be done.
    Watched,
    /// At the API server: whoever changes the topology or the primary must not act on the past.
    Live,
}

/// The pods, claims and jobs that carry the label of a cluster.
#[derive(Debug, Default)]
struct Parts {
    pods: Vec<Pod>,
    claims: Vec<PersistentVolumeClaim>,
    jobs: Vec<Job>,
}

/// All that is to be known of a cluster that passed the checks.
pub async fn observe(
    cx: &Context,
    cluster: &Cluster,
    objects: Objects,
    server_ca: &str,
    freshness: Freshness,
) -> Result<Seen, Error> {
    let key = key(cluster);
    let uid = cluster.metadata.uid.as_deref().unwrap_or_default();
    let parts = match freshness {
        Freshness::Watched => watched(cx, &key),
        Freshness::Live => live(cx, &key).await?,
    };
    let (pods, orphan_pods) = split(parts.pods, uid);
    let (claims, orphan_claims) = split(parts.claims, uid);
    let (jobs, _) = split(parts.jobs, uid);
    let nodes: Vec<Node> = cx.stores.nodes.all().iter().map(|node| (**node).clone()).collect();

    let (answers, lease, quorum) = tokio::join!(
        answers(cx, &key, server_ca, &pods),
        one::<Lease>(cx, &key, "the primary lease"),
        quorum(cx, &key, cluster),
    );
    let (lease, quorum) = (lease?, quorum?);
    let origin = origin::find(cx, cluster).await;
    let origin = origin.map_err(|source| Error { what: "the backup to restore", source })?;
    let now = Timestamp::now();
    let records = leadership::Records {
        cluster,
        lease: lease.as_ref(),
        quorum: quorum.as_ref(),
        pods: &pods,
        nodes: &nodes,
        answers: &answers,
        drain_taints: &cx.settings.drain_taints,
        now,
    };
    let leadership = leadership::seen(&records, &cx.ages);
    Ok(Seen {
        leadership,
        answers: answers.into_iter().map(|(name, answer)| (name, told(answer))).collect(),
        pods,
        claims,
        jobs,
        orphan_claims,
        orphan_pods,
        nodes,
        catalog: catalog(cx, cluster),
        source: origin::source(cluster, origin.as_ref()),
        objects,
        ..nothing(cx, cluster, None)
    })
}

/// What there is to say about a cluster that a pass could not look at.
pub fn nothing(cx: &Context, cluster: &Cluster, trouble: Option<Trouble>) -> Seen {
    Seen {
        cluster: cluster.clone(),
        now: Timestamp::now(),
        trouble,
        pods: Vec::new(),
        claims: Vec::new(),
        jobs: Vec::new(),
        orphan_claims: Vec::new(),
        orphan_pods: Vec::new(),
        nodes: Vec::new(),
        answers: BTreeMap::new(),
        leadership: None,
        objects: Objects::default(),
        operator: operator(cx, &key(cluster)),
        installation: cx.installation.clone(),
        kubernetes: cx.kubernetes,
        source: Source::Direct,
        catalog: None,
    }
}

fn operator(cx: &Context, key: &Key) -> Operator {
    Operator {
        commit_hash: "none".to_owned(),
        hash: cx.binaries.own_hash(),
        architectures: cx.binaries.architectures(),
        certificate_fingerprint: cx.identity.fingerprint().to_owned(),
        in_place_updates: cx.settings.inplace_manager_updates,
        drain_taints: cx.settings.drain_taints.clone(),
        rollout_in: cx.rollouts.wait(key, &cx.settings),
    }
}

/// The names of a cluster.
pub fn key(cluster: &Cluster) -> Key {
    let meta = &cluster.metadata;
    Key::new(meta.namespace.clone().unwrap_or_default(), meta.name.clone().unwrap_or_default())
}

fn watched(cx: &Context, key: &Key) -> Parts {
    fn of<K: Resource + Clone>(all: Vec<std::sync::Arc<K>>, cluster: &str) -> Vec<K> {
        let all = all.into_iter().filter(|one| labelled(one.meta(), cluster));
        all.map(|one| (*one).clone()).collect()
    }
    Parts {
        pods: of(cx.stores.pods.within(&key.namespace), &key.name),
        claims: of(cx.stores.claims.within(&key.namespace), &key.name),
        jobs: of(cx.stores.jobs.within(&key.namespace), &key.name),
    }
}

async fn live(cx: &Context, key: &Key) -> Result<Parts, Error> {
    let label = format!("{}={}", labels::CLUSTER, key.name);
    let instances = ListParams::default().labels(&format!("{label},{}=instance", labels::POD_ROLE));
    let all = ListParams::default().labels(&label);
    let pods: Api<Pod> = Api::namespaced(cx.client.clone(), &key.namespace);
    let claims: Api<PersistentVolumeClaim> = Api::namespaced(cx.client.clone(), &key.namespace);
    let jobs: Api<Job> = Api::namespaced(cx.client.clone(), &key.namespace);
    let (pods, claims, jobs) = tokio::join!(
        within(LIMIT, pods.list(&instances)),
        within(LIMIT, claims.list(&all)),
        within(LIMIT, jobs.list(&all)),
    );
    let failed = |what| move |source| Error { what, source };
    Ok(Parts {
        pods: sorted(pods.map_err(failed("the pods"))?.items),
        claims: sorted(claims.map_err(failed("the volume claims"))?.items),
        jobs: sorted(jobs.map_err(failed("the jobs"))?.items),
    })
}

fn sorted<K: Resource>(mut all: Vec<K>) -> Vec<K> {
    for one in &mut all {
        one.meta_mut().managed_fields = None;
    }
    all.sort_by(|one, other| one.meta().name.cmp(&other.meta().name));
    all
}

fn labelled(meta: &ObjectMeta, cluster: &str) -> bool {
    meta.labels.as_ref().and_then(|all| all.get(labels::CLUSTER)).is_some_and(|it| it == cluster)
}

/// Those that the cluster owns, and those that nobody owns.
fn split<K: Resource>(all: Vec<K>, uid: &str) -> (Vec<K>, Vec<K>) {
    let owners = |one: &K| one.meta().owner_references.clone().unwrap_or_default();
    let mut owned = Vec::new();
    let mut orphans = Vec::new();
    for one in all {
        let owners = owners(&one);
        if owners.iter().any(|owner| owner.uid == uid) {
            owned.push(one);
        } else if owners.is_empty() {
            orphans.push(one);
        }
    }
    (owned, orphans)
}

async fn one<K>(cx: &Context, key: &Key, what: &'static str) -> Result<Option<K>, Error>
where
    K: Resource<DynamicType = (), Scope = kube::core::NamespaceResourceScope>
        + Clone
        + std::fmt::Debug
        + serde::de::DeserializeOwned,
{
    let api: Api<K> = Api::namespaced(cx.client.clone(), &key.namespace);
    within(LIMIT, api.get_opt(&key.name)).await.map_err(|source| Error { what, source })
}

/// Where no commit waits for a standby, nobody writes this record and nobody needs it.
async fn quorum(
    cx: &Context,
    key: &Key,
    cluster: &Cluster,
) -> Result<Option<FailoverQuorum>, Error> {
    let spec = &cluster.spec;
    let synchronous =
        spec.postgresql.synchronous.is_some() || spec.min_sync_replicas.unwrap_or(0) > 0;
    if !synchronous && cx.stores.quorums.get(&key.namespace, &key.name).is_none() {
        return Ok(None);
    }
    one::<FailoverQuorum>(cx, key, "the quorum of standbys").await
}

/// Asks every instance that runs.
async fn answers(
    cx: &Context,
    key: &Key,
    server_ca: &str,
    pods: &[Pod],
) -> BTreeMap<String, Answer> {
    let instances: Vec<Instance> = pods.iter().filter_map(instance).collect();
    if instances.is_empty() {
        return BTreeMap::new();
    }
    match cx.asker.client(&key.namespace, &key.name, server_ca) {
        Ok(client) => client.statuses(&instances).await.into_iter().collect(),
        Err(error) => {
            let answer = |one: Instance| (one.name, Answer::Unreachable(error.to_string()));
            instances.into_iter().map(answer).collect()
        }
    }
}

/// How an instance is reached, once its pod runs.
pub fn instance(pod: &Pod) -> Option<Instance> {
    let status = pod.status.as_ref()?;
    if status.phase.as_deref() != Some("Running") {
        return None;
    }
    let spec = pod.spec.as_ref()?;
    let container = spec.containers.iter().find(|one| one.name == "postgres")?;
    let tls = container.command.iter().flatten().any(|word| word == "--status-port-tls");
    Some(Instance {
        name: pod.metadata.name.clone()?,
        address: status.pod_ip.as_deref()?.parse().ok()?,
        tls,
    })
}

fn told(answer: Answer) -> plan::Answer {
    match answer {
        Answer::Status(status) => plan::Answer::Reported(Box::new(reported(*status))),
        Answer::Refused(why) => plan::Answer::Refused(why),
        Answer::Unreachable(why) => plan::Answer::Unreachable(why),
    }
}

fn reported(status: PostgresqlStatus) -> plan::Reported {
    plan::Reported {
        is_primary: status.is_primary,
        system_id: status.system_id,
        timeline_id: status.timeline_id,
        current_lsn: status.current_lsn,
        received_lsn: status.received_lsn,
        replay_lsn: status.replay_lsn,
        pending_restart: status.pending_restart,
        pending_restart_for_decrease: status.pending_restart_for_decrease,
        is_wal_receiver_active: status.is_wal_receiver_active,
        is_pg_rewind_running: status.is_pg_rewind_running,
        might_be_unavailable: status.might_be_unavailable,
        loaded_configuration_hash: status.loaded_configuration_hash,
        executable_hash: status.executable_hash,
        instance_manager_version: status.instance_manager_version,
        instance_arch: status.instance_arch,
        is_instance_manager_upgrading: status.is_instance_manager_upgrading,
        session_id: status.session_id,
    }
}

fn catalog(cx: &Context, cluster: &Cluster) -> Option<Vec<CatalogImage>> {
    let reference = cluster.spec.image_catalog_ref.as_ref()?;
    if reference.kind == "ClusterImageCatalog" {
        let all = cx.stores.cluster_catalogs.all();
        let found = all.iter().find(|one| one.metadata.name.as_ref() == Some(&reference.name));
        found.map(|catalog| catalog.spec.images.clone())
    } else {
        let namespace = cluster.metadata.namespace.as_deref().unwrap_or_default();
        cx.stores.catalogs.get(namespace, &reference.name).map(|one| one.spec.images.clone())
    }
}
