//! What talks to Kubernetes: the client with its limits, and leadership by Lease.
//!
//! Every call made through this crate ends within a time the caller chose.

pub mod calls;
pub mod client;
pub mod lease;
pub mod stop;
