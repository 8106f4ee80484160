//! `/pg/mode/backup`: opens and closes a backup that others take of the files.
//!
//! There is one backup at a time. A task of its own has the session that began it: PostgreSQL ends
//! a backup with its session, so whoever replaces or drops the task leaves nothing behind.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use api::Backup;
use api::phases::backup::{COMPLETED, FAILED};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State as With;
use axum::response::{IntoResponse as _, Response};
use kube::Api;
use kubekit::calls::{LIMIT, within};
use pgkit::connection::Connection;
use postgres::lsn::Lsn;
use protocol::backup::{BackupPhase, BackupState, StartBackup, StopBackup};
use protocol::envelope::{Code, Envelope};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::control::refusal;
use super::document::chain;
use super::status::Shared;
use crate::state::State;

/// How often somebody looks whether the backup is still wanted.
const LOOK: Duration = Duration::from_secs(60);

/// How long the server may take to accept the session.
const CONNECT: Duration = Duration::from_secs(10);

/// The one backup there may be; a request that comes while another is at it is turned away.
#[derive(Debug, Default)]
pub(super) struct BackupMode {
    current: tokio::sync::Mutex<Option<Current>>,
}

#[derive(Debug)]
struct Current {
    told: Arc<Told>,
    close: Option<oneshot::Sender<()>>,
    task: AbortHandle,
}

impl Drop for Current {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What is known of a backup, written by its task.
#[derive(Debug, Default)]
struct Told(Mutex<(BackupState, Option<String>)>);

impl Told {
    fn lock(&self) -> MutexGuard<'_, (BackupState, Option<String>)> {
        // Both are whole after every panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut BackupState)) {
        change(&mut self.lock().0);
    }
}

fn busy() -> Response {
    let code = Code::AnotherRequestInProgress;
    refusal(code.because("another request is being answered; ask again"), code)
}

fn refused(code: Code, message: impl Into<String>) -> Response {
    refusal(code.because(message), code)
}

/// `GET`.
pub(super) async fn look(With(shared): With<Shared>) -> Response {
    let Ok(current) = shared.backup.current.try_lock() else { return busy() };
    let (state, error) = current.as_ref().map_or_else(Default::default, |current| {
        let told = current.told.lock();
        (told.0.clone(), told.1.clone())
    });
    let error = error.map(|error| Code::BackupStatusContainsError.because(error));
    Json(Envelope { data: Some(state), error }).into_response()
}

/// `POST`.
pub(super) async fn open(With(shared): With<Shared>, body: Bytes) -> Response {
    let Ok(mut current) = shared.backup.current.try_lock() else { return busy() };
    let start: StartBackup = match serde_json::from_slice(&body) {
        Ok(start) => start,
        Err(error) => return refused(Code::FailedToParseRequest, error.to_string()),
    };
    *current = None;
    let session = match Connection::open(&shared.state.superuser(), CONNECT).await {
        Ok(session) => session,
        Err(error) => return refused(Code::CannotInitializeConnection, chain(&error)),
    };
    let told = Arc::new(Told::default());
    let state = BackupState {
        backup_name: start.backup_name.clone(),
        phase: Some(BackupPhase::Starting),
        ..BackupState::default()
    };
    told.change(|known| *known = state.clone());
    let (close, closing) = oneshot::channel();
    let task = conduct(shared.state.clone(), session, start, Arc::clone(&told), closing);
    let task = tokio::spawn(task).abort_handle();
    *current = Some(Current { told, close: Some(close), task });
    Json(Envelope::data(state)).into_response()
}

/// `PUT`.
pub(super) async fn close(With(shared): With<Shared>, body: Bytes) -> Response {
    let Ok(mut current) = shared.backup.current.try_lock() else { return busy() };
    let stop: StopBackup = match serde_json::from_slice(&body) {
        Ok(stop) => stop,
        Err(error) => return refused(Code::FailedToParseRequest, error.to_string()),
    };
    let Some(current) = current.as_mut() else {
        return refused(Code::NoOngoingBackup, "no backup is under way");
    };
    let (state, error) = current.told.lock().clone();
    if state.backup_name != stop.backup_name {
        let message = format!("the backup under way is {}", state.backup_name);
        return refused(Code::NotCurrentRunningBackup, message);
    }
    if let Some(error) = error {
        return refused(Code::BackupFailed, error);
    }
    match (state.phase, current.close.take()) {
        (Some(BackupPhase::Started), Some(close)) => {
            current.told.change(|known| known.phase = Some(BackupPhase::Closing));
            // A task that has ended in this moment has told why.
            let _ = close.send(());
            let state = current.told.lock().0.clone();
            Json(Envelope::data(state)).into_response()
        }
        (Some(BackupPhase::Closing), _) => Json(Envelope::data(state)).into_response(),
        (phase, close) => {
            current.close = close;
            let message = format!("the backup cannot be closed in its phase {phase:?}");
            refused(Code::CannotCloseNotStarted, message)
        }
    }
}

