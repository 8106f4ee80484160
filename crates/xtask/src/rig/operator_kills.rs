//! The operator killed again and again while a cluster is made, scaled, led by another instance,
//! replaced pod by pod and removed: each act has to end as if nobody had died.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, ResourceExt};
use serde_json::json;
use testkit::rig::cluster::Living;
use testkit::rig::faults::{PodName, Signal};
use testkit::rig::images::manager::MANAGER;
use testkit::rig::load::{self, Ware};
use testkit::rig::operator::NAMESPACE;
use testkit::rig::progress::Progress;
use testkit::rig::scratch::Scratch;
use testkit::rig::{Options, Rig, images, operator};
use testkit::until::until;
use tokio::time::sleep;

use crate::tree::{report, tell};

const DEPLOYMENT: &str = "cnpg-controller-manager";
const NAME: &str = "soak";
/// How long one act may take while the operator dies every few seconds.
const PATIENCE: Duration = Duration::from_secs(400);
/// The longest life of an operator; the shortest is over before it has read anything.
const LONGEST: u64 = 9_000;

/// Kills the operator at so many random moments, and fails at the first act that ends otherwise
/// than it should.
pub fn run(kills: u32) -> Result<()> {
    crate::tree::runtime()?.block_on(soak(kills))
}

async fn soak(kills: u32) -> Result<()> {
    let rig = Rig::up(&Options::default()).await?;
    load::load(&rig, &Ware::Manager, Progress::silent()).await?;
    operator::install(&rig, MANAGER).await?;
    alone(&rig).await?;
    let seed = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    report(format_args!("seed {seed}"));
    let killed = Arc::new(AtomicU32::new(0));
    let killer = tokio::spawn(kill(rig.clone(), kills, seed, Arc::clone(&killed)));
    let mut round = 0;
    while !killer.is_finished() || round == 0 {
        round += 1;
        play(&rig, &killed).await.with_context(|| format!("round {round}, seed {seed}"))?;
    }
    killer.await??;
    report(format_args!("{} kills in {round} rounds, always the same end", count(&killed)));
    // As it is installed: two replicas, one of them leading.
    operator::install(&rig, MANAGER).await
}

/// One operator without an election: its successor works at once, and so more often half-way.
async fn alone(rig: &Rig) -> Result<()> {
    let deployments: Api<Deployment> = Api::namespaced(rig.client(), NAMESPACE);
    let deployment = deployments.get(DEPLOYMENT).await?;
    let pod = deployment.spec.template.spec;
    let container =
        pod.and_then(|pod| pod.containers.into_iter().next()).context("no container")?;
    let args: Vec<_> =
        container.args.into_iter().flatten().filter(|word| word != "--leader-elect").collect();
    let template = json!({"spec": {"containers": [{"name": container.name, "args": args}]}});
    let patch = json!({"spec": {"replicas": 1, "template": template}});
    deployments.patch(DEPLOYMENT, &PatchParams::default(), &Patch::Strategic(&patch)).await?;
    rig.kubectl(["rollout", "status", "deployment", DEPLOYMENT, "-n", NAMESPACE]).map(drop)
}

