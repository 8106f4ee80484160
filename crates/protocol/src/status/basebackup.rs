//! Base backups that are being taken for new replicas.

use serde::{Deserialize, Serialize};

/// One row of `pg_stat_progress_basebackup`. Nothing of it is omitted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BasebackupProgress {
    pub usename: String,
    pub application_name: String,
    pub backend_start: String,
    pub phase: String,
    pub backup_total: i64,
    pub backup_streamed: i64,
    pub backup_total_pretty: String,
    pub backup_streamed_pretty: String,
    pub tablespaces_total: i64,
    pub tablespaces_streamed: i64,
}
