//! Reads the Cluster at the start of a step, when the network may not be ready yet.

use std::time::Duration;

use api::cluster::Cluster;
use kube::{Api, Client};
use kubekit::calls::{self, LIMIT};
use thiserror::Error;

/// Pauses between attempts.
const PAUSES: &[Duration] = &[
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(9),
    Duration::from_secs(27),
];

/// The Cluster cannot be read.
#[derive(Debug, Error)]
#[error("cannot read Cluster {namespace}/{name}")]
pub struct ClusterError {
    namespace: String,
    name: String,
    source: calls::Error,
}

/// The Cluster, after some attempts.
///
/// # Errors
/// When the last attempt fails.
pub async fn get(client: &Client, namespace: &str, name: &str) -> Result<Cluster, ClusterError> {
    let api: Api<Cluster> = Api::namespaced(client.clone(), namespace);
    let mut pauses = PAUSES.iter();
    loop {
        let source = match calls::within(LIMIT, api.get(name)).await {
            Ok(cluster) => return Ok(cluster),
            Err(error) => error,
        };
        let Some(pause) = pauses.next() else {
            return Err(ClusterError { namespace: namespace.into(), name: name.into(), source });
        };
        tracing::warn!(error = %source, ?pause, "cannot read the Cluster yet");
        tokio::time::sleep(*pause).await;
    }
}
