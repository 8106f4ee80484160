//! From the kind of a job to all that it has to be told.

use std::collections::BTreeMap;

use api::{Backup, annotations};

use super::super::Manifests;
use super::{Upgrade, Work};
use crate::cluster::JobKind;

/// Objects besides the cluster that say what a job works with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sources<'a> {
    /// The backup that the cluster recovers from, where it names one.
    pub backup: Option<&'a Backup>,
    /// Annotations of the snapshot that the data volume is made from.
    pub snapshot: Option<&'a BTreeMap<String, String>>,
}

impl Manifests<'_> {
    /// The work that a job of some kind does for this cluster.
    #[must_use]
    pub fn work(&self, kind: JobKind, sources: Sources<'_>) -> Work {
        match kind {
            JobKind::InitDb => Work::InitDb,
            JobKind::Import => Work::Import,
            JobKind::PgBasebackup => Work::PgBaseBackup,
            JobKind::Join => Work::Join,
            JobKind::FullRecovery => {
                Work::FullRecovery { endpoint_ca: self.recovery_endpoint_ca(sources.backup) }
            }
            JobKind::SnapshotRecovery { first: false } => Work::SnapshotReplica,
            JobKind::SnapshotRecovery { first: true } => {
                let note = |name: &str| sources.snapshot?.get(name).cloned();
                Work::SnapshotRecovery {
                    backup_label: note(annotations::BACKUP_LABEL_FILE),
                    tablespace_map: note(annotations::BACKUP_TABLESPACE_MAP_FILE),
                    endpoint_ca: self.recovery_endpoint_ca(sources.backup),
                }
            }
            JobKind::MajorUpgrade => Work::MajorUpgrade(self.upgrade()),
        }
    }

    /// From the image that the data was made with to the one that it is to be used with.
    fn upgrade(&self) -> Upgrade {
        let status = self.cluster.status.as_ref();
        let old = status.and_then(|status| status.pgdata_image_info.as_ref());
        let new = status.and_then(|status| status.target_pgdata_image_info.as_ref());
        Upgrade {
            old_image: old.map(|info| info.image.clone()).unwrap_or_default(),
            new_extensions: new.map(|info| info.extensions.clone()).unwrap_or_default(),
        }
    }
}
