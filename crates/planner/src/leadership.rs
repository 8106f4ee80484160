//! Who leads a cluster, and when that is safe: for the operator and for every instance.
//!
//! The operator decides in [`operator`], an instance in [`instance`]; they meet only in the
//! [`records`] kept by the API server. Nothing here talks, waits or reads a clock.
//! `docs/design/001-leadership.md` tells the protocol and what is proven about it.

pub mod candidate;
pub mod clock;
pub mod instance;
pub mod operator;
pub mod quorum;
pub mod records;
pub mod rejoin;
pub mod sync_names;
pub mod wire;
