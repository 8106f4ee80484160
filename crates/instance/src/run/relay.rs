//! The lease by way of a peer: our pod is gone for the API server, and our token with it.

use std::net::IpAddr;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use k8s_openapi::api::coordination::v1::Lease;
use planner::leadership::instance::Written;
use planner::leadership::records::Session;
use protocol::leadership::LeaseRequest;

use crate::http::peers::{PeerError, Peers};
use crate::state::State;

/// There are two seconds in all, when a pod was deleted by force.
const LIMIT: Duration = Duration::from_secs(1);

/// Asks all peers at once to read the lease, or to give it back for us; the first that did it is
/// enough, since it can be done once only.
pub async fn lease(state: &State, session: &Session, release: Option<&Lease>) -> Written<Lease> {
    let peers = match Peers::load(state.paths()) {
        Ok(peers) => peers,
        Err(error) => {
            tracing::warn!(error = super::chain(&error), "no peer can be asked for the lease");
            return Written::Unknown;
        }
    };
    let request = LeaseRequest {
        pod_uid: session.pod_uid.to_string(),
        container_id: session.container_id.to_string(),
        release: release.map(|lease| serde_json::to_value(lease).expect("a lease is JSON")),
    };
    let (peers, request) = (&peers, &request);
    let mut answers: FuturesUnordered<_> = others(state)
        .into_iter()
        .map(|address| async move { peers.lease(address, request, LIMIT).await })
        .collect();
    let mut outcome = Written::Unknown;
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(lease) => return Written::Done(lease),
            Err(PeerError::Refused { status, .. }) if status == http::StatusCode::CONFLICT => {
                outcome = Written::Conflict;
            }
            Err(error) => tracing::warn!(error = super::chain(&error), "a peer did not help"),
        }
    }
    outcome
}

fn others(state: &State) -> Vec<IpAddr> {
    let addresses = state.cluster().map(|cluster| super::peers::addresses(&cluster));
    let others = addresses.into_iter().flatten();
    others.filter(|(name, _)| *name != state.identity().pod).map(|(_, at)| at).collect()
}
