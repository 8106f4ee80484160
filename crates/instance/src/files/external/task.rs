//! Keeps the files of all external clusters as their Secrets are, for subscriptions and for the
//! leader of a replica cluster.

use std::time::Duration;

use api::cluster::Cluster;
use api::cluster::external::ExternalCluster;
use tokio::time::sleep;

use super::dump;
use crate::files::secrets::Secrets;
use crate::run::chain;
use crate::state::State;

/// When to look again at a Secret that could not be used.
const AGAIN: Duration = Duration::from_secs(30);

/// Follows the cluster, for as long as it is polled.
pub async fn run(state: &State) {
    let secrets = Secrets::new(state.client().clone(), &state.identity().namespace);
    let mut clusters = state.clusters();
    loop {
        let cluster = clusters.borrow_and_update().clone();
        let complete = match &cluster {
            Some(cluster) => pass(state, &secrets, cluster).await,
            None => true,
        };
        tokio::select! {
            _ = clusters.changed() => {}
            () = sleep(AGAIN), if !complete => {}
        }
    }
}

/// Writes all files; tells whether all could be written.
async fn pass(state: &State, secrets: &Secrets, cluster: &Cluster) -> bool {
    let mut complete = true;
    let directory = state.paths().external();
    let reachable = |external: &&ExternalCluster| !external.connection_parameters.is_empty();
    for external in cluster.spec.external_clusters.iter().filter(reachable) {
        if let Err(error) = dump(secrets, external, &directory).await {
            complete = false;
            let error = chain(&error);
            tracing::warn!(target: "external_servers_reconciler", error, "cannot keep the files of an external cluster");
        }
    }
    complete
}
