//! A server for the time of a step: nobody but us can reach it.

use std::time::Duration;

use pgkit::connection::{ConnectError, Connection, Target};
use pgkit::postmaster::machine::{Exit, Mode};
use pgkit::postmaster::{Server, ServerConfig, StartError};
use pgkit::ready::{self, Answer};
use thiserror::Error;
use tokio::time::sleep;

use super::Site;

/// How often it is asked whether it is up: at first, and at last.
const ASK_FIRST: Duration = Duration::from_millis(10);
const ASK_LAST: Duration = Duration::from_millis(500);

/// How long a session may take to open.
const CONNECT: Duration = Duration::from_secs(10);

/// Why there is no such server.
#[derive(Debug, Error)]
pub enum ServerError {
    #[error("cannot make the directory for sockets")]
    Directory(#[source] std::io::Error),
    #[error("cannot start PostgreSQL")]
    Start(#[from] StartError),
    #[error("PostgreSQL ended while it started ({0:?}): its log says why")]
    Ended(Exit),
    #[error("PostgreSQL ended uncleanly when it was stopped ({0:?}): its log says why")]
    Unclean(Exit),
    #[error("cannot talk to PostgreSQL")]
    Connect(#[from] ConnectError),
}

/// A running server; one that is dropped is told to stop, and not awaited.
#[derive(Debug)]
pub struct TemporaryServer {
    server: Option<Server>,
    target: Target,
}

impl TemporaryServer {
    /// Starts the server of the data directory and waits until it takes connections, however long
    /// its recovery may be.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(
        site: &Site,
        environment: &[(String, String)],
        settings: &[&str],
    ) -> Result<Self, ServerError> {
        let sockets = site.paths.socket_directory();
        crate::paths::private_directory(&sockets).map_err(ServerError::Directory)?;
        let directory = format!("unix_socket_directories={}", sockets.display());
        let port = format!("port={}", site.paths.port);
        let fixed = [
            directory.as_str(),
            port.as_str(),
            "listen_addresses=",
            // Its output goes the way of all programs: no one reads the FIFOs of the collector.
            "logging_collector=off",
            "log_destination=stderr",
            // What it writes is archived by the instance; commits of the user's SQL wait for nobody.
            "archive_command=",
            "synchronous_standby_names=",
        ];
        let words = fixed.iter().chain(settings).flat_map(|setting| ["-c", setting]);
        let config = ServerConfig {
            program: site.programs.get("postgres"),
            data_directory: site.paths.data.clone(),
            socket_directory: sockets.clone(),
            port: site.paths.port,
            arguments: words.map(Into::into).collect(),
            environment: environment
                .iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            run_as: site.run_as,
            sink: site.sink.clone(),
        };
        let server = Server::start(&config, &site.children).await?;
        let mut started =
            Self { server: Some(server), target: Target::superuser(sockets, site.paths.port) };
        let target = started.target.clone();
        let exit = tokio::select! {
            exit = started.wait() => Some(exit),
            () = until_ready(&target) => None,
        };
        match exit {
            None => Ok(started),
            Some(exit) => {
                started.server = None;
                Err(ServerError::Ended(exit))
            }
        }
    }

    /// How the superuser connects.
    #[must_use]
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// A session of the superuser in a database.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn connect(&self, database: &str) -> Result<Connection, ServerError> {
        let target = self.target.clone().database(database);
        Ok(Connection::open(&target, CONNECT).await?)
    }

    /// Stops the server; it writes all it has.
    ///
    /// # Errors
    /// When it does not end cleanly.
    pub async fn stop(mut self) -> Result<(), ServerError> {
        if let Some(server) = &self.server {
            server.stop(Mode::Fast);
        }
        let exit = self.wait().await;
        self.server = None;
        match exit {
            Exit::Code(0) => Ok(()),
            exit => Err(ServerError::Unclean(exit)),
        }
    }

    /// Waits until the server ends.
    pub async fn wait(&mut self) -> Exit {
        match &mut self.server {
            Some(server) => server.wait().await,
            None => Exit::NeverStarted,
        }
    }
}

impl Drop for TemporaryServer {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.stop(Mode::Fast);
        }
    }
}

async fn until_ready(target: &Target) {
    let mut pause = ASK_FIRST;
    while ready::ask(&target.socket_directory, target.port).await != Answer::Accepting {
        sleep(pause).await;
        pause = ASK_LAST.min(pause * 2);
    }
}
