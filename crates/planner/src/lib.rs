//! What was seen in, what to do out: pure decisions.

pub mod backup;
pub mod cluster;
pub mod leadership;
pub mod manifests;
pub mod schedule;
pub mod scheduled_backup;
