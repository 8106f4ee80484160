//! What only the operator may ask for: the control file, a last partial segment, another program.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use api::Cluster;
use axum::Json;
use axum::body::{Body, BodyDataStream};
use axum::extract::State as With;
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use http::StatusCode;
use kube::Api;
use kubekit::calls::{self, LIMIT, within};
use pgkit::account::RunAs;
use postgres::control_data::ControlData;
use protocol::envelope::{Code, Envelope, Failure};
use ring::digest::{Context, SHA256};
use thiserror::Error;
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::oneshot;

use super::document::chain;
use super::program::{architecture, digits};
use super::status::Shared;
use crate::archive::Caller;
use crate::state::{Request, State};

/// How long the whole program may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(300);

/// `/pg/controldata`.
pub(super) async fn control_data(With(shared): With<Shared>) -> Response {
    match read_control_data(&shared.state).await {
        Ok((text, _)) => Json(Envelope::data(text)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, chain(&error)).into_response(),
    }
}

async fn read_control_data(state: &State) -> Result<(String, ControlData), pgkit::tool::ToolError> {
    let data = &state.paths().data;
    pgkit::control_data::read("pg_controldata", data, RunAs::Ourselves, state.children()).await
}

pub(super) fn refusal(failure: Failure, code: Code) -> Response {
    let status = StatusCode::from_u16(code.http_status()).expect("codes have HTTP statuses");
    (status, Json(Envelope::<()>::error(failure))).into_response()
}

/// `POST /pg/archive/partial`: the last segment of a primary that is about to follow another
/// cluster.
pub(super) async fn archive_partial(With(shared): With<Shared>) -> Response {
    match partial(&shared.state).await {
        Ok(name) => Json(Envelope::data(name)).into_response(),
        Err((code, message)) => refusal(code.because(message), code),
    }
}

async fn partial(state: &State) -> Result<String, (Code, String)> {
    if !state.flags().fenced {
        return Err((Code::NotFenced, "the instance has to be fenced first".to_owned()));
    }
    let pod = &state.identity().pod;
    let cluster = state.cluster();
    let status = cluster.as_deref().and_then(|cluster| cluster.status.as_ref());
    let Some(status) = status else {
        return Err((Code::NoClusterFound, "the cluster has not been seen yet".to_owned()));
    };
    let is_me = |name: &Option<String>| name.as_ref() == Some(pod);
    if !is_me(&status.current_primary) || !is_me(&status.target_primary) {
        return Err((Code::NotExpectedPrimary, format!("{pod} is not the settled primary")));
    }
    let unreadable = |why: String| (Code::CouldNotParseRedoWalFile, why);
    let (_, control) = read_control_data(state).await.map_err(|error| unreadable(chain(&error)))?;
    let segment = control.redo_wal_file().map_err(|error| unreadable(error.to_string()))?;
    let name = format!("{segment}.partial");
    let wal = state.paths().data.join("pg_wal");
    let link = wal.join(&name);
    let linked = match std::fs::remove_file(&link) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => std::fs::hard_link(wal.join(segment.to_string()), &link),
    };
    linked.map_err(|error| (Code::ErrorWhileCreatingSymlink, error.to_string()))?;
    let (caller, path) = (Caller::new(state.paths()), link.display().to_string());
    let archived = tokio::task::spawn_blocking(move || caller.archive(&path)).await;
    let removed = std::fs::remove_file(&link);
    let failed = |why: String| (Code::ErrorWhileExecutingWalArchive, why);
    match archived {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(failed(chain(&error))),
        Err(error) => return Err(failed(error.to_string())),
    }
    removed.map_err(|error| failed(error.to_string()))?;
    Ok(name)
}

/// Why another program was not taken.
#[derive(Debug, Error)]
enum UpdateError {
    #[error("failed to read the cluster")]
    Cluster(#[from] calls::Error),
    #[error("the cluster names no instance manager for {0}")]
    Architecture(&'static str),
    #[error("failed to write {path}")]
    Write { path: PathBuf, source: io::Error },
    #[error("the program did not arrive whole")]
    Arrival(#[source] axum::Error),
    #[error("the program did not arrive within {0:?}")]
    TooLong(Duration),
    #[error("the program has the hash {found}, and the cluster names {wanted}")]
    Hash { found: String, wanted: String },
    #[error("{0}")]
    Refused(String),
}

/// `PUT /update`: another instance manager, which takes over without a restart of PostgreSQL. No
/// answer is success.
pub(super) async fn update(With(shared): With<Shared>, body: Body) -> Response {
    let mut mine = false;
    shared.state.set_flags(|flags| mine = !std::mem::replace(&mut flags.upgrading, true));
    if !mine {
        return (StatusCode::IM_A_TEAPOT, "an upgrade is under way").into_response();
    }
    let error = match take_over(&shared.state, body).await {
        Ok(never) => match never {},
        Err(error) => chain(&error),
    };
    shared.state.set_flags(|flags| flags.upgrading = false);
    tracing::warn!(error, "the instance manager is not replaced");
    (StatusCode::INTERNAL_SERVER_ERROR, error).into_response()
}

enum Never {}

async fn take_over(state: &State, body: Body) -> Result<Never, UpdateError> {
    let identity = state.identity();
    let api: Api<Cluster> = Api::namespaced(state.client().clone(), &identity.namespace);
    let cluster = within(LIMIT, api.get(&identity.cluster)).await?;
    let wanted = hash_wanted(&cluster).ok_or(UpdateError::Architecture(architecture()))?;
    let path = state.paths().manager();
    let new = path.with_file_name(format!("manager_{}.new", std::process::id()));
    let arrived = match tokio::time::timeout(ARRIVAL, store(body.into_data_stream(), &new)).await {
        Ok(arrived) => arrived,
        Err(_) => Err(UpdateError::TooLong(ARRIVAL)),
    };
    let checked = arrived.and_then(|found| {
        if found == wanted { Ok(()) } else { Err(UpdateError::Hash { found, wanted }) }
    });
    let placed = checked.and_then(|()| {
        let wrap = |source| UpdateError::Write { path: path.clone(), source };
        std::fs::rename(&new, &path).map_err(wrap)
    });
    if let Err(error) = placed {
        // It may never have been there.
        let _ = std::fs::remove_file(&new);
        return Err(error);
    }
    let (failed, failure) = oneshot::channel();
    let asked = state.request(Request::Upgrade { failed }).await;
    asked.map_err(|ending| UpdateError::Refused(ending.to_string()))?;
    match failure.await {
        Ok(why) => Err(UpdateError::Refused(why)),
        // The run loop has let go of the answer: this image is about to be replaced.
        Err(_) => std::future::pending().await,
    }
}

fn hash_wanted(cluster: &Cluster) -> Option<String> {
    let known = &cluster.status.as_ref()?.available_architectures;
    known.iter().find(|one| one.go_arch == architecture()).map(|one| one.hash.clone())
}

/// Writes what arrives to a file that can be run, piece by piece, and returns its hash.
async fn store(mut body: BodyDataStream, path: &Path) -> Result<String, UpdateError> {
    let wrap = |source| UpdateError::Write { path: path.to_owned(), source };
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o755);
    let mut file: File = options.open(path).await.map_err(wrap)?;
    let mut digest = Context::new(&SHA256);
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(UpdateError::Arrival)?;
        digest.update(&piece);
        file.write_all(&piece).await.map_err(wrap)?;
    }
    file.sync_all().await.map_err(wrap)?;
    Ok(digits(digest.finish().as_ref()))
}
