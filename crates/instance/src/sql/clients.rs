//! Ends sessions of others.

use tokio_postgres::{Client, Error};

/// Ends all sessions of clients but our own; returns how many there were. After a promotion none
/// may go on as if nothing had happened.
///
/// # Errors
/// When the server does not answer.
pub async fn terminate_all(client: &Client) -> Result<i64, Error> {
    let row = client.query_one(include_str!("clients/terminate_clients.sql"), &[]).await?;
    row.try_get(0)
}

/// Ends replication to instances of a cluster; returns how many there were. The leader of a replica
/// cluster must not feed those who follow someone else.
///
/// # Errors
/// When the server does not answer.
pub async fn terminate_replication(client: &Client, cluster: &str) -> Result<i64, Error> {
    let prefix = format!("{cluster}-");
    let sql = include_str!("clients/terminate_replication.sql");
    client.query_one(sql, &[&prefix]).await?.try_get(0)
}
