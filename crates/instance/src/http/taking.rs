//! `/pg/backup`: begins the backup that an object asks for.

use axum::Router;
use axum::extract::{RawQuery, State as With};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::StatusCode;

use super::document::chain;
use crate::backup::{AskError, Taker};
use crate::state::State;

pub(super) fn router(state: State) -> Router {
    Router::new().route("/pg/backup", get(take)).with_state(Taker::new(state))
}

async fn take(With(taker): With<Taker>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let mut words = query.split('&');
    // Names of objects need no escapes.
    let name = words.find_map(|word| word.strip_prefix("name=")).filter(|name| !name.is_empty());
    let Some(name) = name else {
        return (StatusCode::BAD_REQUEST, "say which backup: /pg/backup?name=NAME").into_response();
    };
    match taker.take(name).await {
        Ok(()) => "OK".into_response(),
        Err(error) => {
            let text = chain(&error);
            tracing::warn!(backup = name, error = text, "the backup is not taken");
            let status = match error {
                AskError::Read { .. } | AskError::Write(_) => StatusCode::INTERNAL_SERVER_ERROR,
                AskError::NoStore(_) | AskError::Over(_) | AskError::Busy(_) => {
                    StatusCode::CONFLICT
                }
                AskError::NotOurs(_) | AskError::Method(_) => StatusCode::BAD_REQUEST,
            };
            (status, text).into_response()
        }
    }
}
