//! Replication slots: the primary keeps one for each standby, and standbys keep the same positions,
//! so that whoever takes over has not thrown away what the others still need.

mod plan;
pub mod remote;

use std::collections::BTreeSet;
use std::time::Duration;

use api::cluster::Cluster;
use postgres::lsn::Lsn;
use thiserror::Error;
use tokio_postgres::{Client, Row};

pub use self::plan::{Change, Policy, PolicyError, Slot, primary_changes, standby_changes};

/// What a pass over the slots came to.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// A slot that should go is in use; look again soon.
    Again,
}

/// Why slots are not in order.
#[derive(Debug, Error)]
pub enum SlotsError {
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error("cannot list the replication slots")]
    List(#[source] tokio_postgres::Error),
    #[error("the server told a bad position")]
    Position(#[from] postgres::lsn::LsnError),
    #[error("cannot {action} replication slot {name}")]
    Change { action: &'static str, name: String, source: tokio_postgres::Error },
}

/// How often standbys compare their slots with those of the primary.
#[must_use]
pub fn interval(cluster: &Cluster) -> Duration {
    let given = cluster.spec.replication_slots.as_ref().and_then(|slots| slots.update_interval);
    Duration::from_secs(given.and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(30).max(1))
}

/// Keeps the slots of the primary: one for every other instance.
///
/// # Errors
/// The last one; all slots have had their turn.
pub async fn keep(client: &Client, cluster: &Cluster) -> Result<Outcome, SlotsError> {
    let Some(policy) = Policy::of(cluster)? else { return Ok(Outcome::Done) };
    let found = list(client).await?;
    let status = cluster.status.as_ref();
    let names = status.map_or(&[][..], |status| &status.instance_names);
    let primary = status.and_then(|status| status.current_primary.as_deref());
    let (changes, outcome) = primary_changes(&policy, &found, names, primary);
    apply(client, &changes).await.map(|()| outcome)
}

/// Brings the slots of a standby in step with those of the primary.
///
/// # Errors
/// The last one; all slots have had their turn.
pub async fn follow(
    local: &Client,
    primary: &Client,
    cluster: &Cluster,
    instance: &str,
) -> Result<(), SlotsError> {
    let Some(policy) = Policy::of(cluster)? else { return Ok(()) };
    let (there, here) = (list(primary).await?, list(local).await?);
    apply(local, &standby_changes(&policy, &there, &here, instance)).await
}

/// The physical slots that stay.
async fn list(client: &Client) -> Result<Vec<Slot>, SlotsError> {
    let rows = client.query(include_str!("slots/list.sql"), &[]).await.map_err(SlotsError::List)?;
    let slot = |row: &Row| {
        let restart: Option<String> = row.try_get("restart_lsn").map_err(SlotsError::List)?;
        Ok(Slot {
            name: row.try_get("name").map_err(SlotsError::List)?,
            active: row.try_get("active").map_err(SlotsError::List)?,
            holds_xmin: row.try_get("holds_xmin").map_err(SlotsError::List)?,
            restart: restart.map(|restart| restart.parse::<Lsn>()).transpose()?,
        })
    };
    rows.iter().map(slot).collect()
}

async fn apply(client: &Client, changes: &[Change]) -> Result<(), SlotsError> {
    let mut result = Ok(());
    let mut gone = BTreeSet::new();
    for change in changes {
        let (action, name) = (change.action(), change.name());
        if gone.contains(name) {
            continue;
        }
        let done = match change {
            Change::Create { name, reserve } => {
                let sql = "select pg_create_physical_replication_slot($1::text::name, $2)";
                client.execute(sql, &[name, reserve]).await
            }
            Change::Advance { name, to } => {
                client.execute(include_str!("slots/advance.sql"), &[name, &to.to_string()]).await
            }
            Change::Drop { name } => {
                client.execute("select pg_drop_replication_slot($1::text::name)", &[name]).await
            }
        };
        match done {
            Ok(_) if matches!(change, Change::Advance { .. }) => {}
            Ok(_) => tracing::info!(target: "Replicator", slot = name, action, "changed a slot"),
            Err(source) => {
                gone.insert(name);
                let name = name.to_owned();
                result = Err(SlotsError::Change { action, name, source });
            }
        }
    }
    result
}
