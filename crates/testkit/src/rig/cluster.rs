//! A living `Cluster` on a rig, as its users meet it: applied, waited for, connected to.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use api::Cluster;
use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::api::core::v1::{Pod, PodCondition, Secret, Service};
use kube::Api;
use kube::api::{
    ApiResource, DynamicObject, ListParams, Patch, PatchParams, WatchEvent, WatchParams,
};
use kube::runtime::wait::await_condition;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{Rig, images, operator};
use crate::probe::{Ledger, NodeNet, Target, Tls};
use crate::until::until;

/// `status.phase` of a cluster that nothing is wrong with.
const HEALTHY: &str = "Cluster in healthy state";

/// How long the nodes may take to send a service where it leads.
const FOLLOWS: Duration = Duration::from_secs(30);

/// One cluster, by its name in its namespace.
#[derive(Debug, Clone)]
pub struct Living {
    rig: Rig,
    namespace: String,
    name: String,
}

impl Living {
    /// Applies a cluster with this spec, as a user with `kubectl apply --server-side` would.
    pub fn apply(rig: &Rig, namespace: &str, name: &str, spec: &Value) -> Result<Self> {
        let object = json!({
            "apiVersion": "postgresql.cnpg.io/v1",
            "kind": "Cluster",
            "metadata": {"name": name, "namespace": namespace},
            "spec": spec,
        });
        operator::apply(rig, &object.to_string())?;
        Ok(Self::named(rig, namespace, name))
    }

    /// Applies a small cluster; further fields of its spec come with `more`.
    pub fn small(
        rig: &Rig,
        namespace: &str,
        name: &str,
        instances: i64,
        more: &Value,
    ) -> Result<Self> {
        let mut spec = json!({
            "instances": instances,
            "imageName": images::POSTGRESQL_17,
            "storage": {"size": "1Gi"},
        });
        if let (Some(spec), Some(more)) = (spec.as_object_mut(), more.as_object()) {
            spec.extend(more.clone());
        }
        Self::apply(rig, namespace, name, &spec)
    }

