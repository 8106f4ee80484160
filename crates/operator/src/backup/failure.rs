//! A backup that has failed for good: on the backup first, then on its cluster.

use api::Cluster;
use jiff::Timestamp;
use kube::Api;
use kube::api::{Patch, PatchParams};
use kubekit::calls::{LIMIT, within};
use planner::backup::Seen;
use planner::backup::condition::{Outcome, conditions};
use serde_json::json;
use tracing::warn;

use super::{Context, Error, ended};

/// How often somebody else may change the cluster in between.
const ATTEMPTS: usize = 5;

pub(super) async fn write(
    cx: &Context,
    seen: &Seen<'_>,
    error: &str,
    command: Option<String>,
) -> Result<(), Error> {
    let backup = seen.backup;
    let status = ended(backup.status.clone().unwrap_or_default(), error, command);
    super::write(cx, backup, &status).await?;
    if let Some(cluster) = seen.cluster
        && let Err(error) = tell_cluster(cx, cluster, error).await
    {
        let error = kubekit::calls::chain(&error);
        warn!(error, "the cluster does not say that its backup failed");
    }
    Ok(())
}

async fn tell_cluster(cx: &Context, cluster: &Cluster, error: &str) -> Result<(), Error> {
    let meta = &cluster.metadata;
    let namespace = meta.namespace.as_deref().unwrap_or_default();
    let name = meta.name.as_deref().unwrap_or_default();
    let api: Api<Cluster> = Api::namespaced(cx.cluster.client.clone(), namespace);
    let outcome = Outcome::Failed(error.to_owned());
    let mut attempt = 1;
    loop {
        let read = within(LIMIT, api.get(name)).await;
        let read = read.map_err(|source| Error::Read { what: "the cluster", source })?;
        let known = read.status.as_ref().map(|status| status.conditions.as_slice());
        let now = Timestamp::now();
        let mut status =
            json!({"lastFailedBackup": now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()});
        if let Some(conditions) = conditions(known.unwrap_or_default(), &outcome, now) {
            status["conditions"] = serde_json::to_value(conditions)?;
        }
        // With the version, so that no condition of somebody else is lost.
        let version = &read.metadata.resource_version;
        let patch = json!({"metadata": {"resourceVersion": version}, "status": status});
        let params = PatchParams::default();
        match within(LIMIT, api.patch_status(name, &params, &Patch::Merge(&patch))).await {
            Ok(_) => return Ok(()),
            Err(error) if error.is_conflict() && attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(Error::Tell(error)),
        }
    }
}
