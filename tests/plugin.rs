//! The plugin against an API server of the tests: what it prints, what it writes, how it ends.

mod access;
mod administration;
mod databases;
mod objects;
mod recorded;
mod reports;
mod server;
mod status;
mod websocket;
mod world;

pub(crate) use world::World;
