//! Telling the owner of the cluster why its recovery does not come to its end.
//!
//! The log of a job is gone with its pod, and the next attempt is on its way: what went wrong stands
//! on the Cluster, until it has a primary.

use api::cluster::Cluster;
use api::conditions::{self, RECOVERY_FAILING, Said, reason};
use jiff::Timestamp;
use kube::Client;
use kubekit::events::{Note, Recorder};
use serde_json::json;

use super::RestoreError;
use crate::cluster_status;
use crate::run::chain;

/// In whose name events are told.
const COMPONENT: &str = "instance-restore";

/// Says it on the cluster; whatever keeps it from being said is no reason to fail otherwise.
pub(super) async fn failed(client: &Client, cluster: &Cluster, error: &RestoreError) {
    let (reason, message) = (reason(error), chain(error));
    let meta = &cluster.metadata;
    let namespace = meta.namespace.as_deref().unwrap_or_default();
    let name = meta.name.as_deref().unwrap_or_default();
    let told = cluster_status::change(client, namespace, name, |cluster| {
        let known = cluster.status.as_ref().map(|status| status.conditions.as_slice());
        let said = Said { kind: RECOVERY_FAILING, status: "True", reason, message: &message };
        let all = conditions::with(known.unwrap_or_default(), said, Timestamp::now())?;
        Some(json!({ "conditions": all }))
    });
    if let Err(error) = told.await {
        tracing::warn!(%error, "the cluster does not say that its recovery failed");
    }
    let note = Note::warning(reason, message.clone());
    if let Err(error) = Recorder::new(client.clone(), COMPONENT).publish(cluster, note).await {
        tracing::warn!(%error, "failed to write an event");
    }
}

fn reason(error: &RestoreError) -> &'static str {
    match error {
        RestoreError::Choose(_) | RestoreError::NotReached { .. } => reason::TARGET_NOT_REACHED,
        _ => reason::RECOVERY_FAILED,
    }
}
