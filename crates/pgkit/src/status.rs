//! What a server tells about itself: the facts behind the status document and the readiness probe.

use std::time::Duration;

use jiff::Timestamp;
use postgres::lsn::{Lsn, LsnError};
use thiserror::Error;
use tokio::time::timeout;
use tokio_postgres::{Client, Row};

mod pending;
mod replication;
mod streaming;

pub use pending::{PendingSetting, any_decrease};
pub use replication::{Basebackup, Replica, Slot};
pub use streaming::Streaming;

/// The facts of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub system_identifier: String,
    /// Of the last checkpoint or restart point.
    pub timeline: u32,
    /// The hash that the running configuration carries; empty when it carries none.
    pub configuration_hash: String,
    pub archiver: Archiver,
    /// Settings that wait for a restart.
    pub pending: Vec<PendingSetting>,
    pub basebackups: Vec<Basebackup>,
    pub role: RoleFacts,
}

/// What only a primary or only a standby can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleFacts {
    Primary {
        current: Lsn,
        /// The file that `current` is in.
        current_wal: String,
        replicas: Vec<Replica>,
        slots: Vec<Slot>,
    },
    Standby {
        /// Never behind `replayed`: what comes out of the archive is not received.
        received: Option<Lsn>,
        replayed: Option<Lsn>,
        replay_paused: bool,
        wal_receiver: bool,
    },
}

/// How archiving goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Archiver {
    pub working: bool,
    pub last_archived: Option<(String, Timestamp)>,
    pub last_failed: Option<(String, Timestamp)>,
}

/// Why there are no facts.
#[derive(Debug, Error)]
pub enum StatusError {
    #[error("the server does not tell its status")]
    Query(#[from] tokio_postgres::Error),
    #[error("the server told no status within {0:?}")]
    TooLong(Duration),
    #[error("the server told a bad position")]
    Lsn(#[from] LsnError),
    #[error("the server told a time out of range")]
    Time(#[from] jiff::Error),
    #[error("the server told a timeline out of range")]
    Timeline,
}

/// Asks for everything, within a time. Replicas and slots are those of a cluster.
///
/// # Errors
/// When the server does not answer, or not in time.
pub async fn facts(client: &Client, cluster: &str, limit: Duration) -> Result<Facts, StatusError> {
    timeout(limit, ask(client, cluster)).await.map_err(|_| StatusError::TooLong(limit))?
}

/// Asks what the readiness probe of the type `streaming` wants to know.
///
/// # Errors
/// When the server does not answer, or not in time.
pub async fn streaming(client: &Client, limit: Duration) -> Result<Streaming, StatusError> {
    timeout(limit, streaming::ask(client)).await.map_err(|_| StatusError::TooLong(limit))?
}

async fn ask(client: &Client, cluster: &str) -> Result<Facts, StatusError> {
    let row = client.query_one(include_str!("status/server.sql"), &[]).await?;
    let role = if row.try_get("standby")? {
        standby(&row)?
    } else {
        let replicas = replication::replicas(client, cluster).await?;
        let slots = replication::slots(client).await?;
        let current = lsn(&row, "current_lsn")?.unwrap_or_default();
        let current_wal: Option<String> = row.try_get("current_wal")?;
        RoleFacts::Primary {
            current,
            current_wal: current_wal.unwrap_or_default(),
            replicas,
            slots,
        }
    };
    let pending = if row.try_get("restart_is_pending")? {
        pending::settings(client).await?
    } else {
        Vec::new()
    };
    let timeline: i32 = row.try_get("timeline")?;
    Ok(Facts {
        system_identifier: row.try_get("system_identifier")?,
        timeline: u32::try_from(timeline).map_err(|_| StatusError::Timeline)?,
        configuration_hash: row.try_get("configuration_hash")?,
        archiver: Archiver {
            working: row.try_get("archiving")?,
            last_archived: archived(&row, "last_archived_wal", "last_archived")?,
            last_failed: archived(&row, "last_failed_wal", "last_failed")?,
        },
        pending,
        basebackups: replication::basebackups(client).await?,
        role,
    })
}

fn standby(row: &Row) -> Result<RoleFacts, StatusError> {
    let replayed = lsn(row, "replayed_lsn")?;
    Ok(RoleFacts::Standby {
        received: lsn(row, "received_lsn")?.max(replayed),
        replayed,
        replay_paused: row.try_get("replay_paused")?,
        wal_receiver: row.try_get("wal_receiver")?,
    })
}

fn archived(row: &Row, name: &str, time: &str) -> Result<Option<(String, Timestamp)>, StatusError> {
    let (name, time): (Option<String>, Option<i64>) = (row.try_get(name)?, row.try_get(time)?);
    match (name, time) {
        (Some(name), Some(time)) => Ok(Some((name, Timestamp::from_microsecond(time)?))),
        _ => Ok(None),
    }
}

fn lsn(row: &Row, column: &str) -> Result<Option<Lsn>, StatusError> {
    let text: Option<String> = row.try_get(column)?;
    Ok(text.as_deref().map(str::parse).transpose()?)
}
