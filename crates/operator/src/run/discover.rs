//! What the API server has besides our own kinds. Asked once: who installs more restarts us.

use api::admission::VolumeSnapshots;
use kube::Client;
use kubekit::calls::{LIMIT, within};

use super::Error;

/// Whether volumes can be copied by snapshot.
pub async fn volume_snapshots(client: &Client) -> Result<VolumeSnapshots, Error> {
    let version = "snapshot.storage.k8s.io/v1";
    match within(LIMIT, client.list_api_group_resources(version)).await {
        Ok(list) if list.resources.iter().any(|kind| kind.name == "volumesnapshots") => {
            Ok(VolumeSnapshots::Installed)
        }
        Ok(_) => Ok(VolumeSnapshots::Missing),
        Err(error) if error.is_missing() => Ok(VolumeSnapshots::Missing),
        Err(error) => Err(Error::Discover(error)),
    }
}

/// Whether OpenShift chooses the users of pods.
pub async fn security_context_constraints(client: &Client) -> Result<bool, Error> {
    let version = "security.openshift.io/v1";
    match within(LIMIT, client.list_api_group_resources(version)).await {
        Ok(list) => Ok(list.resources.iter().any(|kind| kind.name == "securitycontextconstraints")),
        Err(error) if error.is_missing() => Ok(false),
        Err(error) => Err(Error::Discover(error)),
    }
}
