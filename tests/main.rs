//! Tests that cross crates, a module per area.

mod admission;
mod api_server;
mod backup;
mod cli;
mod cluster;
mod faults;
mod images;
mod operator;
mod plugin;
mod plugin_rig;
mod probe;
mod rig;
mod s3;
mod storage;
