//! The local server: what the commands that PostgreSQL calls need to know, without a way to the
//! API server of their own.

use std::future::Future;
use std::io;
use std::net::Ipv4Addr;

use axum::body::Bytes;
use axum::extract::State as With;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use protocol::archive::ArchiveOutcome;
use serving::server::{Limits, serve};
use tokio::net::TcpListener;

use super::document::chain;
use super::{LOCAL_PORT, archiving, taking};
use crate::state::State;

/// Takes the port of the local server.
///
/// # Errors
/// When somebody else has it.
pub async fn bind() -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, LOCAL_PORT)).await
}

/// Serves until `stop` is done.
pub async fn run(listener: TcpListener, state: State, stop: impl Future<Output = ()> + Send) {
    let limits = Limits { connections: 32, ..Limits::default() };
    serve(listener, None, router(state), limits, stop).await;
}

/// The routes.
pub fn router(state: State) -> Router {
    let miss = async || (StatusCode::NOT_FOUND, "nothing is known of it");
    Router::new()
        .route("/cache/cluster", get(cluster))
        // Credentials of object stores, when there are any.
        .route("/cache/wal-archive", get(miss))
        .route("/cache/wal-restore", get(miss))
        .route("/cache/wal-restore-config", get(miss))
        .route("/cluster/status/condition/wal/archive", post(archived))
        .with_state(state.clone())
        .merge(taking::router(state))
}

async fn cluster(With(state): With<State>) -> Response {
    match state.cluster() {
        Some(cluster) => Json(&*cluster).into_response(),
        None => (StatusCode::NOT_FOUND, "the cluster has not been seen yet").into_response(),
    }
}

async fn archived(With(state): With<State>, body: Bytes) -> Response {
    // Read whatever type the client says it is.
    let outcome: ArchiveOutcome = match serde_json::from_slice(&body) {
        Ok(outcome) => outcome,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    match archiving::report(&state, &outcome).await {
        Ok(()) => "OK".into_response(),
        Err(error) => {
            let error = chain(&error);
            tracing::warn!(%error, "failed to report how archiving goes");
            (StatusCode::INTERNAL_SERVER_ERROR, error).into_response()
        }
    }
}
