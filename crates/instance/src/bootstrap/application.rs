//! The database of the application and its owner.

use pgkit::connection::Connection;
use thiserror::Error;
use tokio_postgres::Client;

use super::post_init::{PostInitError, Scripts};
use super::temporary_server::{ServerError, TemporaryServer};
use crate::sql::quote::identifier;

/// A database and the role that owns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    pub database: String,
    pub owner: String,
}

/// Why the application has no database.
#[derive(Debug, Error)]
pub enum ApplicationError {
    #[error("cannot make role {role}, the owner of the application's database")]
    Role { role: String, source: tokio_postgres::Error },
    #[error("cannot make database {database} of the application")]
    Database { database: String, source: tokio_postgres::Error },
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error(transparent)]
    PostInit(#[from] PostInitError),
}

/// Makes the owner, unless it exists. It has no password yet: the running primary gives it one.
pub(super) async fn role(
    session: &Connection,
    application: &Application,
) -> Result<(), ApplicationError> {
    let role = &application.owner;
    let made = async {
        let exists = "select from pg_catalog.pg_roles where rolname = $1";
        if exists_row(session.client(), exists, role).await? {
            return Ok(());
        }
        let create = format!("create role {} login", identifier(role));
        session.client().batch_execute(&create).await
    };
    made.await.map_err(|source| ApplicationError::Role { role: role.clone(), source })
}

/// Makes the database and runs the user's SQL in it. One that exists is left alone.
pub(super) async fn database(
    server: &TemporaryServer,
    application: &Application,
    scripts: &Scripts,
) -> Result<(), ApplicationError> {
    let database = &application.database;
    let session = server.connect("postgres").await?;
    let made = async {
        let exists = "select from pg_catalog.pg_database where datname = $1";
        if exists_row(session.client(), exists, database).await? {
            return Ok(false);
        }
        let (name, owner) = (identifier(database), identifier(&application.owner));
        let create = format!("create database {name} owner {owner}");
        session.client().batch_execute(&create).await.map(|()| true)
    };
    let made = made
        .await
        .map_err(|source| ApplicationError::Database { database: database.clone(), source })?;
    if !made {
        tracing::info!(database, "the database exists already and is left as it is");
    } else if !scripts.is_empty()? {
        let session = server.connect(database).await?;
        scripts.run("postInitApplicationSQL", database, session).await?;
    }
    Ok(())
}

async fn exists_row(client: &Client, sql: &str, name: &str) -> Result<bool, tokio_postgres::Error> {
    Ok(client.query_opt(sql, &[&name]).await?.is_some())
}
