//! The phases of clusters and backups, as the API spells them.
//!
//! Phases are for people and for other programs. Our own decisions never compare them.

/// Phases of a Cluster, `status.phase`.
pub mod cluster {
    /// The first instance is being made.
    pub const SETTING_UP_PRIMARY: &str = "Setting up primary";
    /// Another instance is being made.
    pub const CREATING_REPLICA: &str = "Creating a new replica";
    /// Nothing is left to do.
    pub const HEALTHY: &str = "Cluster in healthy state";
    /// Some pod is not active yet.
    pub const WAITING_FOR_INSTANCES: &str = "Waiting for the instances to become active";
    /// The primary role is handed over.
    pub const SWITCHOVER: &str = "Switchover in progress";
    /// The primary was lost and another instance takes over.
    pub const FAILING_OVER: &str = "Failing over";
    /// Pods are being replaced one after the other.
    pub const UPGRADING: &str = "Upgrading cluster";
    /// A new PostgreSQL major version is being put in place.
    pub const MAJOR_UPGRADE: &str = "Upgrading Postgres major version";
    /// An update waits for the rollout delay of the operator.
    pub const UPGRADE_DELAYED: &str = "Cluster upgrade delayed";
    /// The primary waits for a switchover by hand.
    pub const WAITING_FOR_USER: &str = "Waiting for user action";
    /// The primary restarts without a new pod.
    pub const RESTARTING_IN_PLACE: &str = "Primary instance is being restarted in-place";
    /// The primary gets a new pod, and keeps its role.
    pub const RESTARTING_PRIMARY: &str = "Primary instance is being restarted without a switchover";
    /// Instance managers replace themselves without a restart of PostgreSQL.
    pub const ONLINE_UPDATE: &str = "Online upgrade in progress";
    /// Changed settings wait for a restart.
    pub const APPLYING_CONFIGURATION: &str = "Applying configuration";
    /// A replica cluster becomes a primary cluster.
    pub const PROMOTING: &str = "Promoting to primary cluster";
    /// Nothing the operator can do helps.
    pub const UNRECOVERABLE: &str = "Cluster is unrecoverable and needs manual intervention";
    /// A plugin that the cluster names is not there.
    pub const UNKNOWN_PLUGIN: &str =
        "Cluster cannot proceed to reconciliation due to an unknown plugin being required";
    /// A plugin answered with an error.
    pub const PLUGIN_ERROR: &str =
        "Cluster cannot proceed to reconciliation due to an error while interacting with plugins";
    /// The image catalog has no image for the cluster.
    pub const IMAGE_CATALOG_ERROR: &str = "Cluster has incomplete or invalid image catalog";
    /// There is no manager for the architecture of a pod.
    pub const MISSING_ARCHITECTURE: &str =
        "Cluster cannot execute instance online upgrade due to missing architecture binary";
    /// Certificates, secrets, services or permissions could not be made.
    pub const CANNOT_CREATE_OBJECTS: &str = "Unable to create required cluster objects";
    /// The definition was refused by the operator itself.
    pub const INVALID: &str = "Invalid cluster definition";
    /// No instance answers the operator.
    pub const UNREACHABLE: &str = "Instance Status Extraction Error: HTTP communication issue";
    /// PostgreSQL stopped because a volume is full.
    pub const DISK_FULL: &str = "Not enough disk space";

    /// Every phase.
    pub const ALL: &[&str] = &[
        SETTING_UP_PRIMARY,
        CREATING_REPLICA,
        HEALTHY,
        WAITING_FOR_INSTANCES,
        SWITCHOVER,
        FAILING_OVER,
        UPGRADING,
        MAJOR_UPGRADE,
        UPGRADE_DELAYED,
        WAITING_FOR_USER,
        RESTARTING_IN_PLACE,
        RESTARTING_PRIMARY,
        ONLINE_UPDATE,
        APPLYING_CONFIGURATION,
        PROMOTING,
        UNRECOVERABLE,
        UNKNOWN_PLUGIN,
        PLUGIN_ERROR,
        IMAGE_CATALOG_ERROR,
        MISSING_ARCHITECTURE,
        CANNOT_CREATE_OBJECTS,
        INVALID,
        UNREACHABLE,
        DISK_FULL,
    ];
}

/// Phases of a Backup, `status.phase`; a new one has none.
pub mod backup {
    /// Waits for the cluster, a pod, or another backup.
    pub const PENDING: &str = "pending";
    /// Handed over to whoever takes it.
    pub const STARTED: &str = "started";
    /// Data is being copied.
    pub const RUNNING: &str = "running";
    /// Snapshots are cut and become ready.
    pub const FINALIZING: &str = "finalizing";
    /// Done; the object is not touched again.
    pub const COMPLETED: &str = "completed";
    /// Failed for good; the object is not touched again.
    pub const FAILED: &str = "failed";
    /// WAL archiving is broken.
    pub const WAL_ARCHIVING_FAILING: &str = "walArchivingFailing";
    /// The definition was refused by the operator itself.
    pub const INVALID: &str = "invalid backup definition";
}
