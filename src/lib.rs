//! The kubectl plugin, as a library for its binary and for what is generated from its command tree.

pub mod cli;
mod commands;
mod complete;
mod connection;
mod context;
mod creation;
mod database;
mod dates;
mod error;
mod instance;
mod kubectl;
mod output;
mod values;
pub mod zip;

pub use context::CommandContext;
pub use error::CommandError;
pub use output::Output;
