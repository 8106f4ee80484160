//! The operator as a user installs it: on a real Kubernetes, from the checked-in manifest.
//!
//! Each of these tests has the rig to itself. The operator is installed by the first one and stays.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use k8s_openapi::api::admissionregistration::v1::ValidatingWebhookConfiguration;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Pod, Secret};
use kube::api::{
    Api, ApiResource, DeleteParams, DynamicObject, GroupVersionKind, ListParams, PostParams,
    ResourceExt as _,
};
use serde_json::{Value, json};
use testkit::rig::Rig;
use testkit::rig::faults::{PodName, Signal};
use testkit::rig::images::manager::MANAGER;
use testkit::rig::load::{self, Ware};
use testkit::rig::operator::{self, NAMESPACE};
use testkit::rig::progress::Progress;
use testkit::until::until;
use tokio::sync::OnceCell;

const PATIENCE: Duration = Duration::from_secs(120);
const LEASE: &str = "db9c8771.cnpg.io";

/// A rig with the operator of this checkout on it, for who breaks only what is in a namespace of
/// its own.
pub async fn shared() -> Result<Rig> {
    install().await?;
    Rig::attach().await
}

/// The same for one who changes the operator or the nodes: nobody else is on it meanwhile.
pub async fn alone() -> Result<Rig> {
    install().await?;
    Rig::attach_alone().await
}

async fn install() -> Result<()> {
    static INSTALLED: OnceCell<()> = OnceCell::const_new();
    let install = async || {
        let rig = Rig::attach_alone().await?;
        load::load(&rig, &Ware::Manager, Progress::silent()).await?;
        operator::install(&rig, MANAGER).await
    };
    INSTALLED.get_or_try_init(install).await.map(drop)
}

#[tokio::test]
async fn both_replicas_answer_and_one_leads() -> Result<()> {
    let rig = alone().await?;
    let pods = eventually("two ready replicas", async || {
        let pods = replicas(&rig).await?;
        Ok((pods.len() == 2 && pods.iter().all(is_ready)).then_some(pods))
    })
    .await?;
    let leader = leader(&rig).await?;
    assert!(pods.iter().any(|pod| pod.name_any() == leader), "{leader} is one of them");
    Ok(())
}

#[tokio::test]
async fn the_api_server_asks_the_operator() -> Result<()> {
    let rig = alone().await?;
    let bad = json!({"instances": 1, "storage": {"size": "1Gi"},
        "affinity": {"podAntiAffinityType": "maybe"}});
    let error = try_cluster(&rig, bad).await.expect_err("refused");
    let kube::Error::Api(status) = error else { bail!("no answer: {error}") };
    assert_eq!((status.code, status.reason.as_str()), (422, "Invalid"));
    let start = "admission webhook \"vcluster.cnpg.io\" denied the request: \
                 Cluster.postgresql.cnpg.io \"question\" is invalid: \
                 spec.affinity.podAntiAffinityType: Invalid value: \"maybe\": ";
    assert!(status.message.starts_with(start), "{}", status.message);

    let stored = try_cluster(&rig, good()).await?;
    assert_eq!(stored["spec"]["logLevel"], "info");
    assert_eq!(stored["spec"]["bootstrap"]["initdb"]["database"], "app");
    Ok(())
}

/// With a new CA the API server trusts nothing old: every answer after that is by a replica that
/// took the new certificate, and none of them was restarted for it.
#[tokio::test]
async fn certificates_are_replaced_without_a_restart() -> Result<()> {
    let rig = alone().await?;
    let before = restarts(&rig).await?;
    let secrets: Api<Secret> = Api::namespaced(rig.client(), NAMESPACE);
    let (ca, bundle) = (authority(&secrets).await?, bundle(&rig).await?);
    assert_eq!(ca.as_deref(), Some(&*bundle));
    for name in ["cnpg-webhook-cert", "cnpg-ca-secret"] {
        secrets.delete(name, &DeleteParams::default()).await?;
    }
    let new = eventually("a new CA", async || {
        let new = self::bundle(&rig).await?;
        Ok((new != bundle && authority(&secrets).await?.as_ref() == Some(&new)).then_some(new))
    })
    .await?;
    assert_ne!(new, bundle);
    // Several in a row, so that both replicas are asked.
    let mut answered = 0;
    eventually("ten answers in a row", async || Ok(try_cluster(&rig, good()).await.ok())).await?;
    while answered < 10 {
        try_cluster(&rig, good()).await.context("an answer after the change")?;
        answered += 1;
    }
    assert_eq!(restarts(&rig).await?, before);
    Ok(())
}

