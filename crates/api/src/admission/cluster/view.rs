//! A cluster with what several rules need to know about it.

use postgres::image::{ImageError, ImageReference};
use postgres::settings::ArchiveMode;
use postgres::version::Version;

use crate::admission::annotation;
use crate::annotations;
use crate::cluster::{Cluster, ClusterSpec};

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub(in crate::admission) struct View<'a> {
    pub cluster: &'a Cluster,
    pub spec: &'a ClusterSpec,
    /// Unknown when neither the image nor the catalog reference tells it.
    pub version: Option<Version>,
    pub role: Role,
}

/// Whether a cluster takes writes or follows another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::admission) enum Role {
    Primary,
    Replica,
}

impl<'a> View<'a> {
    pub fn new(cluster: &'a Cluster) -> Self {
        Self { cluster, spec: &cluster.spec, version: version(cluster).ok(), role: role(cluster) }
    }

    /// The value of a setting, as the cluster has it.
    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        self.spec.postgresql.parameters.get(name).map(String::as_str)
    }

    /// Whether a setting is given and says yes.
    pub fn is_on(&self, name: &str) -> bool {
        self.parameter(name).and_then(postgres::boolean::parse) == Some(true)
    }

    /// Whether the settings of the extension for failover slots are in use.
    pub fn uses_failover_slots(&self) -> bool {
        self.spec.postgresql.parameters.keys().any(|name| name.starts_with("pg_failover_slots."))
    }

    /// The name of the cluster; empty while it has none.
    pub fn name(&self) -> &'a str {
        self.cluster.metadata.name.as_deref().unwrap_or_default()
    }

    /// Whether a server is listed among the external clusters.
    pub fn knows_external(&self, name: &str) -> bool {
        self.spec.external_clusters.iter().any(|external| external.name == name)
    }
}

/// The version of PostgreSQL a cluster runs, told by its image or by the catalog reference.
pub(in crate::admission) fn version(cluster: &Cluster) -> Result<Version, ImageError> {
    match (&cluster.spec.image_name, &cluster.spec.image_catalog_ref) {
        (None, Some(catalog)) => {
            Ok(Version::new(u32::try_from(catalog.major).unwrap_or_default(), 0))
        }
        (image, _) => ImageReference::parse(image.as_deref().unwrap_or_default()).version(),
    }
}

/// The part a cluster plays, as its `replica` section says.
pub(in crate::admission) fn role(cluster: &Cluster) -> Role {
    if cluster.is_replica_cluster() { Role::Replica } else { Role::Primary }
}

/// When the servers of a cluster archive.
pub(in crate::admission) fn archive_mode(cluster: &Cluster) -> ArchiveMode {
    let skip = annotation::get(&cluster.metadata, annotations::SKIP_WAL_ARCHIVING);
    match role(cluster) {
        _ if skip == Some(annotations::ENABLED) => ArchiveMode::Off,
        Role::Replica => ArchiveMode::Always,
        Role::Primary => ArchiveMode::On,
    }
}