/// Ends lives of the operator. Its pod goes with it, or the kubelet would wait longer each time.
async fn kill(rig: Rig, kills: u32, seed: u64, killed: Arc<AtomicU32>) -> Result<()> {
    let pods: Api<Pod> = Api::namespaced(rig.client(), NAMESPACE);
    let all = ListParams::default().labels("app.kubernetes.io/name=cloudnative-pg");
    let (mut chance, mut last) = (seed | 1, BTreeSet::new());
    while count(&killed) < kills {
        let found = pods.list(&all).await?.items;
        let mut running = found.iter().filter(|pod| {
            let state = pod.status.as_ref().and_then(|status| status.container_statuses.as_ref());
            let runs = |of: &Vec<_>| of.iter().any(|it: &Status| runs(it));
            state.is_some_and(runs) && !last.contains(&pod.name_any())
        });
        let Some(pod) = running.next().map(ResourceExt::name_any) else {
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        sleep(Duration::from_millis(chance % LONGEST)).await;
        // The container may have ended by itself; the next one is found above.
        if rig.faults().kill(&PodName::new(NAMESPACE, &pod), "manager", Signal::SIGKILL).is_ok() {
            killed.fetch_add(1, Ordering::Relaxed);
        }
        let _ = pods.delete(&pod, &DeleteParams::default().grace_period(0)).await;
        last.insert(pod);
    }
    Ok(())
}

type Status = k8s_openapi::api::core::v1::ContainerStatus;

fn runs(status: &Status) -> bool {
    status.state.as_ref().is_some_and(|state| state.running.is_some())
}

fn count(killed: &AtomicU32) -> u32 {
    killed.load(Ordering::Relaxed)
}

async fn play(rig: &Rig, killed: &AtomicU32) -> Result<()> {
    let scratch = Scratch::create(rig, NAME).await?;
    let spec = json!({
        "instances": 3,
        "imageName": images::POSTGRESQL_17,
        "storage": {"size": "1Gi"},
        "postgresql": {"synchronous": {"method": "any", "number": 1}},
    });
    let started = Instant::now();
    let done = |what: &str, since: Instant| {
        tell(format_args!(
            "{what}: {:.1} s, {} kills",
            since.elapsed().as_secs_f64(),
            count(killed)
        ));
    };
    let cluster = accepted(|| async { Living::apply(rig, scratch.name(), NAME, &spec) }).await?;
    ends_with(&cluster, 3).await.context("creation")?;
    cluster
        .sql(&cluster.primary().await?, "create table kept as select generate_series(1, 1000)")?;
    done("created", started);

    for instances in [2, 3] {
        let started = Instant::now();
        let size = json!({"spec": {"instances": instances}});
        accepted(|| cluster.patch(&size)).await?;
        ends_with(&cluster, instances).await.with_context(|| format!("scaling to {instances}"))?;
        done("scaled", started);
    }

    let started = Instant::now();
    let old = cluster.primary().await?;
    let names: Vec<_> = cluster.pods().await?.iter().map(ResourceExt::name_any).collect();
    let new = names.into_iter().find(|name| *name != old).context("no replica")?;
    accepted(|| cluster.promote(&new)).await?;
    ends_with(&cluster, 3).await.context("switchover")?;
    ensure!(cluster.primary().await? == new, "{new} was to lead");
    done("switched over", started);

    let started = Instant::now();
    let stamp = jiff::Timestamp::now().to_string();
    let note = json!({"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": stamp}}});
    accepted(|| cluster.patch(&note)).await?;
    let deadline = Instant::now() + PATIENCE;
    while !cluster.pods().await?.iter().all(|pod| {
        pod.annotations().get("kubectl.kubernetes.io/restartedAt").is_some_and(|at| *at == stamp)
    }) {
        ensure!(Instant::now() < deadline, "not all pods were replaced");
        sleep(Duration::from_millis(200)).await;
    }
    ends_with(&cluster, 3).await.context("rolling restart")?;
    done("replaced pod by pod", started);

    let kept = cluster.sql(&cluster.primary().await?, "select count(*) from kept")?;
    ensure!(kept == "1000", "{kept} rows of 1000 are left");
    Ok(())
}

/// Healthy, with exactly so many pods and volumes, and one primary among them.
async fn ends_with(cluster: &Living, instances: i64) -> Result<()> {
    cluster.healthy(instances, PATIENCE).await?;
    let pods = cluster.pods().await?;
    let of = ListParams::default().labels(&format!("cnpg.io/cluster={}", cluster.name()));
    let claims = cluster.objects::<PersistentVolumeClaim>().list(&of).await?.items;
    let primaries = pods.iter().filter(|pod| {
        pod.labels().get("cnpg.io/instanceRole").is_some_and(|role| role == "primary")
    });
    let seen = (pods.len(), claims.len(), primaries.count());
    let wanted = usize::try_from(instances)?;
    ensure!(seen == (wanted, wanted, 1), "{seen:?} pods, volumes, primaries; wanted {wanted}");
    Ok(())
}

/// Again and again, as a user would: without an operator admission cannot answer.
async fn accepted<T, F>(mut act: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    until("accepted", PATIENCE, async || act().await).await
}
