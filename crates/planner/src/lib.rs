//! What was seen in, what to do out: pure decisions.

pub mod cluster;
pub mod leadership;
pub mod manifests;
