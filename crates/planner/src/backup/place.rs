//! Which instance takes a backup.

use api::Cluster;
use api::backup::BackupTarget;
use k8s_openapi::api::core::v1::Pod;

use super::event::{Event, Reason};
use super::{Seen, Start};
use crate::cluster::pods::{self, CONTAINER};

/// The instance that takes the backup, or why there is none yet.
pub(super) fn choose(seen: &Seen<'_>, cluster: &Cluster) -> Result<Start, Event> {
    let status = cluster.status.clone().unwrap_or_default();
    let primary = status.target_primary.as_deref().unwrap_or_default();
    let standby = || {
        // An instance on its way to another version must not be copied half way.
        let data = status.pgdata_image_info.as_ref().map(|info| info.image.as_str());
        let settled = status.image.is_some() && data == status.image.as_deref();
        let fits = |pod: &&Pod| {
            settled
                && pods::name(&pod.metadata) != primary
                && !pods::going(&pod.metadata)
                && pods::ready(pod)
                && image(pod) == status.image.as_deref()
        };
        seen.pods.iter().find(fits)
    };
    let chosen = match target(seen, cluster) {
        BackupTarget::Primary => None,
        BackupTarget::PreferStandby | BackupTarget::Other(_) => standby(),
    };
    let Some(pod) = chosen.or_else(|| seen.pod(primary)) else {
        let note = format!("There is no pod {primary} that could take the backup; it waits");
        return Err(Event::new(Reason::FindingPod, note));
    };
    let name = pods::name(&pod.metadata).to_owned();
    if !pods::ready(pod) || pods::going(&pod.metadata) {
        let note = format!("The pod {name} is not ready; the backup waits for it");
        return Err(Event::new(Reason::BackupPending, note));
    }
    Ok(Start { container_id: container_id(pod), pod: name })
}

/// Which kind of instance is asked for.
pub(super) fn target(seen: &Seen<'_>, cluster: &Cluster) -> BackupTarget {
    let own = seen.backup.spec.target.clone();
    let usual = cluster.spec.backup.as_ref().and_then(|backup| backup.target.clone());
    own.or(usual).unwrap_or(BackupTarget::PreferStandby)
}

fn image(pod: &Pod) -> Option<&str> {
    let containers = pod.spec.as_ref()?.containers.iter();
    containers.filter(|one| one.name == CONTAINER).find_map(|one| one.image.as_deref())
}

/// The container that PostgreSQL runs in, which is another after every restart.
pub(super) fn container_id(pod: &Pod) -> Option<String> {
    let statuses = pod.status.as_ref()?.container_statuses.as_ref()?;
    statuses.iter().find(|one| one.name == CONTAINER)?.container_id.clone()
}
