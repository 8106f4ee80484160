//! The calls of the API server that leadership makes: live, conditional, and never long.

use std::time::Duration;

use api::{Cluster, FailoverQuorum};
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use kube::Api;
use kube::api::{Patch, PatchParams, PostParams};
use kubekit::calls::{self, Error};
use planner::leadership::instance::Written;
use planner::leadership::records::{LeaseRecord, QuorumRecord, Session, Version};
use serde_json::json;

use super::relay;
use crate::state::State;

const LEASE: &str = "the primary lease";

/// After this the answer is given up, and what was asked for counts as unknown.
const LIMIT: Duration = Duration::from_secs(2);

fn api<K>(state: &State) -> Api<K>
where
    K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope>,
    K::DynamicType: Default,
{
    Api::namespaced(state.client().clone(), &state.identity().namespace)
}

/// Reads the lease; through a peer, when this pod is gone for the API server.
pub async fn read_lease(state: &State, session: &Session) -> Result<Lease, Error> {
    match ask_lease(state).await {
        Err(error) if error.is_unknown_caller() => match relay::lease(state, session, None).await {
            Written::Done(lease) => Ok(lease),
            Written::Conflict | Written::Unknown => Err(error),
        },
        answer => answer,
    }
}

/// Writes the lease, if it still has the version that it was made from; through a peer, when it is
/// given back and this pod is gone for the API server.
pub async fn write_lease(state: &State, session: &Session, lease: &Lease) -> Written<Lease> {
    let answer = replace_lease(state, lease).await;
    let unknown = matches!(&answer, Err(error) if error.is_unknown_caller());
    if unknown && LeaseRecord::read(lease).holder.is_none() {
        return relay::lease(state, session, Some(lease)).await;
    }
    written(answer, LEASE)
}

/// Reads the lease from the API server.
pub async fn ask_lease(state: &State) -> Result<Lease, Error> {
    calls::within(LIMIT, api::<Lease>(state).get(&state.identity().cluster)).await
}

/// Writes the lease to the API server, if it still has the version that it was made from.
pub async fn put_lease(state: &State, lease: &Lease) -> Written<Lease> {
    written(replace_lease(state, lease).await, LEASE)
}

async fn replace_lease(state: &State, lease: &Lease) -> Result<Lease, Error> {
    let leases = api::<Lease>(state);
    let plain = PostParams::default();
    calls::within(LIMIT, leases.replace(&state.identity().cluster, &plain, lease)).await
}

/// Reads the status, and after it the version of the record of sync names.
pub async fn read_cluster(state: &State) -> Result<(Cluster, Option<Version>), Error> {
    let name = &state.identity().cluster;
    let cluster = calls::within(LIMIT, api::<Cluster>(state).get(name)).await?;
    let quorum = read_quorum(state).await?;
    Ok((cluster, quorum.as_ref().and_then(QuorumRecord::read).map(|record| record.version)))
}

/// Reads the record of sync names; none where the operator keeps none.
pub async fn read_quorum(state: &State) -> Result<Option<FailoverQuorum>, Error> {
    let quorums = api::<FailoverQuorum>(state);
    calls::within(LIMIT, quorums.get_opt(&state.identity().cluster)).await
}

/// Writes `currentPrimary`, if the status still has this version.
pub async fn write_current(state: &State, expect: Version) -> Written<Cluster> {
    let patch = json!({
        "metadata": {"resourceVersion": expect.0.to_string()},
        "status": {
            "currentPrimary": state.identity().pod,
            "currentPrimaryTimestamp": timestamp(),
        },
    });
    let clusters = api::<Cluster>(state);
    let (name, patch) = (&state.identity().cluster, Patch::Merge(&patch));
    let plain = PatchParams::default();
    let write = clusters.patch_status(name, &plain, &patch);
    written(calls::within(LIMIT, write).await, "the current primary")
}

/// The time of now, as status fields carry it.
pub fn timestamp() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

fn written<T>(result: Result<T, Error>, what: &'static str) -> Written<T> {
    match result {
        Ok(object) => Written::Done(object),
        Err(error) if error.is_conflict() => Written::Conflict,
        Err(error) => {
            tracing::warn!(%error, what, "a write of leadership has no answer");
            Written::Unknown
        }
    }
}
