//! What only one replica may do.

use std::sync::Arc;

use k8s_openapi::api::coordination::v1::Lease;
use kube::{Api, Client};
use kubekit::lease::Timing;
use kubekit::lease::election::{self, Ended, Leadership, lead};
use kubekit::stop::Stop;
use tracing::info;

use super::{Ending, Error, Options};
use crate::metrics::Metrics;

/// The Lease all operators of a namespace compete for; other releases use the same name, so that
/// during an upgrade only one of old and new acts.
const LEASE: &str = "db9c8771.cnpg.io";
const RETRY: std::time::Duration = std::time::Duration::from_secs(2);

/// Leads when it may, and works while it leads.
pub async fn run(
    client: Client,
    namespace: String,
    options: Options,
    metrics: Arc<Metrics>,
    ending: Ending,
) -> Result<(), Error> {
    let Some(times) = options.election else {
        controllers(None, options.concurrency, ending.leaving).await;
        return Ok(());
    };
    let settings = election::Settings {
        name: LEASE.to_owned(),
        identity: identity(),
        timing: Timing::new(times.lease, times.deadline, RETRY)?,
    };
    let api: Api<Lease> = Api::namespaced(client, &namespace);
    let (gauge, leaving) = (metrics.leader(LEASE), ending.leaving.clone());
    gauge.set(0);
    let ended = lead(api, settings, ending.leaving, |leadership| {
        gauge.set(1);
        controllers(Some(leadership), options.concurrency, leaving)
    });
    let ended = ended.await;
    gauge.set(0);
    match ended {
        Ended::Stopped => Ok(()),
        // The process ends at once: no worker may outlive the proof that it is alone.
        Ended::Lost => Err(Error::LeaseLost),
    }
}

/// Runs the controllers until told to leave. There are none yet: this is where they start.
async fn controllers(leadership: Option<Leadership>, concurrency: usize, mut leaving: Stop) {
    let alone = leadership.as_ref().is_none_or(Leadership::is_held);
    info!(alone, concurrency, "leading");
    leaving.asked().await;
}

/// The pod's name for people, and a random part because a pod may start this program twice.
fn identity() -> String {
    let host = std::env::var("HOSTNAME")
        .or_else(|_| std::fs::read_to_string("/proc/sys/kernel/hostname"))
        .unwrap_or_default();
    let mut random = [0; 16];
    let source = rustls::crypto::ring::default_provider().secure_random;
    source.fill(&mut random).expect("the kernel always has random numbers");
    let random: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}_{random}", host.trim())
}
