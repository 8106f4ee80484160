//! One connection, and what its answers mean for a row.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::Severity;
use tokio_postgres::{
    AsyncMessage, Client, Config, Connection, NoTls, SimpleQueryMessage, SimpleQueryRow,
};

use super::{Route, Target};
use crate::probe::journal::{Outcome, Server};
use crate::probe::sql;
use crate::probe::tls::Secure;

/// What came back for a statement that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is done, says the server.
    Done(Server),
    /// It is done, but with the warning that not every standby has it that should.
    DoneWithWarning(String),
    /// An error that ended the statement only.
    Refused(String),
    /// An error that ended the whole session.
    Dismissed(String),
    /// Nothing: the connection broke, or the answer was too late or made no sense.
    None(String),
}

impl Answer {
    /// What this means for the row.
    ///
    /// A session may be dismissed right after its commit, before the answer; and a warning means
    /// that waiting for the standbys was cut short. Neither is a promise, and neither a refusal.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        match self {
            Self::Done(server) => Outcome::Acked { server },
            Self::Refused(why) => Outcome::Failed { why },
            Self::DoneWithWarning(why) | Self::Dismissed(why) | Self::None(why) => {
                Outcome::Unknown { why }
            }
        }
    }

    /// Whether the connection can and shall take the next statement.
    #[must_use]
    pub fn leaves_open(&self, route: Route) -> bool {
        match self {
            Self::Done(_) | Self::DoneWithWarning(_) => true,
            // What refuses may be a standby, that a service leads away from.
            Self::Refused(_) => route == Route::Held,
            Self::Dismissed(_) | Self::None(_) => false,
        }
    }

    fn from_error(error: &tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            None => Self::None(chain(error)),
            Some(refusal) => {
                let why = format!("{}: {}", refusal.code().code(), refusal.message());
                // 40003 is "statement completion unknown".
                let certain = refusal.code().code() != "40003";
                match refusal.parsed_severity() {
                    Some(Severity::Error) if certain => Self::Refused(why),
                    _ => Self::Dismissed(why),
                }
            }
        }
    }
}

/// A connection that is ready for a statement.
pub struct Link {
    client: Client,
    /// Set when the server has sent a warning.
    warned: Arc<AtomicBool>,
    driver: JoinHandle<()>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("closed", &self.client.is_closed()).finish_non_exhaustive()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // It may hang on a dead peer: nobody waits for it.
        self.driver.abort();
    }
}

impl Link {
    /// Connects. Sets no limit to the time it takes.
    pub async fn open(target: &Target) -> Result<Self> {
        let secure = Secure::of(&target.tls)?;
        let mut config = Config::new();
        config
            .user(&target.user)
            .password(&target.password)
            .dbname(&target.database)
            .application_name("ledger")
            .ssl_mode(if secure.is_some() { SslMode::Require } else { SslMode::Disable });
        let stream = TcpStream::connect(target.address).await.context("failed to connect")?;
        stream.set_nodelay(true)?;
        let warned = Arc::new(AtomicBool::new(false));
        let (client, driver) = match secure {
            Some(secure) => {
                let (client, connection) = config.connect_raw(stream, secure).await?;
                (client, tokio::spawn(drive(connection, warned.clone())))
            }
            None => {
                let (client, connection) = config.connect_raw(stream, NoTls).await?;
                (client, tokio::spawn(drive(connection, warned.clone())))
            }
        };
        Ok(Self { client, warned, driver })
    }

    /// Sends the statement that writes a row.
    pub async fn insert(&self, statement: &str) -> Answer {
        self.warned.store(false, Ordering::SeqCst);
        let messages = match self.client.simple_query(statement).await {
            Ok(messages) => messages,
            Err(error) => return Answer::from_error(&error),
        };
        if self.warned.load(Ordering::SeqCst) {
            return Answer::DoneWithWarning("the server warned".into());
        }
        let row = messages.iter().find_map(row);
        let server = row.context("no row").and_then(|row| sql::server(&columns(row)));
        server.map_or_else(|error| Answer::None(format!("{error:#}")), Answer::Done)
    }

    /// Makes the table.
    pub async fn create(&self) -> Result<()> {
        self.client.simple_query(sql::CREATE).await?;
        Ok(())
    }

    /// Reads rows of a text and a number.
    pub async fn rows(&self, statement: &str) -> Result<Vec<(String, u64)>> {
        let messages = self.client.simple_query(statement).await?;
        let rows = messages.iter().filter_map(row).map(|row| {
            let session = row.get(0).context("no session")?;
            let sequence = row.get(1).context("no number")?;
            Ok((session.to_owned(), sequence.parse()?))
        });
        rows.collect()
    }
}

async fn drive<S, T>(mut connection: Connection<S, T>, warned: Arc<AtomicBool>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
        match message {
            Ok(AsyncMessage::Notice(notice)) => {
                if notice.parsed_severity() == Some(Severity::Warning) {
                    warned.store(true, Ordering::SeqCst);
                }
            }
            Ok(_) => {}
            // Whoever waits for an answer is told by the client.
            Err(_) => return,
        }
    }
}

fn row(message: &SimpleQueryMessage) -> Option<&SimpleQueryRow> {
    match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    }
}

fn columns(row: &SimpleQueryRow) -> Vec<Option<&str>> {
    (0..row.len()).map(|column| row.get(column)).collect()
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
