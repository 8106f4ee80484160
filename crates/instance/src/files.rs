//! The files of an instance: what PostgreSQL reads, made from the Cluster and its Secrets.
//!
//! The same input gives the same bytes, and bytes that are there already are not written again, so
//! that nothing is reloaded without a reason. What a file says is decided by pure functions here
//! and in the crate `postgres`; only [`configuration`], [`replica`] and [`certificates`] write.

pub mod access;
pub mod certificates;
pub mod configuration;
pub mod external;
pub mod replica;
pub mod secrets;
pub mod settings;
pub mod synchronous;
pub mod volumes;
