//! A standby becomes the primary.

use std::time::Duration;

use pgkit::connection::{ConnectError, Connection, Target};
use pgkit::promote::{self, PromoteError};
use thiserror::Error;
use tokio::time::{Instant, sleep};

/// How long the session may take to open.
const CONNECT: Duration = Duration::from_secs(5);

/// How long the server may take to read its configuration.
const LOADED: Duration = Duration::from_secs(10);

/// Why there was no promotion.
#[derive(Debug, Error)]
pub enum PromotionError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error("the server does not tell what commits wait for")]
    Query(#[from] tokio_postgres::Error),
    #[error("the server has not loaded within {LOADED:?} that commits wait")]
    NotBlocked,
    #[error(transparent)]
    Promote(#[from] PromoteError),
}

/// Promotes; where commits are to wait, only after the server has loaded that they do.
pub async fn promote(
    target: &Target,
    blocked: Option<String>,
    limit: Duration,
) -> Result<(), PromotionError> {
    let session = Connection::open(target, CONNECT).await?;
    if let Some(names) = blocked {
        let began = Instant::now();
        let loaded = "select current_setting('synchronous_standby_names')";
        while session.client().query_one(loaded, &[]).await?.try_get::<_, String>(0)? != names {
            if began.elapsed() > LOADED {
                return Err(PromotionError::NotBlocked);
            }
            sleep(Duration::from_millis(10)).await;
        }
    }
    let took = promote::promote(&session, limit).await?;
    tracing::info!(milliseconds = took.as_millis(), "PostgreSQL is promoted");
    // So that others can be rewound against this timeline; nobody has to wait for it.
    tokio::spawn(async move {
        if let Err(error) = session.client().batch_execute("checkpoint").await {
            tracing::warn!(%error, "no checkpoint after the promotion");
        }
    });
    Ok(())
}
