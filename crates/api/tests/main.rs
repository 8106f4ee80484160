//! Tests of the types and definitions as a whole, a module per question.

#![expect(clippy::disallowed_methods, reason = "the crate is pure, its tests read files")]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "all of it is tests")]

mod admission;
mod definitions;
mod descriptions;
mod differences;
mod fields;
mod round_trip;
mod shared;
