//! What talks to Kubernetes: the client with its limits, leadership by Lease, events, writes that
//! change only what must change, and the queue of a controller.
//!
//! Every call made through this crate ends within a time the caller chose.

pub mod apply;
pub mod calls;
pub mod client;
pub mod events;
pub mod exec;
pub mod forward;
pub mod lease;
pub mod queue;
pub mod stop;
