//! The end of a backup: it counts once the archive has the WAL that it ends with.
//!
//! On a primary PostgreSQL waits for that by itself. A standby does not, and the primary may take
//! its time to finish the segment: it is asked to.

use std::time::Duration;

use objectstore::Store;
use objectstore::wal::{Places, WalError};
use postgres::wal_name::{Segment, SegmentSize, Timeline};
use thiserror::Error;
use tokio::time::{Instant, sleep};

use super::session::{Moment, Session, SessionError};
use crate::sql::slots::remote::{Remote, RemoteError};
use crate::state::State;

/// How long a segment may take to reach the archive.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
const LOOK: Duration = Duration::from_millis(500);
/// How often the primary is asked to finish its segment.
const ASK: Duration = Duration::from_secs(30);

/// Why a backup that is copied does not count.
#[derive(Debug, Error)]
pub(super) enum LastWalError {
    #[error("cannot look into the archive")]
    Archive(#[from] WalError),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(
        "the archive lacks {file}, with which the backup ends, after {PATIENCE:?}: see the condition \
         ContinuousArchiving of the cluster"
    )]
    Missing { file: String },
}

/// Waits until the archive has all WAL up to the end of a backup.
pub(super) async fn archived(
    state: &State,
    store: &Store,
    session: &Session,
    end: Moment,
    size: SegmentSize,
) -> Result<(), LastWalError> {
    let places = Places::new(store.clone(), objectstore::Codec::None);
    let last = Segment::before(end.timeline, end.lsn, size);
    let began = Instant::now();
    let mut asked: Option<Instant> = None;
    loop {
        match has(&places, session, last).await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            // The archive may come back; the session does not.
            Err(LastWalError::Archive(error)) if error.retry() => {
                tracing::warn!(%error, "the archive is asked again for the end of the backup");
            }
            Err(error) => return Err(error),
        }
        if began.elapsed() >= PATIENCE {
            return Err(LastWalError::Missing { file: last.to_string() });
        }
        if asked.is_none_or(|asked| asked.elapsed() >= ASK) {
            asked = Some(Instant::now());
            tracing::info!(file = %last, "the backup waits for the WAL that it ends with");
            if let Err(error) = finish(state, last).await {
                let error = crate::run::chain(&error);
                tracing::info!(error, "the primary finishes the segment in its own time");
            }
        }
        sleep(LOOK).await;
    }
}

/// Whether the archive has the segment, on its timeline or on one that began within it.
async fn has(places: &Places, session: &Session, last: Segment) -> Result<bool, LastWalError> {
    if places.has_whole(last).await? {
        return Ok(true);
    }
    for timeline in last.timeline.0 + 1..=session.timeline().await?.0 {
        if places.has_whole(Segment { timeline: Timeline(timeline), ..last }).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[derive(Debug, Error)]
enum FinishError {
    #[error(transparent)]
    Remote(#[from] RemoteError),
    #[error("the primary refuses")]
    Query(#[from] tokio_postgres::Error),
}

/// Has the primary end the segment if it is still in it; one that archives by itself has none.
async fn finish(state: &State, last: Segment) -> Result<(), FinishError> {
    let host = format!("{}-rw", state.identity().cluster);
    let primary = Remote::open(&host, state.paths().port, &state.paths().certificates()).await?;
    // No case would keep the server from looking where it is while it recovers.
    let sql = "select pg_is_in_recovery()";
    if primary.client().query_one(sql, &[]).await?.try_get(0)? {
        return Ok(());
    }
    let sql = "select pg_switch_wal() \
         where substr(pg_walfile_name(pg_current_wal_lsn()), 9) <= substr($1, 9)";
    let _ = primary.client().query_opt(sql, &[&last.to_string()]).await?;
    Ok(())
}
