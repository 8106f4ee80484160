//! Facts of PostgreSQL: versions, settings, sizes, names: pure.

pub mod boolean;
pub mod identifier;
pub mod image;
pub mod lsn;
pub mod recovery_target;
pub mod settings;
pub mod size;
pub mod version;