    /// A cluster that somebody else has applied.
    #[must_use]
    pub fn named(rig: &Rig, namespace: &str, name: &str) -> Self {
        Self { rig: rig.clone(), namespace: namespace.to_owned(), name: name.to_owned() }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Objects of its namespace.
    pub fn objects<K>(&self) -> Api<K>
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope>,
        K::DynamicType: Default,
    {
        Api::namespaced(self.rig.client(), &self.namespace)
    }

    /// The object as it is now.
    pub async fn get(&self) -> Result<Cluster> {
        Ok(self.objects::<Cluster>().get(&self.name).await?)
    }

    /// Merges a patch into the object.
    pub async fn patch(&self, patch: &Value) -> Result<Cluster> {
        let clusters: Api<Cluster> = self.objects();
        Ok(clusters.patch(&self.name, &PatchParams::default(), &Patch::Merge(patch)).await?)
    }

    /// Merges a patch into the status, as the plugin does.
    pub async fn patch_status(&self, status: &Value) -> Result<Cluster> {
        let clusters: Api<Cluster> = self.objects();
        let patch = json!({ "status": status });
        Ok(clusters
            .patch_status(&self.name, &PatchParams::default(), &Patch::Merge(&patch))
            .await?)
    }

    /// Waits until the question about the object has an answer; tells the last phase if it never
    /// has.
    pub async fn until<T>(
        &self,
        what: &str,
        patience: Duration,
        mut ask: impl FnMut(&Cluster) -> Option<T>,
    ) -> Result<T> {
        until(what, patience, async || {
            let cluster = self.get().await?;
            ask(&cluster).with_context(|| format!("{}: {}", self.name, tell(&cluster)))
        })
        .await
    }

    /// Waits until the cluster has been in a phase since this version of it, however shortly, and
    /// says the reason that was told with it.
    pub async fn passes_through(
        &self,
        since: &Cluster,
        phase: &str,
        patience: Duration,
    ) -> Result<String> {
        let version = since.metadata.resource_version.as_deref().unwrap_or_default();
        let kind = ApiResource::erase::<Cluster>(&());
        let api: Api<DynamicObject> =
            Api::namespaced_with(self.rig.client(), &self.namespace, &kind);
        let only = WatchParams::default().fields(&format!("metadata.name={}", self.name));
        let passed = async {
            let mut events = api.watch(&only, version).await?.boxed();
            while let Some(event) = events.try_next().await? {
                let WatchEvent::Modified(object) = event else { continue };
                let status = &object.data["status"];
                if status["phase"] == phase {
                    return Ok(status["phaseReason"].as_str().unwrap_or_default().to_owned());
                }
            }
            bail!("the API server ended the watch")
        };
        let late = || format!("{} was never in the phase {phase:?}", self.name);
        timeout(patience, passed).await.with_context(late)?
    }

    /// Waits until so many instances are ready, nothing is under way and the phase says so.
    pub async fn healthy(&self, instances: i64, patience: Duration) -> Result<Cluster> {
        let what = format!("healthy with {instances} instances");
        self.until(&what, patience, |cluster| {
            let status = cluster.status.as_ref()?;
            let ready =
                status.conditions.iter().any(|it| it.type_ == "Ready" && it.status == "True");
            let whole = status.ready_instances == Some(instances)
                && status.instances == Some(instances)
                && status.current_primary.is_some()
                && status.current_primary == status.target_primary
                && status.phase.as_deref() == Some(HEALTHY);
            (ready && whole).then(|| cluster.clone())
        })
        .await
    }

    /// The instance that was promoted last.
    pub async fn primary(&self) -> Result<String> {
        let status = self.get().await?.status.unwrap_or_default();
        status.current_primary.with_context(|| format!("{} has no primary yet", self.name))
    }

    /// The pods of its instances, by name.
    pub async fn pods(&self) -> Result<Vec<Pod>> {
        let selector = format!("cnpg.io/cluster={},cnpg.io/podRole=instance", self.name);
        let pods: Api<Pod> = self.objects();
        Ok(pods.list(&ListParams::default().labels(&selector)).await?.items)
    }

    /// A key of one of its secrets, such as `password` of `app`.
    pub async fn secret(&self, suffix: &str, key: &str) -> Result<String> {
        let name = format!("{}-{suffix}", self.name);
        let secrets: Api<Secret> = self.objects();
        let secret = secrets.get(&name).await?;
        let value = secret.data.and_then(|mut data| data.remove(key));
        let bytes = value.with_context(|| format!("secret {name} has no key {key}"))?.0;
        Ok(String::from_utf8(bytes)?)
    }

    /// The application's way in through a service (`rw`, `ro`, `r`), with the certificate checked.
    pub async fn target(&self, service: &str) -> Result<Target> {
        let name = format!("{}-{service}", self.name);
        let services: Api<Service> = self.objects();
        let address = services.get(&name).await?.spec.and_then(|spec| spec.cluster_ip);
        let address: IpAddr = address.with_context(|| format!("{name} has no address"))?.parse()?;
        let (user, password) =
            (self.secret("app", "username").await?, self.secret("app", "password").await?);
        let authority = self.secret("ca", "ca.crt").await?;
        let target = Target::new(SocketAddr::new(address, 5432), &user, &password)
            .tls(Tls::Verified { authority, name: format!("{name}.{}.svc", self.namespace) });
        Ok(target.database(&self.secret("app", "dbname").await?))
    }

    /// Begins to write through the `rw` service from a node that this instance does not run on.
    pub async fn ledger(&self, away_from: Option<&str>) -> Result<(Ledger, Target)> {
        let service = self.target("rw").await?;
        let busy = match away_from {
            Some(pod) => self.objects::<Pod>().get(pod).await?.spec.and_then(|spec| spec.node_name),
            None => None,
        };
        let node = self.rig.nodes().find(|node| Some(node.to_string()) != busy);
        let node = node.context("the rig has no other node")?;
        let ledger = Ledger::start(&NodeNet::of(self.rig.layout(), node), &service).await?;
        Ok((ledger, service))
    }

    /// Runs SQL in an instance's container as the superuser; rows of bare values.
    pub fn sql(&self, instance: &str, sql: &str) -> Result<String> {
        let words = ["exec", instance, "-n", &self.namespace, "-c", "postgres", "--"];
        let psql = ["psql", "-XAt", "-v", "ON_ERROR_STOP=1", "-d", "app", "-c", sql];
        Ok(self.rig.kubectl(words.into_iter().chain(psql))?.trim_end().to_owned())
    }

    /// Runs SQL as the application, from a container of an instance through a service. A service
    /// that leads nowhere yet is waited for: kube-proxy follows the cluster in its own time.
    pub async fn sql_through(&self, service: &str, from: &str, sql: &str) -> Result<String> {
        let password = format!("PGPASSWORD={}", self.secret("app", "password").await?);
        let host = format!("{}-{service}", self.name);
        let words = ["exec", from, "-n", &self.namespace, "-c", "postgres", "--", "env", &password];
        let psql = ["psql", "-XAt", "-v", "ON_ERROR_STOP=1", "-h", &host, "-U", "app", "-d", "app"];
        let words = words.into_iter().chain(psql).chain(["-c", sql]);
        let said = until("sent where the service leads", FOLLOWS, async || {
            match self.rig.kubectl(words.clone()) {
                Err(error) if format!("{error:#}").contains("Connection refused") => Err(error),
                said => Ok(said),
            }
        });
        Ok(said.await??.trim_end().to_owned())
    }

    /// Deletes an instance's pod by force and waits until another of its name is ready; who leads
    /// then depends on whether the lost one could give its lease back.
    pub async fn lose_pod(&self, instance: &str, patience: Duration) -> Result<()> {
        let pods: Api<Pod> = self.objects();
        let before = pods.get(instance).await?.metadata.uid;
        let deleted = ["delete", "pod", instance, "--force", "--grace-period=0"];
        self.rig.kubectl(deleted.into_iter().chain(["-n", &self.namespace]))?;
        // Only then has the status had to tell of the loss.
        let anew = |pod: Option<&Pod>| {
            pod.is_some_and(|pod| pod.metadata.uid != before) && pod.is_some_and(is_ready)
        };
        timeout(patience, await_condition(pods, instance, anew))
            .await
            .with_context(|| format!("{instance} did not come back"))??;
        Ok(())
    }

    /// Names another primary, as `kubectl cnpg promote` does.
    pub async fn promote(&self, instance: &str) -> Result<()> {
        let now = jiff::Timestamp::now();
        ensure!(self.primary().await? != instance, "{instance} is the primary already");
        self.patch_status(&json!({
            "targetPrimary": instance,
            "targetPrimaryTimestamp": now.to_string(),
            "phase": "Switchover in progress",
            "phaseReason": format!("Switching over to {instance}"),
        }))
        .await?;
        Ok(())
    }
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_ref());
    let is = |all: &Vec<_>| {
        all.iter().any(|it: &PodCondition| it.type_ == "Ready" && it.status == "True")
    };
    conditions.is_some_and(is)
}

/// What the object said last, for a wait that did not end well.
fn tell(cluster: &Cluster) -> String {
    let Some(status) = cluster.status.as_ref() else {
        return "it has no status".to_owned();
    };
    format!(
        "phase {:?} ({}), {} of {} ready, primary {:?}, target {:?}",
        status.phase.as_deref().unwrap_or("none"),
        status.phase_reason.as_deref().unwrap_or("no reason"),
        status.ready_instances.unwrap_or(0),
        status.instances.unwrap_or(0),
        status.current_primary.as_deref().unwrap_or("none"),
        status.target_primary.as_deref().unwrap_or("none"),
    )
}
