//! A few sessions to our own server, kept for the next who asks.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_postgres::Client;

use crate::connection::{ConnectError, Connection, Target};

/// How many sessions one database may have.
const MOST: usize = 3;

/// Why there is no session.
#[derive(Debug, Error)]
pub enum PoolError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error("all sessions of database {database} were busy for {limit:?}")]
    Busy { database: String, limit: Duration },
}

/// Sessions by database. Clones share them.
#[derive(Debug, Clone)]
pub struct Pool {
    target: Target,
    databases: Arc<Mutex<BTreeMap<String, Database>>>,
}

#[derive(Debug, Clone)]
struct Database {
    permits: Arc<Semaphore>,
    /// At most one: a server that is asked now and then needs no more.
    idle: Arc<Mutex<Option<Connection>>>,
}

/// A session, given back when it is dropped.
#[derive(Debug)]
pub struct Session {
    connection: Option<Connection>,
    database: Database,
    pool: Pool,
    _permit: OwnedSemaphorePermit,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is in here is whole after every panic.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pool {
    /// Sessions as somebody; the database of the target does not matter.
    #[must_use]
    pub fn new(target: Target) -> Self {
        Self { target, databases: Arc::default() }
    }

    /// A session in a database.
    ///
    /// # Errors
    /// When the server refuses, or all sessions stay busy.
    pub async fn get(&self, database: &str, limit: Duration) -> Result<Session, PoolError> {
        let entry = self.database(database);
        let permit = timeout(limit, Arc::clone(&entry.permits).acquire_owned()).await;
        let busy = || PoolError::Busy { database: database.to_owned(), limit };
        let permit = permit.map_err(|_| busy())?.expect("the semaphore is never closed");
        let idle = lock(&entry.idle).take().filter(|session| !session.is_closed());
        let connection = match idle {
            Some(connection) => connection,
            None => Connection::open(&self.target.clone().database(database), limit).await?,
        };
        let connection = Some(connection);
        Ok(Session { connection, database: entry, pool: self.clone(), _permit: permit })
    }

    /// Ends all sessions that are not in use, and those in use when they are given back.
    pub fn close(&self) {
        lock(&self.databases).clear();
    }

    fn database(&self, name: &str) -> Database {
        let mut databases = lock(&self.databases);
        databases.entry(name.to_owned()).or_insert_with(Database::new).clone()
    }

    /// Whether a session of this entry may be used again.
    fn knows(&self, database: &Database) -> bool {
        lock(&self.databases).values().any(|known| Arc::ptr_eq(&known.idle, &database.idle))
    }
}

impl Database {
    fn new() -> Self {
        Self { permits: Arc::new(Semaphore::new(MOST)), idle: Arc::default() }
    }
}

impl Deref for Session {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.connection.as_ref().expect("it is there until the drop").client()
    }
}

/// Exclusive use, as a transaction needs it: one that is dropped is rolled back.
impl DerefMut for Session {
    fn deref_mut(&mut self) -> &mut Client {
        self.connection.as_mut().expect("it is there until the drop").client_mut()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let connection = self.connection.take().filter(|connection| !connection.is_closed());
        if self.pool.knows(&self.database) {
            *lock(&self.database.idle) = connection;
        }
    }
}
