//! Sees every change of the own Cluster and of its primary lease.

use std::sync::Arc;
use std::time::Duration;

use api::Cluster;
use futures::StreamExt as _;
use k8s_openapi::api::coordination::v1::Lease;
use kube::Api;
use kube::api::{WatchEvent, WatchParams};
use kube::runtime::watcher::{self, Event};
use kube::runtime::{WatchStreamExt as _, watcher as watch_all};
use tokio::time::sleep;

use super::calls;
use crate::state::State;

/// How often the lease is read when it may not be watched.
const POLL: Duration = Duration::from_secs(1);

/// Publishes the cluster with every change, for as long as it is polled.
pub async fn cluster(state: &State) {
    let clusters: Api<Cluster> =
        Api::namespaced(state.client().clone(), &state.identity().namespace);
    let only = watcher::Config::default()
        .fields(&format!("metadata.name={}", state.identity().cluster))
        .any_semantic();
    let mut events = watch_all(clusters, only).default_backoff().boxed();
    while let Some(event) = events.next().await {
        match event {
            Ok(Event::Apply(cluster) | Event::InitApply(cluster)) => {
                state.publish(Arc::new(cluster));
            }
            Ok(Event::Delete(_)) => tracing::info!("the cluster has been deleted"),
            Ok(Event::Init | Event::InitDone) => {}
            Err(error) => tracing::warn!(%error, "the watch of the cluster was interrupted"),
        }
    }
}

/// Sends the lease with every change, for as long as it is polled. Where the Role of an older
/// operator forbids the watch, it is read again and again.
pub async fn lease(state: &State, tell: impl Fn(Lease)) {
    let leases: Api<Lease> = Api::namespaced(state.client().clone(), &state.identity().namespace);
    let only =
        WatchParams::default().fields(&format!("metadata.name={}", state.identity().cluster));
    loop {
        if let Ok(lease) = calls::ask_lease(state).await {
            let version = lease.metadata.resource_version.clone().unwrap_or_default();
            tell(lease);
            if let Ok(events) = leases.watch(&only, &version).await {
                let mut events = events.boxed();
                while let Some(Ok(event)) = events.next().await {
                    let (WatchEvent::Added(lease) | WatchEvent::Modified(lease)) = event else {
                        break;
                    };
                    tell(lease);
                }
            }
        }
        sleep(POLL).await;
    }
}
