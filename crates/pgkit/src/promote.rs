//! Makes a standby a primary, and sees it happen.

use std::time::Duration;

use thiserror::Error;
use tokio::time::{Instant, sleep};

use crate::connection::Connection;

/// How often the server is asked: a promotion takes some tens of milliseconds.
const LOOK: Duration = Duration::from_millis(10);

/// Why there is no new primary.
#[derive(Debug, Error)]
pub enum PromoteError {
    #[error("the server does not answer")]
    Query(#[source] tokio_postgres::Error),
    #[error("the server did not take the request to promote")]
    Refused,
    #[error("the server is still in recovery after {0:?}")]
    TooLong(Duration),
}

/// Promotes the server; a primary stays what it is. Returns how long it took.
///
/// # Errors
/// When the server refuses, goes away, or takes too long: it may still become a primary later.
pub async fn promote(connection: &Connection, limit: Duration) -> Result<Duration, PromoteError> {
    let began = Instant::now();
    if !in_recovery(connection).await? {
        return Ok(began.elapsed());
    }
    // Not waiting in the server, which looks only ten times a second.
    let asked = connection.client().query_one("select pg_promote(wait => false)", &[]).await;
    if !asked.map_err(PromoteError::Query)?.get::<_, bool>(0) {
        return Err(PromoteError::Refused);
    }
    while in_recovery(connection).await? {
        if began.elapsed() > limit {
            return Err(PromoteError::TooLong(limit));
        }
        sleep(LOOK).await;
    }
    Ok(began.elapsed())
}

async fn in_recovery(connection: &Connection) -> Result<bool, PromoteError> {
    let row = connection.client().query_one("select pg_is_in_recovery()", &[]).await;
    Ok(row.map_err(PromoteError::Query)?.get(0))
}
