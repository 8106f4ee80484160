//! Everything that a primary keeps right, in one pass; a failure of one part stops no other.

use std::fmt::Display;
use std::future::Future;
use std::time::Duration;

use api::cluster::Cluster;
use api::cluster::status::managed::ManagedRolesStatus;
use kube::api::{Patch, PatchParams};
use kube::{Api, Client};
use kubekit::calls::{self, LIMIT};
use pgkit::connection::Target;
use pgkit::pool::{Pool, PoolError, Session};
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::extensions::Extensions;
use super::passwords::Passwords;
use super::slots::{self, Outcome};
use super::{pgbouncer, roles, system_roles};
use crate::files::secrets::Secrets;
use crate::run::chain;

/// How long a session may take to open.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one part may take.
const PART: Duration = Duration::from_secs(60);
/// When to come again: soon, for what is on its way; later, for what has to change elsewhere.
const SOON: Duration = Duration::from_secs(1);
const LATER: Duration = Duration::from_secs(30);

/// When the next pass is due, even if nothing changes.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Again {
    Soon,
    Later,
    OnChange,
}

impl Again {
    /// The longest time until then.
    #[must_use]
    pub const fn after(self) -> Option<Duration> {
        match self {
            Self::Soon => Some(SOON),
            Self::Later => Some(LATER),
            Self::OnChange => None,
        }
    }
}

/// Keeps one primary right. What it remembers may be lost: everything is then looked at again.
#[derive(Debug)]
pub struct Keeper {
    pool: Pool,
    secrets: Secrets,
    clusters: Clusters,
    passwords: Passwords,
    extensions: Extensions,
}

/// The Clusters of a namespace, to write what was found into their status.
struct Clusters(Api<Cluster>);

impl std::fmt::Debug for Clusters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clusters")
    }
}

impl Keeper {
    /// A keeper for the server behind a socket.
    #[must_use]
    pub fn new(client: &Client, namespace: &str, target: Target) -> Self {
        Self {
            pool: Pool::new(target),
            secrets: Secrets::new(client.clone(), namespace),
            clusters: Clusters(Api::namespaced(client.clone(), namespace)),
            passwords: Passwords::default(),
            extensions: Extensions::default(),
        }
    }

    /// Ends idle sessions and forgets what was done: the server, or its role, is another.
    pub fn reset(&mut self) {
        self.pool.close();
        self.passwords = Passwords::default();
        self.extensions = Extensions::default();
    }

    /// Makes the roles for replication and metrics, without which nobody else gets on.
    ///
    /// # Errors
    /// When there is no session.
    pub async fn roles_of_the_system(&self) -> Result<(), PoolError> {
        let mut session = self.session().await?;
        let made = part("roles of the system", system_roles::reconcile(&mut session)).await;
        if made == Some(true) {
            tracing::info!("made the roles for replication and metrics");
        }
        Ok(())
    }

    /// One pass over a primary.
    pub async fn pass(&mut self, cluster: &Cluster) -> Again {
        let done = self.try_pass(cluster).await;
        // An idle session of ours would keep a server up that is to stop when all have gone.
        self.pool.close();
        match done {
            Ok(again) => again,
            Err(error) => {
                tracing::warn!(error = %error, "cannot look after the primary now");
                Again::Soon
            }
        }
    }

    /// One pass over the leader of a replica cluster: nothing can be written there but slots.
    pub async fn slots(&self, cluster: &Cluster) -> Again {
        let again = match self.session().await {
            Ok(session) => kept(part("replication slots", slots::keep(&session, cluster)).await),
            Err(error) => {
                tracing::warn!(error = %error, "cannot look after the slots now");
                Again::Soon
            }
        };
        self.pool.close();
        again
    }

