//! What users wait for, measured on a rig with a real cluster: creation, switchover, failover.
//!
//! Every figure is told beside its budget, as median and worst. Gaps are those of the ledger: the
//! longest time in which nobody acknowledged a write through the `rw` service.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;
use testkit::rig::cluster::Living;
use testkit::rig::faults::{PodName, Signal};
use testkit::rig::images::manager::MANAGER;
use testkit::rig::load;
use testkit::rig::progress::Progress;
use testkit::rig::scratch::Scratch;
use testkit::rig::{Options, Rig, images, operator};

use crate::tree::{report, runtime, tell};

mod quiet;

/// How long anything may take before a run counts as failed.
const PATIENCE: Duration = Duration::from_secs(240);
const NAME: &str = "bench";
const INSTANCES: i64 = 3;

/// A rig whose operator and instance managers are this program.
pub fn prepare(manager: &Path) -> Result<()> {
    runtime()?.block_on(async {
        let rig = Rig::up(&Options::default()).await?;
        // Before the operator, so that its Deployment finds an image, and after, so that it runs it.
        load::load_manager_program(&rig, manager, Progress::silent()).await?;
        operator::install(&rig, MANAGER).await?;
        load::load_manager_program(&rig, manager, Progress::silent()).await
    })
}

/// So many runs of each measurement, on a rig with an operator; then looks at what is there with
/// the cluster still living.
pub fn run(times: usize, look: impl FnOnce() -> Result<()>) -> Result<()> {
    runtime()?.block_on(measure(times, look))
}

async fn measure(times: usize, look: impl FnOnce() -> Result<()>) -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let (mut created, mut scratch) = (Vec::new(), None);
    for run in 1..=times {
        drop(scratch.take());
        tell(format_args!("creation {run} of {times}"));
        let fresh = Scratch::create(&rig, NAME).await?;
        created.push(create(&rig, &fresh).await?);
        scratch = Some(fresh);
    }
    Figure::of("three instances from apply to Ready", 23.0, created).tell();
    let scratch = scratch.context("at least one run")?;
    let cluster = Living::named(&rig, scratch.name(), NAME);
    // In turn: a server that is killed again and again is given up, as it should be.
    let mut gaps = vec![Vec::new(); HARMS.len()];
    for run in 1..=times {
        for ((name, _, harm), gaps) in HARMS.iter().zip(&mut gaps) {
            tell(format_args!("{name}, {run} of {times}"));
            gaps.push(gap(&rig, &scratch, &cluster, *harm).await?);
        }
    }
    for ((name, budget, _), gaps) in HARMS.iter().zip(gaps) {
        Figure::of(name, *budget, gaps).tell();
    }
    let mut reloads = Vec::new();
    for run in 1..=times {
        reloads.push(reload(&cluster, run).await?);
    }
    Figure::of("a changed parameter, loaded everywhere", 2.0, reloads).tell();
    quiet::tell(&rig, Duration::from_secs(60))?;
    look()
}

/// What is done to the primary.
#[derive(Debug, Clone, Copy)]
enum Harm {
    Switchover,
    KillServer,
    DeletePod,
}

const HARMS: &[(&str, f64, Harm)] = &[
    ("switchover", 1.5, Harm::Switchover),
    ("kill -9 of the postmaster", 1.0, Harm::KillServer),
    ("primary's pod deleted by force", 4.0, Harm::DeletePod),
];

async fn create(rig: &Rig, scratch: &Scratch) -> Result<f64> {
    let started = Instant::now();
    let synchronous = json!({"method": "any", "number": 1});
    let spec = json!({
        "instances": INSTANCES,
        "imageName": images::POSTGRESQL_17,
        "storage": {"size": "1Gi"},
        "postgresql": {"synchronous": synchronous},
    });
    let cluster = Living::apply(rig, scratch.name(), NAME, &spec)?;
    cluster.healthy(INSTANCES, PATIENCE).await?;
    Ok(started.elapsed().as_secs_f64())
}

async fn gap(rig: &Rig, scratch: &Scratch, cluster: &Living, harm: Harm) -> Result<f64> {
    cluster.healthy(INSTANCES, PATIENCE).await?;
    let primary = cluster.primary().await?;
    let (ledger, service) = cluster.ledger(Some(&primary)).await?;
    ledger.acknowledges(20, PATIENCE).await?;
    match harm {
        Harm::Switchover => {
            let pods = cluster.pods().await?;
            let mut names = pods.into_iter().filter_map(|pod| pod.metadata.name);
            let target = names.find(|name| *name != primary).context("no replica")?;
            cluster.promote(&target).await?;
        }
        Harm::KillServer => {
            let pod = PodName::new(scratch.name(), &primary);
            rig.faults().kill(&pod, "postgres", Signal::SIGKILL)?;
        }
        Harm::DeletePod => cluster.lose_pod(&primary, PATIENCE).await?,
    }
    ledger.acknowledges(50, PATIENCE).await?;
    cluster.healthy(INSTANCES, PATIENCE).await?;
    ledger.acknowledges(20, PATIENCE).await?;
    let told = ledger.stop(&service).await?;
    if !told.kept_every_promise() {
        bail!("a promise was broken:\n{told}");
    }
    Ok(told.longest_gap.context("no gap")?.seconds)
}

/// From the change of a parameter to the moment when every server shows it.
async fn reload(cluster: &Living, run: usize) -> Result<f64> {
    cluster.healthy(INSTANCES, PATIENCE).await?;
    let value = format!("{}kB", 4096 + 64 * run);
    let started = Instant::now();
    let parameters = json!({"work_mem": value});
    cluster.patch(&json!({"spec": {"postgresql": {"parameters": parameters}}})).await?;
    let pods = cluster.pods().await?;
    for name in pods.iter().filter_map(|pod| pod.metadata.name.as_deref()) {
        while cluster.sql(name, "show work_mem")? != value {
            if started.elapsed() > PATIENCE {
                bail!("{name} never loaded work_mem = {value}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    Ok(started.elapsed().as_secs_f64())
}

/// Seconds of several runs, and what they may be.
struct Figure {
    name: &'static str,
    budget: f64,
    seconds: Vec<f64>,
}

impl Figure {
    fn of(name: &'static str, budget: f64, mut seconds: Vec<f64>) -> Self {
        seconds.sort_by(f64::total_cmp);
        Self { name, budget, seconds }
    }

    fn tell(&self) {
        let (median, worst) = (self.seconds[self.seconds.len() / 2], self.seconds.last());
        report(format_args!(
            "{:<42} median {median:6.2} s   worst {:6.2} s   of {:2}   budget {:5.2} s",
            self.name,
            worst.copied().unwrap_or(median),
            self.seconds.len(),
            self.budget,
        ));
    }
}
