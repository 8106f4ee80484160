//! The objects that a cluster consists of, as we want them to be.
//!
//! [`Manifests`] holds a cluster with its defaults and what the installed operator adds; each of
//! its builders gives one whole object, and the same input always gives the same bytes. What
//! becomes of a living object that differs is decided elsewhere.

mod account;
mod affinity;
mod budget;
mod claim;
mod container;
mod credentials;
mod drift;
mod election;
mod job;
mod metadata;
mod monitoring;
pub mod names;
mod patch;
mod pod;
mod probes;
mod role;
mod security;
mod service;
mod shell;
mod volumes;

use api::admission::CheckedCluster;
use api::cluster::Cluster;
use postgres::version::Version;

pub use account::PullSecret;
pub use claim::{ClaimKind, ClaimStatus};
pub use credentials::Credentials;
pub use drift::{Drift, Living, ManagerUpdates};
pub use job::{EndpointCa, Sources, Upgrade, Work};
pub use monitoring::{DEFAULT_QUERIES, pod_monitor_resource};
pub use patch::PatchError;
pub use role::Related;

/// What the installed operator adds to the objects of every cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// Image of the operator, which brings the instance manager into the pods.
    pub image: String,
    /// Version of the operator, noted down on everything it makes.
    pub version: String,
    /// Patterns of labels that objects inherit from the metadata of their cluster.
    pub inherited_labels: Vec<String>,
    /// Patterns of annotations that objects inherit from the metadata of their cluster.
    pub inherited_annotations: Vec<String>,
    /// Whether a Service leads to all instances, ready or not.
    pub create_any_service: bool,
    /// Domain that the full names of Services end in.
    pub cluster_domain: String,
    /// Names of log fields, where the operator was told others.
    pub log_fields: LogFields,
    /// Milliseconds after which a standby gives up on a silent connection.
    pub standby_tcp_user_timeout: Option<u32>,
    /// Who chooses the users of pods.
    pub platform: Platform,
}

/// Names of the log fields that may be renamed; unset keeps the usual ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFields {
    pub level: Option<String>,
    pub timestamp: Option<String>,
}

/// Who chooses the users that pods run as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Platform {
    /// The cluster's spec does.
    #[default]
    Kubernetes,
    /// The platform does, by its security context constraints.
    OpenShift,
}

impl Installation {
    /// An installation that was told nothing but its own image and version.
    #[must_use]
    pub fn new(image: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            image: image.into(),
            version: version.into(),
            inherited_labels: Vec::new(),
            inherited_annotations: Vec::new(),
            create_any_service: false,
            cluster_domain: "cluster.local".to_owned(),
            log_fields: LogFields::default(),
            standby_tcp_user_timeout: None,
            platform: Platform::default(),
        }
    }
}

/// Builds the objects of one cluster.
#[derive(Debug, Clone, Copy)]
pub struct Manifests<'a> {
    cluster: &'a Cluster,
    version: Version,
    installation: &'a Installation,
}

impl<'a> Manifests<'a> {
    /// The builders for a cluster that passed the checks.
    #[must_use]
    pub fn new(checked: &'a CheckedCluster, installation: &'a Installation) -> Self {
        Self::of(checked.cluster(), checked.version(), installation)
    }

    /// The builders for a cluster that has its defaults and is known to run a version.
    #[must_use]
    pub fn of(cluster: &'a Cluster, version: Version, installation: &'a Installation) -> Self {
        Self { cluster, version, installation }
    }

    /// Name of the cluster; empty while it has none.
    #[must_use]
    pub fn cluster_name(&self) -> &'a str {
        self.cluster.metadata.name.as_deref().unwrap_or_default()
    }

    /// Namespace of the cluster and of all that is built here.
    #[must_use]
    pub fn namespace(&self) -> &'a str {
        self.cluster.metadata.namespace.as_deref().unwrap_or_default()
    }

    /// Name of an instance, of its pod and of its data volume.
    #[must_use]
    pub fn instance(&self, serial: u32) -> String {
        names::instance(self.cluster_name(), serial)
    }

    /// The major version of the data, which an image not yet in use may be ahead of.
    fn major(&self) -> i64 {
        let status = self.cluster.status.as_ref();
        let stored = status.and_then(|status| status.pgdata_image_info.as_ref());
        stored.map_or(i64::from(self.version.major()), |info| info.major_version)
    }

    /// The image that instances run: the one decided on, or the wish before any decision.
    fn image(&self) -> Option<String> {
        let status = self.cluster.status.as_ref();
        let decided = status.and_then(|status| status.image.clone());
        decided.or_else(|| self.cluster.spec.image_name.clone())
    }
}
