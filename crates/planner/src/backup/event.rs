//! What the owner of a backup or a schedule is told.

use crate::cluster::Kind;

/// An event on a Backup or a ScheduledBackup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub reason: Reason,
    /// A sentence for the owner.
    pub note: String,
}

impl Event {
    /// Something to tell.
    #[must_use]
    pub fn new(reason: Reason, note: impl Into<String>) -> Self {
        Self { reason, note: note.into() }
    }
}

/// The reasons of events; the API spells them as they are written here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Starting,
    ReStarting,
    FindingCluster,
    FindingPod,
    BackupPending,
    TargetPodNotHealthy,
    InstanceManagerRestarted,
    Error,
    ClusterIsHibernated,
    ClusterHasNoBackupExecutorPlugin,
    ClusterHasBackupConfigured,
    ClusterHasNoVolumeSnapshotCrd,
    ClusterHasNoVolumeSnapshotSection,
    ClusterHasNoBarmanSection,
    BackupSchedule,
    InvalidCluster,
    ClusterNotHealthy,
    NoSchedule,
    BackupAdoptionRefused,
    BackupCreation,
}

impl Reason {
    /// The reason as the API spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "Starting",
            Self::ReStarting => "ReStarting",
            Self::FindingCluster => "FindingCluster",
            Self::FindingPod => "FindingPod",
            Self::BackupPending => "BackupPending",
            Self::TargetPodNotHealthy => "TargetPodNotHealthy",
            Self::InstanceManagerRestarted => "InstanceManagerRestarted",
            Self::Error => "Error",
            Self::ClusterIsHibernated => "ClusterIsHibernated",
            Self::ClusterHasNoBackupExecutorPlugin => "ClusterHasNoBackupExecutorPlugin",
            Self::ClusterHasBackupConfigured => "ClusterHasBackupConfigured",
            Self::ClusterHasNoVolumeSnapshotCrd => "ClusterHasNoVolumeSnapshotCRD",
            Self::ClusterHasNoVolumeSnapshotSection => "ClusterHasNoVolumeSnapshotSection",
            Self::ClusterHasNoBarmanSection => "ClusterHasNoBarmanSection",
            Self::BackupSchedule => "BackupSchedule",
            Self::InvalidCluster => "InvalidCluster",
            Self::ClusterNotHealthy => "ClusterNotHealthy",
            Self::NoSchedule => "NoSchedule",
            Self::BackupAdoptionRefused => "BackupAdoptionRefused",
            Self::BackupCreation => "BackupCreation",
        }
    }

    /// Whether it is told as a warning.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Starting | Self::ReStarting | Self::BackupSchedule | Self::InvalidCluster => {
                Kind::Normal
            }
            Self::FindingCluster
            | Self::FindingPod
            | Self::BackupPending
            | Self::TargetPodNotHealthy
            | Self::InstanceManagerRestarted
            | Self::Error
            | Self::ClusterIsHibernated
            | Self::ClusterHasNoBackupExecutorPlugin
            | Self::ClusterHasBackupConfigured
            | Self::ClusterHasNoVolumeSnapshotCrd
            | Self::ClusterHasNoVolumeSnapshotSection
            | Self::ClusterHasNoBarmanSection
            | Self::ClusterNotHealthy
            | Self::NoSchedule
            | Self::BackupAdoptionRefused
            | Self::BackupCreation => Kind::Warning,
        }
    }
}
