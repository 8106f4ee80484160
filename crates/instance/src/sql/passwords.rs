//! Passwords of the superuser and of the owner of the application's database.

use std::collections::BTreeMap;

use api::annotations::{ENABLED, PASSWORD_PASSTHROUGH};
use api::cluster::Cluster;
use thiserror::Error;
use tokio_postgres::Client;

use super::begin;
use super::quote::{identifier, literal};
use super::scram;
use crate::files::secrets::{Content, SecretError, Secrets};

/// Nothing of a statement with a password may reach a log or a view.
const UNSEEN: &str = "set local log_statement = 'none'; set local log_min_error_statement = 'panic'; \
     set local log_min_duration_statement = -1; set local log_duration = off; \
     set local pgaudit.log = 'none'; set local pg_stat_statements.track_utility = off";

/// Why a role does not have its password.
#[derive(Debug, Error)]
pub enum PasswordError {
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error("username {found:?} in Secret {secret} is not {role:?}")]
    Username { secret: String, found: String, role: String },
    #[error("cannot set the password of role {role}")]
    Set { role: String, source: tokio_postgres::Error },
}

/// A role and the Secret with its password.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    role: String,
    secret: String,
}

/// Remembers which version of which Secret each role was given: in memory only, so that all are
/// given once by each manager.
#[derive(Debug, Default)]
pub struct Passwords {
    given: BTreeMap<String, (String, String)>,
}

impl Passwords {
    /// Gives every role the password of its Secret, unless it has that already.
    ///
    /// # Errors
    /// The last one; all roles have had their turn.
    pub async fn reconcile(
        &mut self,
        client: &mut Client,
        secrets: &Secrets,
        cluster: &Cluster,
    ) -> Result<(), PasswordError> {
        let mut result = Ok(());
        let superuser = superuser(cluster);
        if superuser.is_none() {
            self.given.remove("postgres");
            result = disable_superuser(client).await;
        }
        for wanted in [superuser, application(cluster)].into_iter().flatten() {
            if let Err(error) = self.give(client, secrets, &wanted).await {
                result = Err(error);
            }
        }
        result
    }

    async fn give(
        &mut self,
        client: &mut Client,
        secrets: &Secrets,
        wanted: &Wanted,
    ) -> Result<(), PasswordError> {
        // Not there yet, or never: the role keeps what it has.
        let Some(content) = secrets.find(&wanted.secret).await? else { return Ok(()) };
        let version = (wanted.secret.clone(), content.resource_version.clone());
        if self.given.get(&wanted.role) == Some(&version) {
            return Ok(());
        }
        let password = password(&content, &wanted.role)?;
        set(client, &wanted.role, Some(&password)).await?;
        tracing::info!(role = wanted.role, secret = wanted.secret, "gave a role its password");
        self.given.insert(wanted.role.clone(), version);
        Ok(())
    }
}

/// The password of a Secret in the form that is sent, if it is meant for this role.
///
/// # Errors
/// When the Secret is for another role, or incomplete.
pub fn password(content: &Content, role: &str) -> Result<String, PasswordError> {
    let found = content.text("username")?.trim();
    if found != role {
        let (secret, found) = (content.name.clone(), found.to_owned());
        return Err(PasswordError::Username { secret, found, role: role.to_owned() });
    }
    let password = content.text("password")?;
    let verbatim = content.annotations.get(PASSWORD_PASSTHROUGH).is_some_and(|on| on == ENABLED);
    Ok(if verbatim { password.to_owned() } else { scram::encode(password) })
}

/// Sets a password in a transaction of which no log tells.
async fn set(client: &mut Client, role: &str, password: Option<&str>) -> Result<(), PasswordError> {
    let run = async {
        let transaction = begin(client).await?;
        unseen(&transaction).await?;
        let password = password.map_or_else(|| "null".to_owned(), literal);
        let statement = format!("alter role {} password {password}", identifier(role));
        transaction.batch_execute(&statement).await?;
        transaction.commit().await
    };
    run.await.map_err(|source| PasswordError::Set { role: role.to_owned(), source })
}

