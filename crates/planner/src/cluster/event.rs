//! What the owner of a cluster is told, once for each thing that happens.

/// An event on the Cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub reason: Reason,
    /// A sentence for the owner of the cluster.
    pub note: String,
}

/// Whether somebody should look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Normal,
    Warning,
}

/// The reasons of events, as the API spells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    CreatingInstance,
    ScaleDown,
    NoScaleDown,
    DeleteUnrecoverableInstance,
    DeletePod,
    DeletePvcs,
    FailingOver,
    FailoverTarget,
    SwitchingOver,
    Switchover,
    UpgradingInstance,
    InstanceManagerUpgraded,
    InstanceManagerUpgradeFailed,
    RolloutDelayed,
    PrimaryStatusCheckFailed,
    DiscoverImage,
    /// Ours; the original leaves it to the events of pods.
    ImagePullFailed,
}

impl Reason {
    /// The reason as the API spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreatingInstance => "CreatingInstance",
            Self::ScaleDown => "ScaleDown",
            Self::NoScaleDown => "NoScaleDown",
            Self::DeleteUnrecoverableInstance => "DeleteUnrecoverableInstance",
            Self::DeletePod => "DeletePod",
            Self::DeletePvcs => "DeletePVCs",
            Self::FailingOver => "FailingOver",
            Self::FailoverTarget => "FailoverTarget",
            Self::SwitchingOver => "SwitchingOver",
            Self::Switchover => "Switchover",
            Self::UpgradingInstance => "UpgradingInstance",
            Self::InstanceManagerUpgraded => "InstanceManagerUpgraded",
            Self::InstanceManagerUpgradeFailed => "InstanceManagerUpgradeFailed",
            Self::RolloutDelayed => "RolloutDelayed",
            Self::PrimaryStatusCheckFailed => "PrimaryStatusCheckFailed",
            Self::DiscoverImage => "DiscoverImage",
            Self::ImagePullFailed => "ImagePullFailed",
        }
    }

    /// Whether it is told as a warning.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::NoScaleDown
            | Self::PrimaryStatusCheckFailed
            | Self::DiscoverImage
            | Self::InstanceManagerUpgradeFailed
            | Self::ImagePullFailed => Kind::Warning,
            Self::CreatingInstance
            | Self::ScaleDown
            | Self::DeleteUnrecoverableInstance
            | Self::DeletePod
            | Self::DeletePvcs
            | Self::FailingOver
            | Self::FailoverTarget
            | Self::SwitchingOver
            | Self::Switchover
            | Self::UpgradingInstance
            | Self::InstanceManagerUpgraded
            | Self::RolloutDelayed => Kind::Normal,
        }
    }
}
