//! Admission as the API server lives it: schema, defaults, schema again, checks.

mod cel;
mod own;
mod properties;
mod recorded;
mod schema;
mod server;
