//! Tests that cross crates, a module per area.

mod cli;
mod rig;
