//! The role with which PgBouncer asks for the passwords of others, where a pooler is used.

use api::cluster::Cluster;
use tokio_postgres::{Client, Error};

use super::begin;

/// The body of the function, as it stands in `pgbouncer/function.sql`.
const BODY: &str = "SELECT usename, passwd FROM pg_catalog.pg_shadow WHERE usename=$1;";

/// Whether a pooler wants to ask.
#[must_use]
pub fn is_wanted(cluster: &Cluster) -> bool {
    let integrations =
        cluster.status.as_ref().and_then(|status| status.pooler_integrations.as_ref());
    integrations
        .and_then(|integrations| integrations.pg_bouncer_integration.as_ref())
        .is_some_and(|pgbouncer| !pgbouncer.secrets.is_empty())
}

/// Makes role and function in the database `postgres`, or repairs them; returns whether anything
/// had to be done.
///
/// # Errors
/// When the server refuses.
pub async fn reconcile(client: &mut Client) -> Result<bool, Error> {
    let transaction = begin(client).await?;
    let row = transaction.query_one(include_str!("pgbouncer/seen.sql"), &[&BODY]).await?;
    let (role, connect, function, call): (bool, bool, bool, bool) =
        (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
    if role && connect && function && call {
        return Ok(false);
    }
    if !role {
        transaction.batch_execute("create role cnpg_pooler_pgbouncer login").await?;
    }
    if !connect {
        let grant = "grant connect on database postgres to cnpg_pooler_pgbouncer";
        transaction.batch_execute(grant).await?;
    }
    if !function || !call {
        transaction.batch_execute(include_str!("pgbouncer/function.sql")).await?;
    }
    transaction.commit().await?;
    tracing::info!("made what PgBouncer asks for passwords with");
    Ok(true)
}
