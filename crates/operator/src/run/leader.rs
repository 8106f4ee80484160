//! What only one replica may do.

use std::sync::Arc;

use k8s_openapi::api::coordination::v1::Lease;
use kube::{Api, Client};
use kubekit::lease::Timing;
use kubekit::lease::election::{self, Ended, Leadership, lead};
use kubekit::stop::Stop;
use tracing::info;

use super::{Ending, Error, Options};
use crate::backup::start::Observers;
use crate::cluster::{self, start::Surroundings};
use crate::metrics::Metrics;

/// The Lease all operators of a namespace compete for; other releases use the same name, so that
/// during an upgrade only one of old and new acts.
const LEASE: &str = "db9c8771.cnpg.io";
const RETRY: std::time::Duration = std::time::Duration::from_secs(2);

/// Leads when it may, and works while it leads.
pub async fn run(
    client: Client,
    surroundings: Surroundings,
    options: Options,
    metrics: Arc<Metrics>,
    ending: Ending,
) -> Result<(), Error> {
    let namespace = surroundings.namespace.clone();
    let work = Work {
        client: client.clone(),
        surroundings,
        concurrency: options.concurrency,
        metrics: Arc::clone(&metrics),
    };
    let Some(times) = options.election else {
        return controllers(None, work, ending.leaving).await;
    };
    let settings = election::Settings {
        name: LEASE.to_owned(),
        identity: identity(),
        timing: Timing::new(times.lease, times.deadline, RETRY)?,
    };
    let api: Api<Lease> = Api::namespaced(client, &namespace);
    let (gauge, leaving) = (metrics.leader(LEASE), ending.leaving.clone());
    gauge.set(0);
    let mut failed = None;
    let ended = lead(api, settings, ending.leaving, |leadership| {
        gauge.set(1);
        let failed = &mut failed;
        async move {
            *failed = controllers(Some(leadership), work, leaving).await.err();
        }
    });
    let ended = ended.await;
    gauge.set(0);
    match (ended, failed) {
        (_, Some(error)) => Err(error),
        (Ended::Stopped, None) => Ok(()),
        // The process ends at once: no worker may outlive the proof that it is alone.
        (Ended::Lost, None) => Err(Error::LeaseLost),
    }
}

/// What the controllers work with.
struct Work {
    client: Client,
    surroundings: Surroundings,
    concurrency: usize,
    metrics: Arc<Metrics>,
}

/// Runs the controllers until told to leave.
async fn controllers(
    leadership: Option<Leadership>,
    work: Work,
    leaving: Stop,
) -> Result<(), Error> {
    let alone = leadership.as_ref().is_none_or(Leadership::is_held);
    let Work { client, surroundings, concurrency, metrics } = work;
    info!(alone, concurrency, "leading");
    let observe = metrics.controller("cluster", concurrency);
    let observers = Observers {
        backups: metrics.controller("backup", 1),
        schedules: metrics.controller("scheduledbackup", concurrency),
    };
    cluster::start::run(client, surroundings, concurrency, observe, observers, leaving).await?;
    Ok(())
}

/// The name of this pod, or of this machine.
pub fn host() -> String {
    let name = std::env::var("HOSTNAME")
        .or_else(|_| std::fs::read_to_string("/proc/sys/kernel/hostname"))
        .unwrap_or_default();
    name.trim().to_owned()
}

/// The pod's name for people, and a random part because a pod may start this program twice.
fn identity() -> String {
    let mut random = [0; 16];
    let source = rustls::crypto::ring::default_provider().secure_random;
    source.fill(&mut random).expect("the kernel always has random numbers");
    let random: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}_{random}", host())
}
