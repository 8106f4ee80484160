//! Admission as the API server lives it: schema, defaults, schema again, checks.

mod cel;
mod changes;
mod own;
mod properties;
mod recorded;
mod rules;
mod schema;
pub mod server;
