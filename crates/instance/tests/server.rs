//! Against a real PostgreSQL, a data directory per test.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use testkit::{postgres_server, until};

#[path = "server/control.rs"]
mod control;
#[path = "server/copies.rs"]
mod copies;
#[path = "server/fixture.rs"]
mod fixture;
#[path = "server/init.rs"]
mod init;
#[path = "server/keeper.rs"]
mod keeper;
#[path = "server/manager.rs"]
mod manager;
#[path = "server/metrics.rs"]
mod metrics;
#[path = "server/serving.rs"]
mod serving;
#[path = "server/store_faults.rs"]
mod store_faults;
