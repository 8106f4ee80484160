//! Extensions that are switched on by using one of their settings, in every database.

use std::collections::BTreeMap;
use std::time::Duration;

use api::cluster::Cluster;
use pgkit::pool::{Pool, PoolError};
use thiserror::Error;
use tokio_postgres::Client;

use super::begin;
use super::quote::identifier;
use crate::files::settings::MANAGED_EXTENSIONS;

/// How long a session in one of the databases may take to open.
const CONNECT: Duration = Duration::from_secs(10);

/// Why the extensions of a database are not right.
#[derive(Debug, Error)]
pub enum ExtensionsError {
    #[error(transparent)]
    Pool(#[from] PoolError),
    #[error("cannot list the databases")]
    Databases(#[source] tokio_postgres::Error),
    #[error("cannot change the extensions of database {database}")]
    Change { database: String, source: tokio_postgres::Error },
}

/// Whether each managed extension is used.
type Used = BTreeMap<&'static str, bool>;

/// Remembers what was made right, so that databases are only visited after a change.
#[derive(Debug, Default)]
pub struct Extensions {
    done: Option<Used>,
}

impl Extensions {
    /// Creates what is used and drops what is not.
    ///
    /// # Errors
    /// The last one; all databases have had their turn.
    pub async fn reconcile(
        &mut self,
        pool: &Pool,
        cluster: &Cluster,
    ) -> Result<(), ExtensionsError> {
        let used: Used =
            MANAGED_EXTENSIONS.iter().map(|one| (one.name, one.is_used(cluster))).collect();
        if self.done.as_ref() == Some(&used) {
            return Ok(());
        }
        let session = pool.get("postgres", CONNECT).await?;
        let sql = "select datname::text from pg_catalog.pg_database where datallowconn order by 1";
        let rows = session.query(sql, &[]).await.map_err(ExtensionsError::Databases)?;
        drop(session);
        let mut result = Ok(());
        for row in rows {
            let database: String = row.get(0);
            let mut session = pool.get(&database, CONNECT).await?;
            if let Err(source) = change(&mut session, &used).await {
                result = Err(ExtensionsError::Change { database, source });
            }
        }
        if result.is_ok() {
            self.done = Some(used);
        }
        // A session in a database keeps it from being dropped or copied: none is kept idle.
        pool.close();
        result
    }
}

async fn change(client: &mut Client, used: &Used) -> Result<(), tokio_postgres::Error> {
    let transaction = begin(client).await?;
    let names: Vec<&str> = used.keys().copied().collect();
    let sql = "select extname::text from pg_catalog.pg_extension where extname = any($1::text[])";
    let rows = transaction.query(sql, &[&names]).await?;
    let installed: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let statements = statements(used, &installed);
    if statements.is_empty() {
        return Ok(());
    }
    // Scripts of extensions expect to create their objects where a user would.
    transaction.batch_execute("set local search_path to \"$user\", public").await?;
    for statement in statements {
        transaction.batch_execute(&statement).await?;
    }
    transaction.commit().await
}

fn statements(used: &Used, installed: &[String]) -> Vec<String> {
    let has_objects = |name: &str| {
        MANAGED_EXTENSIONS.iter().any(|extension| extension.name == name && extension.has_objects)
    };
    let statement = |(name, used): (&&str, &bool)| {
        let installed = installed.iter().any(|installed| installed == name);
        match (used, installed) {
            (true, false) if has_objects(name) => {
                Some(format!("create extension {}", identifier(name)))
            }
            (false, true) => Some(format!("drop extension {}", identifier(name))),
            (true, _) | (false, false) => None,
        }
    };
    used.iter().filter_map(statement).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn used_ones_are_created_and_others_dropped() {
        let used = |names: &[&str]| -> Used {
            MANAGED_EXTENSIONS.iter().map(|one| (one.name, names.contains(&one.name))).collect()
        };
        for (name, wanted, installed, expected) in [
            ("nothing", vec![], vec![], vec![]),
            ("new", vec!["pgaudit"], vec![], vec!["create extension \"pgaudit\""]),
            ("there", vec!["pgaudit"], vec!["pgaudit"], vec![]),
            ("only a library", vec!["auto_explain"], vec![], vec![]),
            (
                "no more",
                vec![],
                vec!["pg_stat_statements"],
                vec!["drop extension \"pg_stat_statements\""],
            ),
        ] {
            let installed: Vec<_> = installed.into_iter().map(str::to_owned).collect();
            assert_eq!(statements(&used(&wanted), &installed), expected, "{name}");
        }
    }
}
