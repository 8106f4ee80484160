//! `GET /pg/status`: what an instance tells about itself.

use postgres::lsn::Lsn;
use serde::{Deserialize, Serialize};

use crate::leadership::Leadership;
use crate::omit::zero;
use crate::text;

mod basebackup;
mod pod;
mod replication;
mod wal_time;

pub use basebackup::BasebackupProgress;
pub use pod::PodReference;
pub use replication::{Interval, Replica, ReplicationSlot};
pub use wal_time::WalTime;

/// The state of one instance.
///
/// A standby's has neither `is_archiving_wal` nor replicas nor slots. While `pg_rewind` runs, only
/// identity and `is_pg_rewind_running` are set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PostgresqlStatus {
    /// Where a primary writes.
    #[serde(skip_serializing_if = "Option::is_none", with = "text::lsn")]
    pub current_lsn: Option<Lsn>,
    /// What a standby has on disk; never behind what it has replayed.
    #[serde(skip_serializing_if = "Option::is_none", with = "text::lsn")]
    pub received_lsn: Option<Lsn>,
    #[serde(skip_serializing_if = "Option::is_none", with = "text::lsn")]
    pub replay_lsn: Option<Lsn>,
    #[serde(rename = "systemID")]
    pub system_id: String,
    pub is_primary: bool,
    pub replay_paused: bool,
    pub pending_restart: bool,
    pub pending_restart_for_decrease: bool,
    pub is_wal_receiver_active: bool,
    pub is_pg_rewind_running: bool,
    /// A restart is on its way, or the instance is fenced.
    pub might_be_unavailable: bool,
    #[serde(rename = "isArchivingWAL", skip_serializing_if = "zero")]
    pub is_archiving_wal: bool,
    /// Empty from the instance; the operator fills it in.
    pub node: String,
    pub pod: PodReference,
    /// What went wrong while the instance was expected to be unavailable.
    #[serde(skip_serializing_if = "zero")]
    pub might_be_unavailable_masked_error: String,
    #[serde(skip_serializing_if = "zero")]
    pub loaded_configuration_hash: String,
    #[serde(rename = "lastArchivedWAL", skip_serializing_if = "zero")]
    pub last_archived_wal: String,
    #[serde(rename = "lastArchivedWALTime", skip_serializing_if = "Option::is_none")]
    pub last_archived_wal_time: Option<WalTime>,
    #[serde(rename = "lastFailedWAL", skip_serializing_if = "zero")]
    pub last_failed_wal: String,
    #[serde(rename = "lastFailedWALTime", skip_serializing_if = "Option::is_none")]
    pub last_failed_wal_time: Option<WalTime>,
    #[serde(rename = "currentWAL", skip_serializing_if = "zero")]
    pub current_wal: String,
    /// Files that wait for the archiver.
    #[serde(skip_serializing_if = "zero")]
    pub ready_wal_files: u64,
    /// On a standby that of the last restart point, so it may lag behind a failover.
    #[serde(rename = "timeLineID", skip_serializing_if = "zero")]
    pub timeline_id: u32,
    #[serde(skip_serializing_if = "zero", deserialize_with = "text::list::deserialize")]
    pub replication_info: Vec<Replica>,
    #[serde(skip_serializing_if = "zero", deserialize_with = "text::list::deserialize")]
    pub replication_slots_info: Vec<ReplicationSlot>,
    #[serde(
        rename = "pgStatBasebackupsInfo",
        skip_serializing_if = "zero",
        deserialize_with = "text::list::deserialize"
    )]
    pub basebackups: Vec<BasebackupProgress>,
    /// The SHA-256 of the running executable.
    pub executable_hash: String,
    pub instance_manager_version: String,
    /// The architecture by its Go name.
    pub instance_arch: String,
    pub is_instance_manager_upgrading: bool,
    /// Another with every start of the manager.
    #[serde(rename = "sessionID")]
    pub session_id: String,
    /// False from the instance; the operator fills it in.
    pub is_pod_ready: bool,
    /// What the instance is doing about leadership; only ours say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leadership: Option<Leadership>,
}

#[cfg(test)]
mod tests;
