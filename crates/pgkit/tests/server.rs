//! Against a real PostgreSQL, a data directory per test.

// Only this file: the rest of the test kit brings a Kubernetes client, which takes minutes to build.
#[path = "../../testkit/src/postgres_server.rs"]
mod postgres_server;
#[path = "../../testkit/src/until.rs"]
mod until;

#[path = "server/fixture.rs"]
mod fixture;
#[path = "server/logs.rs"]
mod logs;
#[path = "server/status.rs"]
mod status;
#[path = "server/supervisor.rs"]
mod supervisor;
#[path = "server/tools.rs"]
mod tools;
