//! Whether whoever was told to take a backup is still at it.

use std::time::Duration;

use api::Cluster;
use api::backup::BackupTarget;
use api::backup::status::BackupInstance;
use api::phases::backup as phases;
use jiff::SignedDuration;

use super::event::{Event, Reason};
use super::{Seen, Start, Verdict, place};
use crate::cluster::pods;

/// How often a backup is looked at that the instance has not begun yet, and one that it has.
const BEGINS: Duration = Duration::from_secs(30);
const RUNS: Duration = Duration::from_secs(10 * 60);
/// An instance that was told begins at once; one that has not by now was never told.
const TOLD: SignedDuration = SignedDuration::from_secs(25);

pub(super) fn look(seen: &Seen<'_>, cluster: &Cluster, instance: &BackupInstance) -> Verdict {
    let name = instance.pod_name.as_deref().unwrap_or_default();
    let fail = |reason, note: String| {
        let event = Event::new(reason, note.clone());
        Verdict::Fail { error: note, event }
    };
    if let Some(why) = lost(seen, cluster, instance, name) {
        if seen.phase() == Some(phases::STARTED) {
            let note = format!("{why}; the backup begins anew");
            return Verdict::Restart(Event::new(Reason::ReStarting, note));
        }
        // Whoever is at it may be about to say the same: what he began nobody begins anew, so that
        // it does not depend on who is first.
        return fail(Reason::InstanceManagerRestarted, format!("{why}: ask for another backup"));
    }
    if let (Some(now), Some(then)) = (seen.session, instance.session_id.as_deref())
        && now != then
    {
        let note = format!("The instance manager of {name} was restarted during the backup");
        return fail(Reason::InstanceManagerRestarted, note);
    }
    let status = cluster.status.as_ref();
    let healthy = status.and_then(|status| status.instances_status.get("healthy"));
    let healthy = healthy.is_some_and(|healthy| healthy.iter().any(|one| one == name));
    // The list may be older than the pod that we see.
    let ready = seen.pod(name).is_some_and(pods::ready);
    if !healthy && !ready {
        let note = format!("The instance {name} became unhealthy during the backup");
        return fail(Reason::TargetPodNotHealthy, note);
    }
    if seen.phase() != Some(phases::STARTED) {
        return Verdict::Look(RUNS);
    }
    let status = seen.backup.status.as_ref();
    let began = status.and_then(|status| status.reconciliation_started_at.as_ref());
    if began.is_none_or(|began| seen.now.duration_since(began.0) >= TOLD) {
        let container_id = instance.container_id.clone();
        return Verdict::Tell(Start { pod: name.to_owned(), container_id });
    }
    Verdict::Look(BEGINS)
}

/// Why the instance cannot come to the end of the backup.
fn lost(
    seen: &Seen<'_>,
    cluster: &Cluster,
    instance: &BackupInstance,
    name: &str,
) -> Option<String> {
    let Some(pod) = seen.pod(name) else {
        return Some(format!("The pod {name} that took the backup is gone"));
    };
    if place::container_id(pod) != instance.container_id {
        return Some(format!("The container of {name} was replaced during the backup"));
    }
    if !pods::active(pod) {
        return Some(format!("The pod {name} that took the backup is about to end"));
    }
    let primary = cluster.status.as_ref().and_then(|status| status.target_primary.as_deref());
    let wants_primary = place::target(seen, cluster) == BackupTarget::Primary;
    (wants_primary && primary != Some(name))
        .then(|| format!("{name} is not the primary any more, which the backup asks for"))
}