    async fn try_pass(&mut self, cluster: &Cluster) -> Result<Again, PoolError> {
        self.roles_of_the_system().await?;
        let mut session = self.session().await?;
        let mut again = Again::OnChange;
        let mut on = |seen: Option<Again>| again = again.min(seen.unwrap_or(Again::Later));
        // First: a replica cannot stream without its slot.
        on(Some(kept(part("replication slots", slots::keep(&session, cluster)).await)));
        let given = self.passwords.reconcile(&mut session, &self.secrets, cluster);
        on(part("passwords", given).await.map(|()| Again::OnChange));
        let managed = roles::reconcile(&mut session, &self.secrets, cluster);
        if let Some(status) = part("managed roles", managed).await {
            let right = status.cannot_reconcile.is_empty();
            on(right.then_some(Again::OnChange));
            on(part("status of managed roles", self.tell(cluster, &status))
                .await
                .map(|()| Again::OnChange));
        } else {
            on(None);
        }
        if pgbouncer::is_wanted(cluster) {
            let made = pgbouncer::reconcile(&mut session);
            on(part("role of PgBouncer", made).await.map(|_| Again::OnChange));
        }
        drop(session);
        let made = self.extensions.reconcile(&self.pool, cluster);
        on(part("managed extensions", made).await.map(|()| Again::OnChange));
        Ok(again)
    }

    async fn session(&self) -> Result<Session, PoolError> {
        self.pool.get("postgres", CONNECT).await
    }

    /// Writes the status of the roles, if it is not what is there.
    async fn tell(
        &self,
        cluster: &Cluster,
        status: &ManagedRolesStatus,
    ) -> Result<(), calls::Error> {
        let there = cluster.status.as_ref().and_then(|all| all.managed_roles_status.clone());
        let there = there.unwrap_or_default();
        if there == *status {
            return Ok(());
        }
        let value = |status| serde_json::to_value(status).expect("a status is JSON");
        let changes = difference(&value(&there), &value(status));
        let patch = json!({"status": {"managedRolesStatus": changes}});
        let name = cluster.metadata.name.as_deref().unwrap_or_default();
        let parameters = PatchParams::default();
        let patch = Patch::Merge(&patch);
        calls::within(LIMIT, self.clusters.0.patch_status(name, &parameters, &patch)).await?;
        Ok(())
    }
}

fn kept(outcome: Option<Outcome>) -> Again {
    match outcome {
        Some(Outcome::Done) => Again::OnChange,
        Some(Outcome::Again) => Again::Soon,
        None => Again::Later,
    }
}

/// Runs one part within its time; a failure is logged here, and is nobody else's business.
async fn part<T, E: std::error::Error>(
    name: &'static str,
    run: impl Future<Output = Result<T, E>>,
) -> Option<T> {
    let failed = |error: &dyn Display| {
        tracing::warn!(part = name, error = %error, "cannot keep a part of the primary right");
    };
    match timeout(PART, run).await {
        Ok(Ok(done)) => Some(done),
        Ok(Err(error)) => {
            failed(&chain(&error));
            None
        }
        Err(_) => {
            failed(&"it took too long");
            None
        }
    }
}

/// The merge patch that makes one object another: what is gone is null.
fn difference(old: &Value, new: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (old, new) else { return new.clone() };
    let mut patch = Map::new();
    for (key, value) in new {
        match old.get(key) {
            Some(there) if there == value => {}
            Some(there) => {
                patch.insert(key.clone(), difference(there, value));
            }
            None => {
                patch.insert(key.clone(), value.clone());
            }
        }
    }
    for key in old.keys().filter(|key| !new.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    Value::Object(patch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_takes_away_what_is_gone() {
        let old = json!({"a": {"x": [1], "y": [2]}, "b": 1, "c": {"z": 1}});
        let new = json!({"a": {"x": [1, 2]}, "b": 1, "d": {}});
        let patch = json!({"a": {"x": [1, 2], "y": null}, "c": null, "d": {}});
        assert_eq!(difference(&old, &new), patch);
    }

    #[test]
    fn the_most_urgent_decides() {
        assert_eq!(Again::OnChange.min(Again::Later).min(Again::Soon), Again::Soon);
        assert_eq!(Again::OnChange.after(), None);
    }
}
