//! The loop that looks after the server: what it does depends on the part the instance plays.

use std::time::Duration;

use api::cluster::Cluster;
use api::cluster::slots::ReplicationSlots;
use pgkit::connection::{Connection, Target};
use thiserror::Error;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::clients;
use super::keeper::{Again, Keeper};
use super::slots::remote::{Remote, RemoteError};
use super::slots::{self, SlotsError};
use crate::run::{Serving, chain};
use crate::state::State;

/// How long a session with our own server may take to open.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one look at the slots of the primary may take.
const FOLLOW: Duration = Duration::from_secs(60);
/// When to look again at replicas that follow the wrong instance.
const STRAYS: Duration = Duration::from_secs(5);

/// The part an instance plays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Duty {
    /// There is no server to look after, or its part is about to change.
    #[default]
    None,
    Primary,
    /// It leads a replica cluster: others stream from it, and nothing can be written.
    Designated,
    Standby,
}

fn duty(cluster: &Cluster, instance: &str, serving: Serving) -> Duty {
    let target = cluster.status.as_ref().and_then(|status| status.target_primary.as_deref());
    match (serving, target == Some(instance), cluster.is_replica_cluster()) {
        (Serving::Primary { .. }, true, false) => Duty::Primary,
        (Serving::Standby { .. }, true, true) => Duty::Designated,
        (Serving::Standby { .. }, false, _) => Duty::Standby,
        // It will be promoted or demoted.
        (Serving::Standby { .. }, true, false) | (Serving::Primary { .. }, _, _) => Duty::None,
        (Serving::No, _, _) => Duty::None,
    }
}

/// Whether a server that was a standby lives on as a primary.
fn promoted(was: Serving, is: Serving) -> bool {
    match (was, is) {
        (Serving::Standby { life: before }, Serving::Primary { life }) => before == life,
        _ => false,
    }
}

