//! What the builders make: compared with what the original stored, and with tables of our own.

#![expect(clippy::disallowed_methods, reason = "the crate is pure, its tests read files")]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "all of it is tests")]

mod drift;
mod fixture;
mod jobs;
mod recorded;
mod stored;
mod tables;
