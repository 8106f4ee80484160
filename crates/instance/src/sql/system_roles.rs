//! Roles that the operator itself needs: for replication, and for metrics.

use tokio_postgres::{Client, Error};

use super::begin;

/// What replicas call on the primary: for a rewind, and so that the last WAL of a backup which they
/// have taken is archived.
const FUNCTIONS: &[&str] = &[
    "pg_catalog.pg_ls_dir(text, boolean, boolean)",
    "pg_catalog.pg_stat_file(text, boolean)",
    "pg_catalog.pg_read_binary_file(text)",
    "pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean)",
    "pg_catalog.pg_switch_wal()",
];

/// How a role is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Missing,
    Wrong,
    Right,
}

impl Found {
    const fn of(exists: bool, right: bool) -> Self {
        match (exists, right) {
            (_, true) => Self::Right,
            (true, false) => Self::Wrong,
            (false, false) => Self::Missing,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    replication: Found,
    missing_functions: Vec<String>,
    metrics: Found,
    metrics_monitors: bool,
}

/// Makes the roles, or repairs them; returns whether anything had to be done.
///
/// # Errors
/// When the server refuses, as a standby does.
pub async fn reconcile(client: &mut Client) -> Result<bool, Error> {
    let transaction = begin(client).await?;
    let row = transaction.query_one(include_str!("system_roles/seen.sql"), &[&FUNCTIONS]).await?;
    let seen = Seen {
        replication: Found::of(row.try_get(0)?, row.try_get(1)?),
        missing_functions: row.try_get(2)?,
        metrics: Found::of(row.try_get(3)?, row.try_get(4)?),
        metrics_monitors: row.try_get(5)?,
    };
    let statements = statements(&seen);
    for statement in &statements {
        transaction.batch_execute(statement).await?;
    }
    transaction.commit().await?;
    Ok(!statements.is_empty())
}

fn statements(seen: &Seen) -> Vec<String> {
    let mut statements = Vec::new();
    match seen.replication {
        Found::Missing => statements.push(
            "create role streaming_replica login replication; comment on role streaming_replica \
             is 'Replicas of the cluster connect with this role'"
                .to_owned(),
        ),
        Found::Wrong => {
            statements.push("alter role streaming_replica login replication".to_owned());
        }
        Found::Right => {}
    }
    let grant =
        |function: &String| format!("grant execute on function {function} to streaming_replica");
    statements.extend(seen.missing_functions.iter().map(grant));
    let attributes =
        "nosuperuser nocreatedb nocreaterole inherit login noreplication nobypassrls password null";
    match seen.metrics {
        Found::Missing => {
            statements.push(format!("create role cnpg_metrics_exporter {attributes}"));
        }
        Found::Wrong => statements.push(format!("alter role cnpg_metrics_exporter {attributes}")),
        Found::Right => {}
    }
    if !seen.metrics_monitors {
        statements.push("grant pg_monitor to cnpg_metrics_exporter".to_owned());
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_wrong_is_touched() {
        let right = Seen {
            replication: Found::Right,
            missing_functions: vec![],
            metrics: Found::Right,
            metrics_monitors: true,
        };
        assert_eq!(statements(&right), [""; 0]);
        let wrong = Seen { metrics: Found::Wrong, ..right.clone() };
        assert!(statements(&wrong)[0].starts_with("alter role cnpg_metrics_exporter nosuperuser "));
        let new = Seen {
            replication: Found::Missing,
            missing_functions: vec!["f()".to_owned()],
            metrics: Found::Missing,
            metrics_monitors: false,
        };
        let begins: Vec<_> = statements(&new).iter().map(|line| line[..12].to_owned()).collect();
        assert_eq!(begins, ["create role ", "grant execut", "create role ", "grant pg_mon"]);
    }
}