async fn conduct(
    state: State,
    session: Connection,
    start: StartBackup,
    told: Arc<Told>,
    mut closing: oneshot::Receiver<()>,
) {
    let outcome = async {
        let version: String = session
            .client()
            .query_one("select current_setting('server_version_num')", &[])
            .await?
            .try_get(0)?;
        let modern = version.parse::<u32>().unwrap_or_default() >= 150_000;
        let begun = begin(&session, &start, modern).await?;
        told.change(|known| {
            known.begin_lsn = begun;
            known.phase = Some(BackupPhase::Started);
        });
        loop {
            tokio::select! {
                asked = &mut closing => {
                    if asked.is_err() {
                        return Ok(()); // replaced by another
                    }
                    break;
                }
                () = tokio::time::sleep(LOOK) => {}
            }
            // Also tells whether the session is alive.
            session.client().simple_query("").await?;
            if is_over(&state, &start.backup_name).await {
                tracing::info!(
                    backup = start.backup_name,
                    "the backup is over: it is not held open"
                );
                told.change(|known| known.phase = Some(BackupPhase::Completed));
                return Ok(());
            }
        }
        let done = end(&session, start.wait_for_archive, modern).await?;
        told.change(|known| {
            (known.end_lsn, known.label_file, known.tablespace_map_file) = done;
            known.phase = Some(BackupPhase::Completed);
        });
        Ok::<_, tokio_postgres::Error>(())
    };
    if let Err(error) = outcome.await {
        let error = chain(&error);
        tracing::warn!(backup = start.backup_name, error, "the backup failed");
        told.lock().1 = Some(error);
    }
}

/// Keeps the WAL from now on, and begins.
async fn begin(
    session: &Connection,
    start: &StartBackup,
    modern: bool,
) -> Result<Option<Lsn>, tokio_postgres::Error> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let slot: String = start.backup_name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    let client = session.client();
    client
        .query_one("select pg_create_physical_replication_slot($1, true, true)::text", &[&slot])
        .await?;
    let query = if modern {
        "select pg_backup_start(label => $1, fast => $2)::text"
    } else {
        "select pg_start_backup($1, $2, false)::text"
    };
    let parameters: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
        &[&start.backup_name, &start.immediate_checkpoint];
    let position: String = client.query_one(query, parameters).await?.try_get(0)?;
    Ok(position.parse().ok())
}

type Closed = (Option<Lsn>, Vec<u8>, Vec<u8>);

async fn end(
    session: &Connection,
    wait: bool,
    modern: bool,
) -> Result<Closed, tokio_postgres::Error> {
    let query = if modern {
        "select lsn::text, labelfile, spcmapfile from pg_backup_stop(wait_for_archive => $1)"
    } else {
        "select lsn::text, labelfile, spcmapfile from pg_stop_backup(false, $1)"
    };
    let row = session.client().query_one(query, &[&wait]).await?;
    let text = |at: usize| row.try_get::<_, Option<String>>(at).map(Option::unwrap_or_default);
    Ok((text(0)?.parse().ok(), text(1)?.into_bytes(), text(2)?.into_bytes()))
}

/// Whether nobody waits for the backup any more; when that is not known, somebody does.
async fn is_over(state: &State, name: &str) -> bool {
    let api: Api<Backup> = Api::namespaced(state.client().clone(), &state.identity().namespace);
    match within(LIMIT, api.get_opt(name)).await {
        Ok(None) => true,
        Ok(Some(backup)) => {
            let phase = backup.status.and_then(|status| status.phase);
            phase.is_some_and(|phase| phase == COMPLETED || phase == FAILED)
        }
        Err(_) => false,
    }
}
