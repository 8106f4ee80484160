//! Admission as the API server lives it: schema, defaults, schema again, checks.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test reads files and the environment, and fails where it must"
)]

mod cel;
mod changes;
mod own;
mod properties;
mod recorded;
mod rules;
mod schema;
mod server;
