//! Tests that cross crates, a module per area.

mod cli;
mod images;
mod rig;
mod s3;
mod storage;
