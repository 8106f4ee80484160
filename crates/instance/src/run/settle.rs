//! Sees that a new configuration is in effect, and restarts the server where that takes it.

use std::sync::Arc;
use std::time::Duration;

use api::cluster::primary::PrimaryUpdateStrategy;
use api::{Cluster, phases};
use kube::Api;
use kube::api::{Patch, PatchParams};
use kubekit::calls;
use pgkit::connection::Connection;
use pgkit::status::{self, any_decrease};
use serde_json::json;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::Serving;
use crate::state::{Request, State};

/// How long a reload may take to show, and a look at what it has done.
const LOADED: Duration = Duration::from_secs(10);
const LIMIT: Duration = Duration::from_secs(5);

/// The pause after a failure to tell of a restart.
const TELL_AGAIN: Duration = Duration::from_secs(1);

/// How long a restart may take before the phase is told again.
const RESTART: Duration = Duration::from_secs(3600);

/// Follows configuration and cluster, for as long as it is polled.
pub async fn follow(
    state: State,
    mut serving: watch::Receiver<Serving>,
    mut wanted: watch::Receiver<Option<String>>,
) {
    let mut clusters = state.clusters();
    let mut seen = None;
    loop {
        let now = *serving.borrow_and_update();
        let hash = wanted.borrow_and_update().clone();
        let cluster = clusters.borrow_and_update().clone();
        if let (Serving::Primary { .. }, Some(cluster)) = (now, &cluster)
            && asks_for_restart(cluster, &state.identity().pod)
        {
            tracing::info!("restarting PostgreSQL in place, as the cluster asks");
            restart(&state, &mut serving).await;
            tell_healthy(&state).await;
            continue;
        }
        let work = (now, hash.clone());
        if let (Some(hash), Some(cluster), true) = (hash, &cluster, seen.as_ref() != Some(&work))
            && now != Serving::No
        {
            if !is_loaded(&state, &hash).await {
                tracing::warn!(hash, "PostgreSQL does not run with the new configuration yet");
            } else if lowers(&state).await && restarts_itself(cluster, now) {
                tracing::info!("a setting that standbys depend on gets lower: restarting first");
                let reason = "Decrease of hot standby sensitive parameters";
                if let Err(error) =
                    tell(&state, phases::cluster::APPLYING_CONFIGURATION, reason).await
                {
                    tracing::warn!(%error, "cannot tell that PostgreSQL has to restart");
                    sleep(TELL_AGAIN).await;
                    continue;
                }
                restart(&state, &mut serving).await;
            }
            seen = Some(work);
        }
        tokio::select! {
            changed = serving.changed() => if changed.is_err() { return },
            _ = wanted.changed() => {}
            _ = clusters.changed() => {}
        }
    }
}

/// The operator has asked for a restart of the server without one of its pod.
fn asks_for_restart(cluster: &Cluster, me: &str) -> bool {
    let Some(status) = &cluster.status else { return false };
    status.phase.as_deref() == Some(phases::cluster::RESTARTING_IN_PLACE)
        && status.current_primary.as_deref() == Some(me)
        && status.target_primary.as_deref() == Some(me)
}

/// A primary with lower settings has to come before its standbys.
fn restarts_itself(cluster: &Cluster, serving: Serving) -> bool {
    let supervised =
        cluster.spec.primary_update_strategy == Some(PrimaryUpdateStrategy::Supervised);
    matches!(serving, Serving::Primary { .. }) && !supervised
}

async fn restart(state: &State, serving: &mut watch::Receiver<Serving>) {
    let before = *serving.borrow_and_update();
    if state.request(Request::Restart).await.is_err() {
        return;
    }
    let another = serving.wait_for(|now| *now != before && matches!(now, Serving::Primary { .. }));
    if timeout(RESTART, another).await.is_err() {
        tracing::error!("PostgreSQL has not come back after a restart");
    }
}

/// Says that the restart is done, until that is written or somebody else has moved on: who reads
/// the old phase would restart again.
async fn tell_healthy(state: &State) {
    while state.cluster().is_some_and(|cluster| asks_for_restart(&cluster, &state.identity().pod)) {
        let reason = "Primary instance restarted in-place";
        match tell(state, phases::cluster::HEALTHY, reason).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, "cannot tell that PostgreSQL has restarted"),
        }
        sleep(TELL_AGAIN).await;
    }
}

/// Writes the phase of the cluster, and takes what came back for the cluster from now on.
async fn tell(state: &State, phase: &str, reason: &str) -> Result<(), calls::Error> {
    let identity = state.identity();
    let clusters: Api<Cluster> = Api::namespaced(state.client().clone(), &identity.namespace);
    let patch = json!({"status": {"phase": phase, "phaseReason": reason}});
    let (plain, patch) = (PatchParams::default(), Patch::Merge(&patch));
    let written = clusters.patch_status(&identity.cluster, &plain, &patch);
    state.publish(Arc::new(calls::within(LIMIT, written).await?));
    Ok(())
}

async fn is_loaded(state: &State, hash: &str) -> bool {
    let shown = async {
        loop {
            if running_hash(state).await.as_deref() == Some(hash) {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(LOADED, shown).await.is_ok()
}

async fn running_hash(state: &State) -> Option<String> {
    let session = Connection::open(&state.superuser(), LIMIT).await.ok()?;
    let query = "select current_setting('cnpg.config_sha256', true)";
    session.client().query_one(query, &[]).await.ok()?.try_get(0).ok()?
}

async fn lowers(state: &State) -> bool {
    let Ok(session) = Connection::open(&state.superuser(), LIMIT).await else { return false };
    match status::facts(session.client(), &state.identity().cluster, LIMIT).await {
        Ok(facts) => any_decrease(&facts.pending),
        Err(error) => {
            tracing::warn!(error = super::chain(&error), "cannot see what waits for a restart");
            false
        }
    }
}