#[tokio::test]
async fn a_killed_leader_is_followed_and_one_that_leaves_is_followed_at_once() -> Result<()> {
    let rig = alone().await?;
    let first = leader(&rig).await?;
    let old = identity(&rig).await?;
    rig.faults().kill(&PodName::new(NAMESPACE, &first), "manager", Signal::SIGKILL)?;
    let second = eventually("another leader", async || {
        let now = identity(&rig).await?;
        Ok((!now.is_empty() && now != old).then_some(now))
    })
    .await?;

    let pods: Api<Pod> = Api::namespaced(rig.client(), NAMESPACE);
    let leaving = second.split('_').next().unwrap_or_default();
    let asked = Instant::now();
    pods.delete(leaving, &DeleteParams::default()).await?;
    eventually("the next leader", async || {
        let now = identity(&rig).await?;
        Ok((!now.is_empty() && now != second).then_some(()))
    })
    .await?;
    // Had the lease not been given back, the others would have waited for 15 s.
    let took = asked.elapsed();
    ensure!(took < Duration::from_secs(12), "the lease was not given back: {took:?}");
    Ok(())
}

#[tokio::test]
async fn a_leader_that_stood_still_ends_when_it_wakes() -> Result<()> {
    let rig = alone().await?;
    eventually("two ready replicas", async || {
        let pods = replicas(&rig).await?;
        Ok((pods.len() == 2 && pods.iter().all(is_ready)).then_some(()))
    })
    .await?;
    let (frozen, old) = (leader(&rig).await?, identity(&rig).await?);
    let before = restarts(&rig).await?[&frozen];
    let fault = rig.faults().suspend(&PodName::new(NAMESPACE, &frozen), "manager")?;
    let new = eventually("another leader", async || {
        let now = identity(&rig).await?;
        Ok((!now.is_empty() && now != old).then_some(now))
    })
    .await?;
    fault.heal()?;
    eventually("the end of the old leader", async || {
        let now = restarts(&rig).await?;
        Ok((now.get(&frozen) == Some(&(before + 1))).then_some(()))
    })
    .await?;
    assert_eq!(identity(&rig).await?, new, "the new leader was not disturbed");
    Ok(())
}

fn good() -> Value {
    json!({"instances": 1, "storage": {"size": "1Gi"}})
}

/// Asks for a Cluster without storing it.
async fn try_cluster(rig: &Rig, spec: Value) -> Result<Value, kube::Error> {
    let kind = GroupVersionKind::gvk("postgresql.cnpg.io", "v1", "Cluster");
    let resource = ApiResource::from_gvk(&kind);
    let api: Api<DynamicObject> = Api::namespaced_with(rig.client(), "default", &resource);
    let cluster = DynamicObject::new("question", &resource).data(json!({ "spec": spec }));
    let params = PostParams { dry_run: true, ..PostParams::default() };
    api.create(&params, &cluster).await.map(|stored| stored.data)
}

async fn replicas(rig: &Rig) -> Result<Vec<Pod>> {
    let pods: Api<Pod> = Api::namespaced(rig.client(), NAMESPACE);
    let own = ListParams::default().labels("app.kubernetes.io/name=cloudnative-pg");
    let all = pods.list(&own).await?.items;
    Ok(all.into_iter().filter(|pod| pod.metadata.deletion_timestamp.is_none()).collect())
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    conditions.into_iter().any(|one| one.type_ == "Ready" && one.status == "True")
}

/// How often each replica was started again.
async fn restarts(rig: &Rig) -> Result<BTreeMap<String, i32>> {
    let count = |pod: &Pod| {
        let status = pod.status.as_ref();
        let containers = status.and_then(|status| status.container_statuses.as_ref());
        containers.into_iter().flatten().map(|container| container.restart_count).sum()
    };
    Ok(replicas(rig).await?.iter().map(|pod| (pod.name_any(), count(pod))).collect())
}

/// Who holds the Lease; empty when nobody does.
async fn identity(rig: &Rig) -> Result<String> {
    let leases: Api<Lease> = Api::namespaced(rig.client(), NAMESPACE);
    let lease = leases.get(LEASE).await?;
    Ok(lease.spec.and_then(|spec| spec.holder_identity).unwrap_or_default())
}

/// The pod that leads.
async fn leader(rig: &Rig) -> Result<String> {
    let identity = eventually("a leader", async || {
        let now = identity(rig).await?;
        let pods = replicas(rig).await?;
        let known = pods.iter().any(|pod| now.starts_with(&format!("{}_", pod.name_any())));
        Ok(known.then_some(now))
    })
    .await?;
    Ok(identity.split('_').next().unwrap_or_default().to_owned())
}

/// The CA in the operator's secret.
async fn authority(secrets: &Api<Secret>) -> Result<Option<Vec<u8>>> {
    let data = secrets.get_opt("cnpg-ca-secret").await?.and_then(|secret| secret.data);
    Ok(data.and_then(|mut data| data.remove("ca.crt")).map(|bytes| bytes.0))
}

/// The CA that the API server trusts for validation.
async fn bundle(rig: &Rig) -> Result<Vec<u8>> {
    let api: Api<ValidatingWebhookConfiguration> = Api::all(rig.client());
    let configuration = api.get("cnpg-validating-webhook-configuration").await?;
    let hooks = configuration.webhooks.unwrap_or_default();
    let bundle = hooks.into_iter().next().and_then(|hook| hook.client_config.ca_bundle);
    Ok(bundle.context("a webhook with a CA")?.0)
}

/// Asks again and again until there is something to say.
async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    until(what, PATIENCE, async || ask().await?.context("not yet")).await
}
