//! The admission webhooks: HTTP in, a judgement, HTTP out.

pub mod judge;
pub mod refusal;
pub mod review;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::admission::{FieldError, Kind, Operation};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::StatusCode;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use serde_json::Value;
use tracing::{debug, error, info};

use crate::metrics::Metrics;
use judge::Judge;
use review::{Answer, Request, Review};

/// Two objects of the largest size the API server stores, and some air.
const BODY_LIMIT: usize = 8 * 1024 * 1024;
/// No webhook call waits longer than this for its answer.
const BODY_TIME: Duration = Duration::from_secs(30);

/// What a webhook does with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Fills in defaults.
    Mutate,
    /// Accepts or refuses.
    Validate,
}

/// One webhook: what it does, and for which kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hook {
    pub phase: Phase,
    pub kind: Kind,
    pub path: &'static str,
}

const fn hook(phase: Phase, kind: Kind, path: &'static str) -> Hook {
    Hook { phase, kind, path }
}

/// All webhooks. The paths are also written in the webhook configurations of `deploy/`.
pub const HOOKS: &[Hook] = &[
    hook(Phase::Mutate, Kind::Backup, "/mutate-postgresql-cnpg-io-v1-backup"),
    hook(Phase::Mutate, Kind::Cluster, "/mutate-postgresql-cnpg-io-v1-cluster"),
    hook(Phase::Mutate, Kind::Database, "/mutate-postgresql-cnpg-io-v1-database"),
    hook(Phase::Mutate, Kind::ScheduledBackup, "/mutate-postgresql-cnpg-io-v1-scheduledbackup"),
    hook(Phase::Validate, Kind::Backup, "/validate-postgresql-cnpg-io-v1-backup"),
    hook(Phase::Validate, Kind::Cluster, "/validate-postgresql-cnpg-io-v1-cluster"),
    hook(Phase::Validate, Kind::Database, "/validate-postgresql-cnpg-io-v1-database"),
    hook(Phase::Validate, Kind::Pooler, "/validate-postgresql-cnpg-io-v1-pooler"),
    hook(Phase::Validate, Kind::ScheduledBackup, "/validate-postgresql-cnpg-io-v1-scheduledbackup"),
];

#[derive(Clone)]
struct Shared {
    judge: Arc<dyn Judge>,
    metrics: Arc<Metrics>,
}

/// The routes of the webhook server.
pub fn router(judge: Arc<dyn Judge>, metrics: Arc<Metrics>) -> Router {
    let mut router = Router::new().route("/readyz", get(|| async { "OK" }));
    for hook in HOOKS {
        let answer = move |State(shared): State<Shared>, body: Body| handle(hook, shared, body);
        router = router.route(hook.path, post(answer));
    }
    router.with_state(Shared { judge, metrics })
}

async fn handle(hook: &'static Hook, shared: Shared, body: Body) -> Response {
    let started = Instant::now();
    let in_flight = shared.metrics.webhook_in_flight(hook.path);
    let response = match read(body).await {
        Ok(request) => answer(hook, &shared, &request),
        Err(refused) => refused.into_response(),
    };
    drop(in_flight);
    shared.metrics.webhook_answered(hook.path, response.status(), started.elapsed());
    response
}

/// A body that is no admission review: the status to answer, and why.
type Unreadable = (StatusCode, String);

async fn read(body: Body) -> Result<Request, Unreadable> {
    let whole = tokio::time::timeout(BODY_TIME, axum::body::to_bytes(body, BODY_LIMIT)).await;
    let bytes = whole
        .map_err(|_| (StatusCode::REQUEST_TIMEOUT, "the request came too slowly\n".to_owned()))?
        .map_err(|_| {
            let text = format!("the request is cut off or longer than {BODY_LIMIT} bytes\n");
            (StatusCode::PAYLOAD_TOO_LARGE, text)
        })?;
    Review::request(&bytes).map_err(|error| {
        debug!(%error, "a request was no admission review");
        (StatusCode::BAD_REQUEST, format!("not an admission review: {error}\n"))
    })
}

fn answer(hook: &Hook, shared: &Shared, request: &Request) -> Response {
    if request.kind.group != review::GROUP || request.kind.kind.parse() != Ok(hook.kind) {
        let text = format!("{} is not for {}\n", hook.path, request.kind.kind);
        return (StatusCode::BAD_REQUEST, text).into_response();
    }
    // A bug in a rule must not take the other webhooks down with it.
    let judged =
        std::panic::catch_unwind(AssertUnwindSafe(|| judge(hook, &*shared.judge, request)));
    match judged {
        Ok(answer) => axum::Json(Review::response(request, answer)).into_response(),
        Err(_) => {
            error!(kind = ?hook.kind, name = request.name, "an admission rule panicked");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn judge(hook: &Hook, judge: &dyn Judge, request: &Request) -> Answer {
    let operation = match (request.operation.as_str(), &request.old_object) {
        ("CREATE", _) => Operation::Create,
        ("UPDATE", Some(old)) => Operation::Update { old },
        // Nothing to say about other operations; the configurations do not ask for them.
        _ => return Answer::default(),
    };
    let Some(object) = &request.object else { return Answer::default() };
    match hook.phase {
        Phase::Mutate => Answer {
            patch: judge.defaulted(hook.kind, object).map(|new| json_patch::diff(object, &new)),
            ..Answer::default()
        },
        Phase::Validate => {
            let outcome = judge.outcome(hook.kind, operation, object);
            let refused =
                (!outcome.errors.is_empty()).then(|| refuse(request, object, &outcome.errors));
            Answer { patch: None, warnings: outcome.warnings, refused }
        }
    }
}

fn refuse(request: &Request, object: &Value, errors: &[FieldError]) -> Status {
    let kind = request.kind.kind.as_str();
    let name = object.pointer("/metadata/name").and_then(Value::as_str);
    let name = name.unwrap_or(&request.name);
    let refused = refusal::status(kind, name, errors);
    let reason = refused.message.as_deref();
    info!(kind, name, namespace = request.namespace, reason, "refused an object");
    refused
}
