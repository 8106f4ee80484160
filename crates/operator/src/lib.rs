//! The operator: admission webhooks on every replica, controllers on the leader.

pub mod cluster;
mod installation;
pub mod metrics;
pub mod pki;
mod run;
pub mod settings;
pub mod webhook;

pub use run::{ElectionTimes, Error, Options, run};
