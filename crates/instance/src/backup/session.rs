//! The session that holds a backup open: PostgreSQL ends the backup with it.

use std::time::Duration;

use jiff::Timestamp;
use pgkit::connection::{ConnectError, Connection};
use postgres::lsn::Lsn;
use postgres::wal_name::Timeline;
use thiserror::Error;
use tokio::time::sleep;

use crate::state::State;

const CONNECT: Duration = Duration::from_secs(10);
/// How often it is looked whether the session is alive.
const LOOK: Duration = Duration::from_secs(1);

/// Why there is no backup.
#[derive(Debug, Error)]
pub enum SessionError {
    #[error("cannot connect to the server")]
    Connect(#[from] ConnectError),
    #[error("the server refuses")]
    Query(#[from] tokio_postgres::Error),
    #[error("the server tells no position")]
    Strange,
    #[error("the session that held the backup open has ended")]
    Ended,
}

/// A moment of the server at a position of its WAL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub lsn: Lsn,
    pub timeline: Timeline,
    pub time: Timestamp,
}

/// What ends a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub end: Moment,
    /// The content of `backup_label`.
    pub label: String,
}

/// An open session.
#[derive(Debug)]
pub struct Session {
    connection: Connection,
    /// `server_version_num`.
    version: u32,
}

impl Session {
    /// A session that nothing ends but us.
    pub async fn open(state: &State) -> Result<Self, SessionError> {
        let connection = Connection::open(&state.superuser(), CONNECT).await?;
        let client = connection.client();
        let version: String = client
            .query_one("select current_setting('server_version_num')", &[])
            .await?
            .try_get(0)?;
        let version = version.parse().map_err(|_| SessionError::Strange)?;
        client.batch_execute("set statement_timeout = 0; set lock_timeout = 0").await?;
        if version >= 140_000 {
            client.batch_execute("set idle_session_timeout = 0").await?;
        }
        Ok(Self { connection, version })
    }

    pub fn client(&self) -> &tokio_postgres::Client {
        self.connection.client()
    }

    /// Begins the backup.
    pub async fn start(&self, label: &str, fast: bool) -> Result<Moment, SessionError> {
        let query = if self.version >= 150_000 {
            "select pg_backup_start(label => $1, fast => $2)::text"
        } else {
            "select pg_start_backup($1, $2, false)::text"
        };
        let lsn: String = self.client().query_one(query, &[&label, &fast]).await?.try_get(0)?;
        self.moment(&lsn, "(select timeline_id from pg_control_checkpoint())").await
    }

    /// Ends the backup, once the WAL that it needs is archived where that is ours to wait for.
    pub async fn stop(&self) -> Result<Closed, SessionError> {
        let query = if self.version >= 150_000 {
            "select lsn::text, labelfile from pg_backup_stop(wait_for_archive => true)"
        } else {
            "select lsn::text, labelfile from pg_stop_backup(false, true)"
        };
        let row = self.client().query_one(query, &[]).await?;
        let (lsn, label): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let timeline = "case when pg_is_in_recovery() \
             then (select min_recovery_end_timeline from pg_control_recovery()) \
             else (select timeline_id from pg_control_checkpoint()) end";
        Ok(Closed { end: self.moment(&lsn, timeline).await?, label })
    }

    /// Finishes the segment of the end, so that it reaches the archive soon; a standby has none.
    pub async fn finish_segment(&self, id: &str) -> Result<(), SessionError> {
        let point = format!("barman_{id}");
        let sql = "select pg_create_restore_point($1) where not pg_is_in_recovery()";
        let _ = self.client().query_opt(sql, &[&point]).await?;
        let sql = "select pg_switch_wal() where not pg_is_in_recovery()";
        let _ = self.client().query_opt(sql, &[]).await?;
        Ok(())
    }

    /// The timeline that the server is on now.
    pub async fn timeline(&self) -> Result<Timeline, SessionError> {
        let sql = "select greatest((select timeline_id from pg_control_checkpoint()), \
             (select max(received_tli) from pg_stat_wal_receiver))::bigint";
        let timeline: i64 = self.client().query_one(sql, &[]).await?.try_get(0)?;
        Ok(Timeline(u32::try_from(timeline).map_err(|_| SessionError::Strange)?))
    }

    /// Comes back only when the session is gone, and the backup with it.
    pub async fn ended(&self) -> SessionError {
        while !self.connection.is_closed() {
            sleep(LOOK).await;
        }
        SessionError::Ended
    }

    async fn moment(&self, lsn: &str, timeline: &str) -> Result<Moment, SessionError> {
        let query = format!(
            "select ({timeline})::bigint, (extract(epoch from clock_timestamp()) * 1000000)::bigint"
        );
        let row = self.client().query_one(&query, &[]).await?;
        let (timeline, micros): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        let timeline = u32::try_from(timeline).map_err(|_| SessionError::Strange)?;
        Ok(Moment {
            lsn: lsn.parse().map_err(|_| SessionError::Strange)?,
            timeline: Timeline(timeline),
            time: Timestamp::from_microsecond(micros).map_err(|_| SessionError::Strange)?,
        })
    }
}
