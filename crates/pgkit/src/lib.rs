//! Talks to PostgreSQL: processes, sockets, the data directory, `pg_*` tools, live connections.
//!
//! What to do is decided elsewhere, or in the pure parts here (`postmaster::machine`); this crate
//! does it on the machine it runs on. It knows nothing of Kubernetes.

pub mod account;
pub mod basebackup;
pub mod children;
pub mod connection;
pub mod control_data;
pub mod data_directory;
pub mod initdb;
pub mod lines;
pub mod log;
pub mod pool;
pub mod postmaster;
pub mod programs;
pub mod promote;
pub mod ready;
pub mod status;
pub mod tool;
