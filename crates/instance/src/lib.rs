//! The instance manager: PID 1 of every PostgreSQL pod, and the steps of its jobs.
//!
//! [`run`] owns the server and its role. [`bootstrap`] are the jobs, [`files`] what is written for
//! the server, [`sql`] what is kept right inside it. [`http`], [`probes`] and [`metrics`] answer
//! others, [`archive`] is what the server calls back, [`backup`] takes base backups. All meet in
//! [`state`].

pub mod archive;
pub mod backup;
pub mod bootstrap;
mod cluster_status;
pub mod files;
pub mod http;
pub mod local;
pub mod metrics;
pub mod paths;
pub mod probes;
pub mod run;
pub mod sentinel;
pub mod sql;
pub mod state;
pub mod store;
