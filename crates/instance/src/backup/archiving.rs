//! Whether WAL reaches the archive: a backup without its WAL is none.

use std::time::Duration;

use api::phases::backup as phases;
use jiff::Timestamp;
use pgkit::connection::{ConnectError, Connection};
use thiserror::Error;
use tokio::time::{Instant, sleep};

use super::record::{Record, RecordError};
use crate::sql::slots::remote::{Remote, RemoteError};
use crate::state::State;

/// For how long archiving may fail before the backup does, and how often it is looked at.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
const LOOK: Duration = Duration::from_secs(3);
/// A failure of this age is said in the status.
const TELL: Duration = Duration::from_secs(30);
const CONNECT: Duration = Duration::from_secs(10);

/// Why no backup can be taken.
#[derive(Debug, Error)]
pub enum ArchivingError {
    #[error("cannot ask the server how archiving goes")]
    Connect(#[from] ConnectError),
    #[error("cannot ask the primary how archiving goes")]
    Primary(#[from] RemoteError),
    #[error("the server does not say how archiving goes")]
    Query(#[from] tokio_postgres::Error),
    #[error(
        "WAL archiving does not work: the last failure was of {file}, and nothing was archived since; \
         see the condition ContinuousArchiving of the cluster"
    )]
    Failing { file: String },
    #[error("no WAL has been archived within {0:?}; see the log of the primary")]
    Nothing(Duration),
    #[error("WAL archiving is switched off by the annotation cnpg.io/skipWalArchiving")]
    Off,
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// How archiving has gone so far.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Archiving {
    Works,
    Fails { file: String },
    Untried,
}

/// The row of `pg_stat_archiver` that matters.
#[derive(Debug, Clone, Default)]
struct Row {
    archived: Option<Timestamp>,
    failed: Option<Timestamp>,
    failed_file: Option<String>,
}

fn judge(row: &Row) -> Archiving {
    match (row.archived, row.failed) {
        (Some(archived), Some(failed)) if archived <= failed => {}
        (Some(_), _) => return Archiving::Works,
        (None, Some(_)) => {}
        (None, None) => return Archiving::Untried,
    }
    Archiving::Fails { file: row.failed_file.clone().unwrap_or_default() }
}

/// Waits until WAL is known to reach the archive.
pub(super) async fn wait(state: &State, record: &mut Record) -> Result<(), ArchivingError> {
    let began = Instant::now();
    let mut forced = false;
    loop {
        let (seen, is_primary) = look(state).await?;
        match (&seen, is_primary) {
            (Archiving::Works, _) => {
                record.phase(phases::RUNNING).await?;
                return Ok(());
            }
            // Nothing to archive yet: a segment is finished for it, once.
            (Archiving::Untried, true) if !forced => {
                forced = true;
                finish_segment(state).await?;
            }
            _ => {}
        }
        let waited = began.elapsed();
        if waited >= PATIENCE {
            return Err(match seen {
                Archiving::Fails { file } => ArchivingError::Failing { file },
                Archiving::Works | Archiving::Untried => ArchivingError::Nothing(PATIENCE),
            });
        }
        if waited >= TELL {
            record.phase(phases::WAL_ARCHIVING_FAILING).await?;
        }
        sleep(LOOK).await;
    }
}

/// The facts, and whether they are of our own server.
async fn look(state: &State) -> Result<(Archiving, bool), ArchivingError> {
    let own = Connection::open(&state.superuser(), CONNECT).await?;
    let row = own
        .client()
        .query_one("select pg_is_in_recovery(), current_setting('archive_mode')", &[])
        .await?;
    let (standby, mode): (bool, String) = (row.try_get(0)?, row.try_get(1)?);
    if mode == "off" {
        return Err(ArchivingError::Off);
    }
    // A standby that archives by itself is its own witness.
    if !standby || mode == "always" {
        return Ok((judge(&stat(own.client()).await?), !standby));
    }
    let host = format!("{}-rw", state.identity().cluster);
    let primary = Remote::open(&host, state.paths().port, &state.paths().certificates()).await?;
    Ok((judge(&stat(primary.client()).await?), false))
}

async fn stat(client: &tokio_postgres::Client) -> Result<Row, tokio_postgres::Error> {
    let row = client
        .query_one(
            "select (extract(epoch from last_archived_time) * 1000000)::bigint, \
             (extract(epoch from last_failed_time) * 1000000)::bigint, last_failed_wal \
             from pg_catalog.pg_stat_archiver",
            &[],
        )
        .await?;
    let time = |at: usize| -> Result<Option<Timestamp>, tokio_postgres::Error> {
        let micros: Option<i64> = row.try_get(at)?;
        Ok(micros.and_then(|micros| Timestamp::from_microsecond(micros).ok()))
    };
    Ok(Row { archived: time(0)?, failed: time(1)?, failed_file: row.try_get(2)? })
}

async fn finish_segment(state: &State) -> Result<(), ArchivingError> {
    let own = Connection::open(&state.superuser(), CONNECT).await?;
    own.client().batch_execute("checkpoint; select pg_catalog.pg_switch_wal()").await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_attempt_counts() {
        let at = |second| Timestamp::from_second(second).ok();
        let row = |archived: Option<i64>, failed: Option<i64>| Row {
            archived: archived.and_then(at),
            failed: failed.and_then(at),
            failed_file: failed.map(|_| "x".to_owned()),
        };
        let fails = || Archiving::Fails { file: "x".to_owned() };
        for (name, row, expected) in [
            ("works", row(Some(1), None), Archiving::Works),
            ("works again", row(Some(2), Some(1)), Archiving::Works),
            ("fails since", row(Some(1), Some(2)), fails()),
            ("at the same moment", row(Some(1), Some(1)), fails()),
            ("has only failed", row(None, Some(1)), fails()),
            ("was never tried", row(None, None), Archiving::Untried),
        ] {
            assert_eq!(judge(&row), expected, "{name}");
        }
    }
}
