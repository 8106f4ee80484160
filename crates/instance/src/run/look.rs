//! What the server says of replication, asked again and again over one session.

use std::collections::BTreeSet;
use std::time::Duration;

use pgkit::connection::{ConnectError, Connection, Target};
use planner::leadership::clock::BootTime;
use planner::leadership::records::{InstanceName, Position};
use postgres::lsn::Lsn;
use thiserror::Error;
use tokio::time::{Instant, timeout};
use tokio_postgres::error::SqlState;

/// How long the server may take to answer.
const LIMIT: Duration = Duration::from_secs(5);

/// How long a session is kept: one that is open sees nothing of files that have gone.
const KEPT: Duration = Duration::from_secs(5);

/// What the server is at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    Standby {
        position: Position,
        /// There is a primary to receive from, or still a process that does.
        receives: bool,
        streaming: bool,
        /// All that lies here has been read, so the position tells of it.
        complete: bool,
        /// The process that replays, which can be woken up.
        startup: Option<i32>,
    },
    Primary {
        streaming: BTreeSet<InstanceName>,
    },
}

/// Why nothing was seen.
#[derive(Debug, Error)]
pub enum LookError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error("the server does not tell how it replicates")]
    Query(#[from] tokio_postgres::Error),
    #[error("the server told nothing about replication within {LIMIT:?}")]
    TooLong,
    #[error("the server told a position that is none")]
    Position,
}

impl LookError {
    /// The server answered, and lets nobody in.
    pub fn refused(&self) -> bool {
        let Self::Connect(ConnectError::Refused { source, .. }) = self else { return false };
        source.code().is_some_and(|code| {
            *code != SqlState::TOO_MANY_CONNECTIONS && *code != SqlState::CANNOT_CONNECT_NOW
        })
    }
}

/// Looks at the server; keeps the session for the next looks.
#[derive(Debug)]
pub struct Looker {
    target: Target,
    session: Option<Connection>,
    opened: Instant,
}

impl Looker {
    pub fn new(target: Target) -> Self {
        Self { target, session: None, opened: Instant::now() }
    }

    /// One look, and when it began.
    pub async fn look(&mut self) -> (BootTime, Result<Look, LookError>) {
        let began = super::boot_clock::now();
        let seen = timeout(LIMIT, self.ask()).await.unwrap_or(Err(LookError::TooLong));
        if seen.is_err() {
            self.session = None;
        }
        (began, seen)
    }

    async fn ask(&mut self) -> Result<Look, LookError> {
        let kept = self
            .session
            .take()
            .filter(|session| !session.is_closed() && self.opened.elapsed() < KEPT);
        let session = match kept {
            Some(session) => session,
            None => {
                self.opened = Instant::now();
                Connection::open(&self.target, LIMIT).await?
            }
        };
        let session = self.session.insert(session);
        let row = session.client().query_one(include_str!("look.sql"), &[]).await?;
        if !row.try_get::<_, bool>("standby")? {
            let names: Vec<String> = row.try_get("streaming")?;
            let streaming = names.iter().map(|name| name.as_str().into()).collect();
            return Ok(Look::Primary { streaming });
        }
        let lsn = |column| -> Result<Lsn, LookError> {
            let text: Option<String> = row.try_get(column)?;
            let text = text.unwrap_or_else(|| "0/0".to_owned());
            text.parse().map_err(|_| LookError::Position)
        };
        let timeline: i32 = row.try_get("timeline")?;
        let timeline = u32::try_from(timeline).map_err(|_| LookError::Position)?;
        let receiver: Option<String> = row.try_get("receiver")?;
        Ok(Look::Standby {
            position: Position { timeline, lsn: lsn("received")?.max(lsn("replayed")?) },
            receives: receiver.is_some() || row.try_get::<_, bool>("configured")?,
            streaming: receiver.as_deref() == Some("streaming"),
            complete: row.try_get("complete")?,
            startup: row.try_get("startup")?,
        })
    }
}
