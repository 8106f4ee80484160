//! The status server: probes, the status document, promises, and what the operator asks for.

use std::future::Future;
use std::io;
use std::sync::Arc;

use axum::extract::State as With;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post, put};
use axum::{Json, Router};
use http::StatusCode;
use serving::clients::tls_asking;
use serving::listen::Listen;
use serving::server::{Limits, serve};
use tokio::net::TcpListener;

use super::backup_mode::{self, BackupMode};
use super::document::{chain, document};
use super::pinning::operator_only;
use super::program::Program;
use super::{STATUS_PORT, control, peers};
use crate::probes::{self, Outcome};
use crate::state::State;

/// What handlers share.
#[derive(Debug, Clone)]
pub struct Shared {
    pub(super) state: State,
    pub(super) program: Arc<Program>,
    pub(super) backup: Arc<BackupMode>,
}

impl Shared {
    /// A server of this instance.
    #[must_use]
    pub fn new(state: State) -> Self {
        Self { state, program: Arc::default(), backup: Arc::default() }
    }
}

/// How the server is reached; the operator reads it off the command of the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Plain,
    Tls,
}

/// Takes the port of the status server.
///
/// # Errors
/// When somebody else has it.
pub async fn bind() -> io::Result<TcpListener> {
    let bound = Listen::Everywhere { port: STATUS_PORT }.bind().await?;
    Ok(bound.expect("a port to listen on everywhere is a place to listen"))
}

/// Serves until `stop` is done.
pub async fn run(
    listener: TcpListener,
    transport: Transport,
    shared: Shared,
    stop: impl Future<Output = ()> + Send,
) {
    let tls =
        (transport == Transport::Tls).then(|| tls_asking(Arc::clone(shared.state.certificate())));
    let limits = Limits { connections: 64, ..Limits::default() };
    serve(listener, tls, router(shared), limits, stop).await;
}

/// The routes.
pub fn router(shared: Shared) -> Router {
    // Only routes that exist are closed to strangers: for others there is nothing to protect.
    let operator = Router::new()
        .route("/pg/controldata", any(control::control_data))
        .route("/pg/archive/partial", post(control::archive_partial))
        .route(
            "/pg/mode/backup",
            get(backup_mode::look).post(backup_mode::open).put(backup_mode::close),
        )
        .route("/update", put(control::update))
        .route_layer(from_fn_with_state(shared.clone(), operator_only));
    Router::new()
        .merge(operator)
        .route("/healthz", any(liveness))
        .route("/readyz", any(readiness))
        .route("/startupz", any(startup))
        .route("/failsafe", any(async || "OK"))
        .route("/pg/status", any(status))
        .route("/pg/promise", post(peers::promise))
        .route("/pg/lease", post(peers::lease))
        .with_state(shared)
}

async fn status(With(shared): With<Shared>) -> Response {
    match document(&shared.state, &shared.program).await {
        Ok(document) => Json(document).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, chain(&error)).into_response(),
    }
}

async fn liveness(With(shared): With<Shared>) -> Response {
    answer(probes::liveness(&shared.state).await)
}

async fn readiness(With(shared): With<Shared>) -> Response {
    answer(probes::readiness(&shared.state).await)
}

async fn startup(With(shared): With<Shared>) -> Response {
    answer(probes::startup(&shared.state).await)
}

fn answer(outcome: Outcome) -> Response {
    match outcome {
        Outcome::Passed => "OK".into_response(),
        Outcome::Skipped => "Skipped".into_response(),
        Outcome::Failed(why) => (StatusCode::INTERNAL_SERVER_ERROR, why).into_response(),
    }
}