/// Why a standby is not in step.
#[derive(Debug, Error)]
enum FollowError {
    #[error("cannot connect to our own server")]
    Local(#[from] pgkit::connection::ConnectError),
    #[error(transparent)]
    Remote(#[from] RemoteError),
    #[error(transparent)]
    Slots(#[from] SlotsError),
    #[error("our own server does not answer")]
    Query(#[from] tokio_postgres::Error),
    #[error("it took too long")]
    TooLong,
}

/// What the slots of a standby depend on; a change of it is looked at without delay.
#[derive(Debug, Clone, PartialEq)]
struct Wishes {
    slots: Option<ReplicationSlots>,
    instances: Vec<String>,
    primary: Option<String>,
}

impl Wishes {
    fn of(cluster: &Cluster) -> Self {
        let status = cluster.status.clone().unwrap_or_default();
        let slots = cluster.spec.replication_slots.clone();
        Self { slots, instances: status.instance_names, primary: status.current_primary }
    }
}

/// Looks after the server, for as long as it is polled.
pub(crate) async fn run(state: State, mut serving: watch::Receiver<Serving>) {
    let mut clusters = state.clusters();
    let mut task = Task {
        keeper: Keeper::new(state.client(), &state.identity().namespace, state.superuser()),
        state,
        before: (Serving::No, Duty::None),
        followed: None,
        failed: false,
    };
    loop {
        let cluster = clusters.borrow_and_update().clone();
        let now = *serving.borrow_and_update();
        let again = match &cluster {
            Some(cluster) => task.pass(cluster, now).await,
            None => None,
        };
        tokio::select! {
            _ = clusters.changed() => {}
            changed = serving.changed() => {
                if changed.is_err() {
                    return; // the run loop has ended
                }
            }
            () = sleep_until(again.unwrap_or_else(Instant::now)), if again.is_some() => {}
        }
    }
}

struct Task {
    state: State,
    keeper: Keeper,
    /// What the server was, and did, in the last pass.
    before: (Serving, Duty),
    /// What was followed last, and when that is due again.
    followed: Option<(Wishes, Instant)>,
    /// Whether that came to nothing.
    failed: bool,
}

impl Task {
    /// Does what is due; returns when to come again.
    async fn pass(&mut self, cluster: &Cluster, serving: Serving) -> Option<Instant> {
        let instance = self.state.identity().pod.clone();
        let duty = duty(cluster, &instance, serving);
        let (was, before) = std::mem::replace(&mut self.before, (serving, duty));
        if (was, before) != (serving, duty) {
            tracing::debug!(?before, ?duty, "the server plays another part");
            self.keeper.reset();
            self.followed = None;
        }
        match duty {
            Duty::None => None,
            Duty::Primary => {
                if promoted(was, serving) {
                    self.end_old_sessions().await;
                }
                let again = self.keeper.pass(cluster).await;
                again.after().map(|after| Instant::now() + after)
            }
            Duty::Designated => {
                let kept = self.keeper.slots(cluster).await;
                (kept != Again::OnChange).then(|| Instant::now() + STRAYS)
            }
            Duty::Standby => self.stand_by(cluster, &instance).await,
        }
    }

    /// Sessions that began before the promotion must not take this for the server they knew.
    async fn end_old_sessions(&self) {
        let ended = async {
            let session = Connection::open(&self.state.superuser(), CONNECT).await?;
            Ok::<_, FollowError>(clients::terminate_all(session.client()).await?)
        };
        match limited(CONNECT * 2, ended).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "ended the sessions from before the promotion"),
            Err(error) => {
                tracing::warn!(error = chain(&error), "cannot end the sessions from before");
            }
        }
    }

    async fn stand_by(&mut self, cluster: &Cluster, instance: &str) -> Option<Instant> {
        let wishes = Wishes::of(cluster);
        if let Some((followed, due)) = &self.followed
            && *followed == wishes
            && Instant::now() < *due
        {
            return Some(*due);
        }
        let target = self.state.superuser();
        let certificates = self.state.paths().certificates();
        let followed = follow(&target, cluster, instance, &certificates);
        let interval = slots::interval(cluster);
        let due = match limited(FOLLOW, followed).await {
            Ok(strays) => {
                self.failed = false;
                if strays > 0 { interval.min(STRAYS) } else { interval }
            }
            Err(error) => {
                let error = chain(&error);
                tracing::warn!(target: "Replicator", error, "cannot follow the primary's slots");
                // Most are over soon: a new primary begins to serve.
                if std::mem::replace(&mut self.failed, true) { interval } else { STRAYS }
            }
        };
        let due = Instant::now() + due;
        self.followed = Some((wishes, due));
        Some(due)
    }
}

/// Brings the slots in step; returns how many replicas had followed the wrong instance.
async fn follow(
    target: &Target,
    cluster: &Cluster,
    instance: &str,
    certificates: &std::path::Path,
) -> Result<i64, FollowError> {
    let name = cluster.metadata.name.as_deref().unwrap_or_default();
    let wanted = slots::Policy::of(cluster).map_err(SlotsError::from)?.is_some();
    if !wanted && !cluster.is_replica_cluster() {
        return Ok(0);
    }
    let local = Connection::open(target, CONNECT).await?;
    let strays = match cluster.is_replica_cluster() {
        true => clients::terminate_replication(local.client(), name).await?,
        false => 0,
    };
    if wanted {
        let primary = Remote::open(&format!("{name}-rw"), target.port, certificates).await?;
        slots::follow(local.client(), primary.client(), cluster, instance).await?;
    }
    Ok(strays)
}

async fn limited<T>(
    limit: Duration,
    run: impl Future<Output = Result<T, FollowError>>,
) -> Result<T, FollowError> {
    timeout(limit, run).await.map_err(|_| FollowError::TooLong)?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_part_an_instance_plays() {
        let replica = json!({"replica": {"enabled": true, "source": "x"}});
        for (name, spec, target, serving, expected) in [
            ("primary", json!({}), "pg-1", Serving::Primary { life: 1 }, Duty::Primary),
            ("deposed", json!({}), "pg-2", Serving::Primary { life: 1 }, Duty::None),
            ("standby", json!({}), "pg-2", Serving::Standby { life: 1 }, Duty::Standby),
            ("elected", json!({}), "pg-1", Serving::Standby { life: 1 }, Duty::None),
            (
                "leads a replica cluster",
                replica.clone(),
                "pg-1",
                Serving::Standby { life: 1 },
                Duty::Designated,
            ),
            (
                "follows in one",
                replica.clone(),
                "pg-2",
                Serving::Standby { life: 1 },
                Duty::Standby,
            ),
            ("to be demoted", replica, "pg-1", Serving::Primary { life: 1 }, Duty::None),
        ] {
            let cluster = serde_json::from_value(json!({"apiVersion": "postgresql.cnpg.io/v1",
                "kind": "Cluster", "metadata": {"name": "pg"}, "spec": spec,
                "status": {"targetPrimary": target}}));
            assert_eq!(duty(&cluster.unwrap(), "pg-1", serving), expected, "{name}");
        }
    }
}
