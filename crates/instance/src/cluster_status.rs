//! Writing into the status of the Cluster, which others write as well.

use api::Cluster;
use kube::api::{Patch, PatchParams};
use kube::{Api, Client};
use kubekit::calls::{self, LIMIT, within};
use serde_json::{Value, json};

/// How often somebody else may change the status in between.
const ATTEMPTS: usize = 5;

/// Changes the status as it is now; nothing is written when there is nothing to change.
///
/// # Errors
/// When the API server does not take it.
pub(crate) async fn change(
    client: &Client,
    namespace: &str,
    name: &str,
    change: impl Fn(&Cluster) -> Option<Value>,
) -> Result<(), calls::Error> {
    let api: Api<Cluster> = Api::namespaced(client.clone(), namespace);
    let mut attempt = 1;
    loop {
        let cluster = within(LIMIT, api.get(name)).await?;
        let Some(status) = change(&cluster) else { return Ok(()) };
        // With the version, so that no condition of somebody else is lost.
        let version = &cluster.metadata.resource_version;
        let patch = json!({"metadata": {"resourceVersion": version}, "status": status});
        let (params, patch) = (PatchParams::default(), Patch::Merge(&patch));
        match within(LIMIT, api.patch_status(name, &params, &patch)).await {
            Ok(_) => return Ok(()),
            Err(error) if error.is_conflict() && attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error),
        }
    }
}
