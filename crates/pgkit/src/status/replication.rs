//! Replicas, slots, and base backups under way.

use jiff::Timestamp;
use postgres::lsn::Lsn;
use tokio_postgres::{Client, Row};

use super::{StatusError, lsn};

/// One replica of the cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replica {
    pub application_name: String,
    pub state: String,
    pub sent: Option<Lsn>,
    pub written: Option<Lsn>,
    pub flushed: Option<Lsn>,
    pub replayed: Option<Lsn>,
    /// Lags as the server prints an interval.
    pub write_lag: String,
    pub flush_lag: String,
    pub replay_lag: String,
    pub sync_state: String,
    pub sync_priority: String,
}

/// One replication slot; what does not apply is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slot {
    pub name: String,
    pub plugin: String,
    pub kind: String,
    pub datoid: String,
    pub database: String,
    pub xmin: String,
    pub catalog_xmin: String,
    pub restart: Option<Lsn>,
    pub wal_status: String,
    pub safe_wal_size: Option<i64>,
    pub active: bool,
}

/// One base backup for a new replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basebackup {
    pub user: String,
    pub application_name: String,
    pub backend_start: Timestamp,
    pub phase: String,
    pub total: i64,
    pub streamed: i64,
    pub total_pretty: String,
    pub streamed_pretty: String,
    pub tablespaces_total: i64,
    pub tablespaces_streamed: i64,
}

pub(super) async fn replicas(client: &Client, cluster: &str) -> Result<Vec<Replica>, StatusError> {
    let rows = client.query(include_str!("replicas.sql"), &[&cluster]).await?;
    rows.iter().map(replica).collect()
}

pub(super) async fn slots(client: &Client) -> Result<Vec<Slot>, StatusError> {
    let rows = client.query(include_str!("slots.sql"), &[]).await?;
    rows.iter().map(slot).collect()
}

pub(super) async fn basebackups(client: &Client) -> Result<Vec<Basebackup>, StatusError> {
    let rows = client.query(include_str!("basebackups.sql"), &[]).await?;
    rows.iter().map(basebackup).collect()
}

fn replica(row: &Row) -> Result<Replica, StatusError> {
    Ok(Replica {
        application_name: row.try_get("application_name")?,
        state: row.try_get("state")?,
        sent: lsn(row, "sent_lsn")?,
        written: lsn(row, "write_lsn")?,
        flushed: lsn(row, "flush_lsn")?,
        replayed: lsn(row, "replay_lsn")?,
        write_lag: row.try_get("write_lag")?,
        flush_lag: row.try_get("flush_lag")?,
        replay_lag: row.try_get("replay_lag")?,
        sync_state: row.try_get("sync_state")?,
        sync_priority: row.try_get("sync_priority")?,
    })
}

fn slot(row: &Row) -> Result<Slot, StatusError> {
    Ok(Slot {
        name: row.try_get("slot_name")?,
        plugin: row.try_get("plugin")?,
        kind: row.try_get("slot_type")?,
        datoid: row.try_get("datoid")?,
        database: row.try_get("database")?,
        xmin: row.try_get("xmin")?,
        catalog_xmin: row.try_get("catalog_xmin")?,
        restart: lsn(row, "restart_lsn")?,
        wal_status: row.try_get("wal_status")?,
        safe_wal_size: row.try_get("safe_wal_size")?,
        active: row.try_get("active")?,
    })
}

fn basebackup(row: &Row) -> Result<Basebackup, StatusError> {
    Ok(Basebackup {
        user: row.try_get("usename")?,
        application_name: row.try_get("application_name")?,
        backend_start: Timestamp::from_microsecond(row.try_get("backend_start")?)?,
        phase: row.try_get("phase")?,
        total: row.try_get("backup_total")?,
        streamed: row.try_get("backup_streamed")?,
        total_pretty: row.try_get("backup_total_pretty")?,
        streamed_pretty: row.try_get("backup_streamed_pretty")?,
        tablespaces_total: row.try_get("tablespaces_total")?,
        tablespaces_streamed: row.try_get("tablespaces_streamed")?,
    })
}
