//! The managed roles of a cluster: evaluated, brought in line, and told in the status.

mod decision;
mod listing;
mod statements;

use std::collections::{BTreeMap, BTreeSet};

use api::cluster::Cluster;
use api::cluster::managed::ManagedRole;
use api::cluster::status::managed::{ManagedRolesStatus, PasswordState};
use thiserror::Error;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use self::decision::{Action, SecretState, Wanted, decide};
use self::statements::{Password, Verb};
use super::begin;
use super::passwords::{self, PasswordError, unseen};
use super::quote::{identifier, literal};
use crate::files::secrets::{Content, Secrets};

pub use self::listing::Role;

/// A role takes one change at a time: made, commented on, made a member. More never helps.
const ROUNDS: usize = 4;

/// Why roles cannot be evaluated at all.
#[derive(Debug, Error)]
pub enum RolesError {
    #[error("cannot list the roles")]
    List(#[source] tokio_postgres::Error),
}

/// Why one role is not as it is wanted; its text is shown in the status.
#[derive(Debug, Error)]
enum ApplyError {
    #[error("{0}")]
    Password(String),
    #[error("password secret and disablePassword exclude each other for role {0}")]
    BothPasswords(String),
    #[error("could not perform {action} on role {role}: {cause}")]
    Refused { action: &'static str, role: String, cause: String },
    #[error("{0}")]
    Other(String),
}

/// Brings all managed roles in line as far as possible; returns the status to be told.
///
/// # Errors
/// When the roles cannot even be listed.
pub async fn reconcile(
    client: &mut Client,
    secrets: &Secrets,
    cluster: &Cluster,
) -> Result<ManagedRolesStatus, RolesError> {
    let spec = cluster.spec.managed.as_ref().map_or(&[][..], |managed| &managed.roles);
    if spec.is_empty() {
        return Ok(ManagedRolesStatus::default());
    }
    let told = cluster.status.as_ref().and_then(|status| status.managed_roles_status.clone());
    let mut passwords = told.unwrap_or_default().password_status;
    passwords.retain(|name, _| spec.iter().any(|role| role.name == *name));
    let contents = read_secrets(secrets, spec).await;
    let wanted: BTreeMap<&str, Wanted<'_>> =
        spec.iter().map(|role| (role.name.as_str(), wanted(role, &contents))).collect();
    let mut failed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut rounds = 0;
    let by_status = loop {
        let found = listing::all(client).await.map_err(RolesError::List)?;
        let actions = evaluate(&found, &wanted, &passwords);
        let open = |(name, action): &(&String, &Action)| {
            action.is_pending() && !failed.contains_key(*name)
        };
        let todo: Vec<_> = actions.iter().filter(open).collect();
        rounds += 1;
        if todo.is_empty() || rounds > ROUNDS {
            break by_status(&actions);
        }
        for (name, action) in todo {
            let wanted = &wanted[name.as_str()];
            let role = found.iter().find(|role| role.name == *name);
            match apply(client, wanted, action, role, &contents).await {
                Ok(Some(state)) => {
                    passwords.insert(name.clone(), state);
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(target: "roles_reconciler", role = name, %error, "cannot reconcile a role");
                    failed.entry(name.clone()).or_default().push(error.to_string());
                }
            }
            if *action == Action::Delete {
                passwords.remove(name);
            }
        }
    };
    Ok(ManagedRolesStatus { by_status, cannot_reconcile: failed, password_status: passwords })
}

/// The Secret of each role, or why it cannot be used.
type Contents = BTreeMap<String, Result<Content, String>>;

async fn read_secrets(secrets: &Secrets, spec: &[ManagedRole]) -> Contents {
    let names: BTreeSet<_> =
        spec.iter().filter_map(|role| role.password_secret.as_ref()).map(|one| &one.name).collect();
    let mut contents = Contents::new();
    for name in names {
        let content = secrets.get(name).await.map_err(|error| error.to_string());
        contents.insert(name.clone(), content);
    }
    contents
}

fn wanted<'a>(role: &'a ManagedRole, contents: &'a Contents) -> Wanted<'a> {
    let secret = match &role.password_secret {
        None => SecretState::None,
        Some(secret) => match contents.get(&secret.name) {
            Some(Ok(content)) => SecretState::Version(&content.resource_version),
            Some(Err(_)) | None => SecretState::Unreadable,
        },
    };
    Wanted { role, secret }
}

fn evaluate(
    found: &[Role],
    wanted: &BTreeMap<&str, Wanted<'_>>,
    passwords: &BTreeMap<String, PasswordState>,
) -> BTreeMap<String, Action> {
    let found: BTreeMap<&str, &Role> =
        found.iter().map(|role| (role.name.as_str(), role)).collect();
    let names: BTreeSet<&str> = found.keys().chain(wanted.keys()).copied().collect();
    let action =
        |name: &str| decide(name, found.get(name).copied(), wanted.get(name), passwords.get(name));
    names.into_iter().map(|name| (name.to_owned(), action(name))).collect()
}

fn by_status(actions: &BTreeMap<String, Action>) -> BTreeMap<String, Vec<String>> {
    let mut by_status: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, action) in actions {
        by_status.entry(action.bucket().to_owned()).or_default().push(name.clone());
    }
    by_status
}

/// Does one thing to one role; returns how its password is now, if that may have changed.
async fn apply(
    client: &mut Client,
    wanted: &Wanted<'_>,
    action: &Action,
    found: Option<&Role>,
    contents: &Contents,
) -> Result<Option<PasswordState>, ApplyError> {
    let role = wanted.role;
    let name = identifier(&role.name);
    let verb = match action {
        Action::Reserved | Action::Ignore | Action::Reconciled => return Ok(None),
        Action::Create => Verb::Create,
        Action::Update => Verb::Alter,
        Action::Delete | Action::SetComment | Action::UpdateMemberships { .. } => {
            let statements = match action {
                Action::Delete => vec![format!("drop role if exists {name}")],
                Action::UpdateMemberships { grant, revoke } => {
                    statements::memberships(&role.name, grant, revoke)
                }
                _ => {
                    let comment = role.comment.as_deref().map_or("null".to_owned(), literal);
                    vec![format!("comment on role {name} is {comment}")]
                }
            };
            run(client, &statements).await.map_err(|error| told(&error, action, role))?;
            tracing::info!(target: "roles_reconciler", role = role.name, action = action.name(), "changed a role");
            return Ok(None);
        }
    };
    let (password, version) = password(role, contents)?;
    let statement = statements::definition(verb, role, &password, found);
    let done = async {
        let transaction = begin(client).await?;
        unseen(&transaction).await?;
        transaction.batch_execute(&statement).await?;
        let row = transaction.query_one(listing::XMIN, &[&role.name]).await?;
        let xmin: i64 = row.try_get(0)?;
        transaction.commit().await?;
        Ok(xmin)
    };
    let xmin = done.await.map_err(|error| told(&error, action, role))?;
    tracing::info!(target: "roles_reconciler", role = role.name, action = action.name(), "changed a role");
    Ok(Some(PasswordState { resource_version: version, transaction_id: Some(xmin) }))
}

async fn run(client: &mut Client, statements: &[String]) -> Result<(), tokio_postgres::Error> {
    let transaction = begin(client).await?;
    for statement in statements {
        transaction.batch_execute(statement).await?;
    }
    transaction.commit().await
}

/// The password to send, and the version of the Secret that it comes from.
fn password(
    role: &ManagedRole,
    contents: &Contents,
) -> Result<(Password, Option<String>), ApplyError> {
    let disabled = role.disable_password == Some(true);
    match (&role.password_secret, disabled) {
        (Some(_), true) => Err(ApplyError::BothPasswords(role.name.clone())),
        (None, true) => Ok((Password::Null, None)),
        (None, false) => Ok((Password::Leave, None)),
        (Some(secret), false) => {
            let content = match contents.get(&secret.name) {
                Some(Ok(content)) => content,
                Some(Err(error)) => return Err(ApplyError::Password(error.clone())),
                None => {
                    return Err(ApplyError::Password(format!(
                        "Secret {} was not read",
                        secret.name
                    )));
                }
            };
            let password = passwords::password(content, &role.name);
            let password =
                password.map_err(|error: PasswordError| ApplyError::Password(error.to_string()))?;
            Ok((Password::Set(password.into()), Some(content.resource_version.clone())))
        }
    }
}

/// What the status says about a refusal.
fn told(error: &tokio_postgres::Error, action: &Action, role: &ManagedRole) -> ApplyError {
    let Some(refusal) = error.as_db_error() else { return ApplyError::Other(error.to_string()) };
    let cause = match refusal.code() {
        // Objects depend on it: the detail names them.
        &SqlState::DEPENDENT_OBJECTS_STILL_EXIST => refusal.detail().unwrap_or(refusal.message()),
        &SqlState::UNDEFINED_OBJECT | &SqlState::INVALID_GRANT_OPERATION => refusal.message(),
        code => {
            return ApplyError::Other(format!(
                "{}: {} (SQLSTATE {})",
                refusal.severity(),
                refusal.message(),
                code.code()
            ));
        }
    };
    let cause = cause.to_owned();
    ApplyError::Refused { action: action.name(), role: role.name.clone(), cause }
}