/// Hides what follows in a transaction from all logs.
pub(super) async fn unseen(
    transaction: &tokio_postgres::Transaction<'_>,
) -> Result<(), tokio_postgres::Error> {
    transaction.batch_execute(UNSEEN).await
}

async fn disable_superuser(client: &mut Client) -> Result<(), PasswordError> {
    let sql =
        "select from pg_catalog.pg_authid where rolname = 'postgres' and rolpassword is not null";
    let found = client.query_opt(sql, &[]).await;
    let of = |source| PasswordError::Set { role: "postgres".to_owned(), source };
    if found.map_err(of)?.is_none() {
        return Ok(());
    }
    set(client, "postgres", None).await?;
    tracing::info!(role = "postgres", "took the password away: enableSuperuserAccess is off");
    Ok(())
}

/// The superuser's Secret; none when the superuser has no password.
fn superuser(cluster: &Cluster) -> Option<Wanted> {
    let spec = &cluster.spec;
    (spec.enable_superuser_access == Some(true)).then(|| Wanted {
        role: "postgres".to_owned(),
        secret: named(spec.superuser_secret.as_ref(), cluster, "superuser"),
    })
}

/// The Secret of the application's owner, when the bootstrap makes a database for it.
fn application(cluster: &Cluster) -> Option<Wanted> {
    let bootstrap = cluster.spec.bootstrap.as_ref()?;
    let (database, owner, secret) = match bootstrap {
        api::cluster::bootstrap::Bootstrap { recovery: Some(recovery), .. } => {
            (&recovery.database, &recovery.owner, &recovery.secret)
        }
        api::cluster::bootstrap::Bootstrap { pg_basebackup: Some(copy), .. } => {
            (&copy.database, &copy.owner, &copy.secret)
        }
        api::cluster::bootstrap::Bootstrap { initdb: Some(initdb), .. } => {
            (&initdb.database, &initdb.owner, &initdb.secret)
        }
        _ => return None,
    };
    let (Some(_), Some(role)) = (database, owner) else { return None };
    Some(Wanted { role: role.clone(), secret: named(secret.as_ref(), cluster, "app") })
}

fn named(given: Option<&api::references::LocalRef>, cluster: &Cluster, suffix: &str) -> String {
    let default = || format!("{}-{suffix}", cluster.metadata.name.as_deref().unwrap_or_default());
    given.map(|secret| secret.name.clone()).filter(|name| !name.is_empty()).unwrap_or_else(default)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_gets_a_password() {
        let of = |spec: serde_json::Value| -> Cluster {
            serde_json::from_value(json!({"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster",
                "metadata": {"name": "pg"}, "spec": spec}))
            .unwrap()
        };
        let names = |wanted: Option<Wanted>| wanted.map(|wanted| (wanted.role, wanted.secret));
        let pair = |role: &str, secret: &str| Some((role.to_owned(), secret.to_owned()));
        let initdb = json!({"bootstrap": {"initdb": {"database": "app", "owner": "me"}}});
        for (name, spec, superuser_is, application_is) in [
            ("nobody", json!({}), None, None),
            ("the owner", initdb, None, pair("me", "pg-app")),
            ("no database", json!({"bootstrap": {"initdb": {}}}), None, None),
            (
                "both, by name",
                json!({"enableSuperuserAccess": true, "superuserSecret": {"name": "s"},
                    "bootstrap": {"pg_basebackup":
                        {"database": "d", "owner": "o", "secret": {"name": "a"}}}}),
                pair("postgres", "s"),
                pair("o", "a"),
            ),
        ] {
            let cluster = of(spec);
            assert_eq!(names(superuser(&cluster)), superuser_is, "{name}");
            assert_eq!(names(application(&cluster)), application_is, "{name}");
        }
    }
}
