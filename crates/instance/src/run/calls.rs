//! The calls of the API server that leadership makes: live, conditional, and never long.

use std::time::Duration;

use api::{Cluster, FailoverQuorum};
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use kube::Api;
use kube::api::{Patch, PatchParams, PostParams};
use kubekit::calls::{self, Error};
use planner::leadership::instance::Written;
use planner::leadership::records::{QuorumRecord, Version};
use serde_json::json;

use crate::state::State;

/// After this the answer is given up, and what was asked for counts as unknown.
const LIMIT: Duration = Duration::from_secs(2);

fn api<K>(state: &State) -> Api<K>
where
    K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope>,
    K::DynamicType: Default,
{
    Api::namespaced(state.client().clone(), &state.identity().namespace)
}

/// Reads the lease.
pub async fn read_lease(state: &State) -> Result<Lease, Error> {
    calls::within(LIMIT, api::<Lease>(state).get(&state.identity().cluster)).await
}

/// Writes the lease, if it still has the version that it was made from.
pub async fn write_lease(state: &State, lease: &Lease) -> Written<Lease> {
    let leases = api::<Lease>(state);
    let plain = PostParams::default();
    let write = leases.replace(&state.identity().cluster, &plain, lease);
    written(calls::within(LIMIT, write).await, "the primary lease")
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
