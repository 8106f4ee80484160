//! The Cluster controller: what a cluster should be becomes what it is, one pass at a time.

pub mod ages;
pub mod ask;
pub mod identity;
pub mod pki;
mod random;
pub mod secrets;
pub mod stores;
