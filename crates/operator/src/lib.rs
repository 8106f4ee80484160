//! The operator: admission webhooks on every replica, controllers on the leader.

pub mod backup;
pub mod cluster;
mod installation;
pub mod metrics;
pub mod pki;
mod run;
pub mod scheduled_backup;
pub mod settings;
pub mod status;
pub mod webhook;

pub use run::{ElectionTimes, Error, Options, run};
