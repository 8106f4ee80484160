//! Facts of PostgreSQL: versions, settings, sizes, names: pure.

pub mod access;
pub mod boolean;
pub mod conf;
pub mod conninfo;
pub mod control_data;
pub mod csv_log;
pub mod history;
pub mod identifier;
pub mod image;
pub mod lsn;
pub mod recovery_target;
pub mod replica;
pub mod settings;
pub mod size;
pub mod version;
pub mod wal_name;
