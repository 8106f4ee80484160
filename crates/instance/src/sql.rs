//! What the primary keeps right inside PostgreSQL, and what a standby keeps in step with it.
//!
//! What to do is decided from what was read, in pure functions; the statements are run beside them.
//! Every statement has a limit on the server too: one that waits for a lock is given up there.

pub mod clients;
pub mod extensions;
pub mod keeper;
pub mod passwords;
pub mod pgbouncer;
pub mod quote;
pub mod roles;
pub mod scram;
pub mod slots;
pub mod system_roles;
pub mod task;

pub use keeper::Keeper;

use tokio_postgres::{Client, Error, Transaction};

/// Limits of the statements in a transaction.
const LIMITS: &str = "set local statement_timeout = '30s'; set local lock_timeout = '10s'";

/// Begins a transaction whose statements do not wait for ever.
pub(crate) async fn begin(client: &mut Client) -> Result<Transaction<'_>, Error> {
    let transaction = client.transaction().await?;
    transaction.batch_execute(LIMITS).await?;
    Ok(transaction)
}
