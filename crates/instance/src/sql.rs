//! What the primary keeps right inside PostgreSQL.
//!
//! What to do is decided from what was read, in pure functions; the statements are run beside them.

pub mod quote;
