//! The kubectl plugin, as a library for its binary and for what is generated from its command tree.

pub mod cli;
mod commands;
mod error;
mod output;

pub use error::CommandError;
pub use output::Output;
