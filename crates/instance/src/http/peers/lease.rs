//! The lease for a peer that has no say at the API server any more.
//!
//! Only two things can be asked for: what the lease is, and that it is given back by the very life
//! that holds it. Neither can make anybody a primary.

use axum::extract::State as With;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use http::StatusCode;
use k8s_openapi::api::coordination::v1::Lease;
use planner::leadership::instance::Written;
use planner::leadership::records::{LeaseRecord, Session};
use protocol::leadership::LeaseRequest;
use serving::server::Peer;

use super::super::status::Shared;
use super::of_this_cluster;
use crate::run::calls;

/// `POST /pg/lease`.
pub(in super::super) async fn lease(
    With(shared): With<Shared>,
    Extension(peer): Extension<Peer>,
    Json(request): Json<LeaseRequest>,
) -> Response {
    if let Err(refusal) = of_this_cluster(&shared, &peer) {
        return *refusal;
    }
    let known = match calls::ask_lease(&shared.state).await {
        Ok(lease) => lease,
        Err(error) => return (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    };
    let Some(release) = request.release else { return Json(known).into_response() };
    let session =
        Session { pod_uid: request.pod_uid.into(), container_id: request.container_id.into() };
    let release = match release_of(&session, &known, release) {
        Ok(release) => release,
        Err(why) => return (StatusCode::CONFLICT, why).into_response(),
    };
    tracing::info!(peer = %peer.address, "giving the lease back for an instance whose pod is gone");
    match calls::put_lease(&shared.state, &release).await {
        Written::Done(lease) => Json(lease).into_response(),
        Written::Conflict => (StatusCode::CONFLICT, "the lease has changed").into_response(),
        Written::Unknown => (StatusCode::BAD_GATEWAY, "no answer").into_response(),
    }
}

/// The release, if it is one, made from what is known now by the one that holds it.
fn release_of(
    session: &Session,
    known: &Lease,
    release: serde_json::Value,
) -> Result<Lease, &'static str> {
    let release: Lease = serde_json::from_value(release).map_err(|_| "this is no lease")?;
    let (before, after) = (LeaseRecord::read(known), LeaseRecord::read(&release));
    if !before.held_by(session) {
        return Err("the lease is not yours");
    }
    if after.version != before.version {
        return Err("the lease has changed");
    }
    let known = &known.metadata;
    let same = (&known.name, &known.namespace, &known.uid);
    if after.holder.is_some()
        || same != (&release.metadata.name, &release.metadata.namespace, &release.metadata.uid)
    {
        return Err("only giving the lease back is done for others");
    }
    Ok(release)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn lease(holder: &str, version: &str) -> Value {
        json!({
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {
                "name": "c", "namespace": "n", "uid": "u", "resourceVersion": version,
                "annotations": {"cnpg.io/leaseSession": session_note()},
            },
            "spec": {"holderIdentity": holder, "leaseTransitions": 3},
        })
    }

    fn session_note() -> String {
        let held = LeaseRecord {
            holder: Some(planner::leadership::records::Holder {
                instance: "c-1".into(),
                session: session("pod"),
            }),
            transitions: 3,
            ..LeaseRecord::read(&Lease::default())
        };
        let terms = planner::leadership::clock::Terms::default();
        let filled = held.fill(&Lease::default(), &terms, 1, jiff::Timestamp::UNIX_EPOCH);
        filled.metadata.annotations.unwrap().remove("cnpg.io/leaseSession").unwrap()
    }

    fn session(pod: &str) -> Session {
        Session { pod_uid: pod.to_owned().into(), container_id: "container".to_owned().into() }
    }

    #[test]
    fn only_the_holder_gives_back_and_nothing_else_is_done() {
        let held: Lease = serde_json::from_value(lease("c-1", "7")).unwrap();
        let other_name = {
            let mut lease = lease("", "7");
            lease["metadata"]["name"] = json!("d");
            lease
        };
        for (name, who, release, fine) in [
            ("its own", "pod", lease("", "7"), true),
            ("of another life", "later pod", lease("", "7"), false),
            ("of an older state", "pod", lease("", "6"), false),
            ("a renewal", "pod", lease("c-1", "7"), false),
            ("a claim for another", "pod", lease("c-2", "7"), false),
            ("another lease", "pod", other_name, false),
            ("no lease", "pod", json!("x"), false),
        ] {
            assert_eq!(release_of(&session(who), &held, release).is_ok(), fine, "{name}");
        }
        let free: Lease = serde_json::from_value(lease("", "7")).unwrap();
        assert!(release_of(&session("pod"), &free, lease("", "7")).is_err(), "held by nobody");
    }
}
