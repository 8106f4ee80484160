//! Live connections to our own server, over its socket.

use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::{Client, Config, NoTls};

/// What every session of ours begins with: fixed formats, no names out of odd schemas, and no wait
/// for replicas that may be the reason why we came.
const SESSION: &str = "-c datestyle=ISO -c intervalstyle=postgres -c timezone=UTC \
     -c search_path=pg_catalog,\\ public,\\ pg_temp -c synchronous_commit=local";

/// The name under which the server sees us.
pub const APPLICATION_NAME: &str = "cnpg-instance-manager";

/// Whom to connect as, and to what.
#[derive(Debug, Clone)]
pub struct Target {
    pub socket_directory: PathBuf,
    pub port: u16,
    pub user: String,
    pub database: String,
    pub application_name: String,
}

impl Target {
    /// The superuser in the database `postgres`.
    #[must_use]
    pub fn superuser(socket_directory: impl Into<PathBuf>, port: u16) -> Self {
        Self {
            socket_directory: socket_directory.into(),
            port,
            user: "postgres".to_owned(),
            database: "postgres".to_owned(),
            application_name: APPLICATION_NAME.to_owned(),
        }
    }

    /// The same in another database.
    #[must_use]
    pub fn database(mut self, database: impl Into<String>) -> Self {
        self.database = database.into();
        self
    }
}

/// Why there is no connection.
#[derive(Debug, Error)]
pub enum ConnectError {
    #[error("cannot connect to database {database}")]
    Refused { database: String, source: tokio_postgres::Error },
    #[error("no answer from database {database} within {limit:?}")]
    TooLong { database: String, limit: Duration },
}

/// An open session; it ends when this is dropped.
#[derive(Debug)]
pub struct Connection {
    client: Client,
    driver: JoinHandle<()>,
}

impl Connection {
    /// Opens a session.
    ///
    /// # Errors
    /// When the server is down, refuses, or does not answer in time.
    pub async fn open(target: &Target, limit: Duration) -> Result<Self, ConnectError> {
        let database = &target.database;
        let mut config = Config::new();
        config
            .host_path(&target.socket_directory)
            .port(target.port)
            .user(&target.user)
            .dbname(database)
            .application_name(&target.application_name)
            .options(SESSION);
        let (client, connection) = timeout(limit, config.connect(NoTls))
            .await
            .map_err(|_| ConnectError::TooLong { database: database.clone(), limit })?
            .map_err(|source| ConnectError::Refused { database: database.clone(), source })?;
        let driver = tokio::spawn(async move {
            // Queries get the error too; here it would only be told twice.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a session has ended");
            }
        });
        Ok(Self { client, driver })
    }

    /// The session, for queries.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The session, for transactions.
    pub const fn client_mut(&mut self) -> &mut Client {
        &mut self.client
    }

    /// Whether the session has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
