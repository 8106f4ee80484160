//! Whether the cluster can have the backup that is asked for at all.

use api::Cluster;
use api::annotations;
use api::backup::BackupMethod;

use super::Seen;
use super::event::{Event, Reason};

/// What the cluster lacks for the backup; waiting would not bring it.
pub(super) fn missing(seen: &Seen<'_>, cluster: &Cluster) -> Option<Event> {
    let name = cluster.metadata.name.as_deref().unwrap_or_default();
    let notes = cluster.metadata.annotations.as_ref();
    let sleeps = notes.and_then(|notes| notes.get(annotations::HIBERNATION));
    let event = |reason, note: String| Some(Event::new(reason, note));
    if sleeps.is_some_and(|value| value == annotations::ON) {
        let note = format!("Cluster {name} is hibernated: wake it up and ask for another backup");
        return event(Reason::ClusterIsHibernated, note);
    }
    let method = seen.method();
    let configuration = cluster.spec.backup.as_ref();
    match (&method, configuration) {
        (BackupMethod::Plugin, _) => {
            let plugins = &cluster.spec.plugins;
            if plugins.iter().all(|plugin| plugin.enabled == Some(false)) {
                let note = format!("Cluster {name} uses no plugin that could take the backup");
                return event(Reason::ClusterHasNoBackupExecutorPlugin, note);
            }
            let wanted = seen.backup.spec.plugin_configuration.as_ref();
            let wanted = wanted.map(|plugin| plugin.name.as_str()).unwrap_or_default();
            let note = format!(
                "requested plugin is not available: {wanted} (this version calls no plugins yet)"
            );
            event(Reason::Error, note)
        }
        (_, None) => {
            let note =
                format!("Cluster {name} has no spec.backup, which says where backups are kept");
            event(Reason::ClusterHasBackupConfigured, note)
        }
        (BackupMethod::VolumeSnapshot, Some(_)) if !seen.volume_snapshots => {
            let note = "This Kubernetes has no VolumeSnapshot resource: install the snapshot CRDs \
                        and restart the operator"
                .to_owned();
            event(Reason::ClusterHasNoVolumeSnapshotCrd, note)
        }
        (BackupMethod::VolumeSnapshot, Some(found)) => {
            if found.volume_snapshot.is_none() {
                let note = format!("Cluster {name} has no spec.backup.volumeSnapshot");
                return event(Reason::ClusterHasNoVolumeSnapshotSection, note);
            }
            let note = "this version takes no volume snapshots yet: use the method \
                        barmanObjectStore"
                .to_owned();
            event(Reason::Error, note)
        }
        (BackupMethod::BarmanObjectStore, Some(found)) => {
            if found.barman_object_store.is_none() {
                let note = format!(
                    "Cluster {name} has no spec.backup.barmanObjectStore, which says where \
                     backups are kept"
                );
                return event(Reason::ClusterHasNoBarmanSection, note);
            }
            None
        }
        (BackupMethod::Other(word), Some(_)) => {
            event(Reason::Error, format!("there is no backup method {word}"))
        }
    }
}
