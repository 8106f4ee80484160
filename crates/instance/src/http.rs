//! The status server, which operator, kubelet and peers talk to, and the local server for our own
//! commands.

pub mod archiving;
mod backup_mode;
mod control;
pub mod document;
pub mod leadership;
pub mod local;
pub mod peers;
mod pinning;
pub mod program;
pub mod status;
mod taking;

/// The port of the status server.
pub const STATUS_PORT: u16 = 8000;
/// The port of the local server; only processes of this pod reach it.
pub const LOCAL_PORT: u16 = 8010;
