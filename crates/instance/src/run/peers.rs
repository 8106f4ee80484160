//! Asks the others for promises, over their status ports.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use api::Cluster;
use planner::leadership::instance::Event;
use planner::leadership::records::{InstanceName, Session};
use protocol::leadership::PromiseRequest;

use super::{Happening, Inbox};
use crate::http::peers::Peers;
use crate::state::State;

/// A promise that comes later is of no use: the next round has begun.
const LIMIT: Duration = Duration::from_secs(1);

/// Asks every peer; each answer comes as a happening.
pub fn ask(state: &State, session: &Session, round: u64, peers: Vec<InstanceName>, inbox: &Inbox) {
    let client = match Peers::load(state.paths()) {
        Ok(client) => client,
        Err(error) => {
            return tracing::warn!(error = super::chain(&error), "cannot ask for promises");
        }
    };
    let addresses = state.cluster().map(|cluster| addresses(&cluster)).unwrap_or_default();
    for peer in peers {
        let Some(address) = addresses.get(&peer.to_string()).copied() else {
            tracing::warn!(peer = %peer, "no address to ask for a promise");
            continue;
        };
        let request = PromiseRequest {
            round,
            instance: state.identity().pod.clone(),
            pod_uid: session.pod_uid.to_string(),
            container_id: session.container_id.to_string(),
        };
        let (client, inbox) = (client.clone(), inbox.clone());
        tokio::spawn(async move {
            match client.promise(address, &request, LIMIT).await {
                Ok(answer) => {
                    let promised = answer.promised && answer.round == round;
                    inbox.send(Happening::Told(Event::Answered { round, by: peer, promised }));
                }
                Err(error) => tracing::debug!(error = super::chain(&error), "no promise"),
            }
        });
    }
}

/// Where the instances are, as the operator last heard of them.
pub(super) fn addresses(cluster: &Cluster) -> BTreeMap<String, IpAddr> {
    let status = cluster.status.as_ref();
    let reported = status.map(|status| &status.instances_reported_state);
    let states = reported.into_iter().flatten();
    states
        .filter_map(|(name, state)| Some((name.clone(), state.ip.as_deref()?.parse().ok()?)))
        .collect()
}
