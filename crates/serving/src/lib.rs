//! HTTP servers that no client can hold up, with certificates that change while they run.
//!
//! What they answer, and whom, is decided by those who use this.

pub mod clients;
pub mod listen;
pub mod live;
pub mod server;
