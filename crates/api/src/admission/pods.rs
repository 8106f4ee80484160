//! Whether the pods of a cluster can be made, as those tell who make them.

use std::fmt;
use std::sync::Arc;

use postgres::version::Version;

use crate::cluster::Cluster;

type Attempt = dyn Fn(&Cluster, Version) -> Result<(), String> + Send + Sync;

/// Tries to make the pod of the first instance, with the owner's patch applied.
#[derive(Clone)]
pub struct PodBuilder(Arc<Attempt>);

impl PodBuilder {
    /// An attempt that says what is wrong when it fails.
    pub fn new(
        attempt: impl Fn(&Cluster, Version) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(attempt))
    }

    pub(super) fn attempt(&self, cluster: &Cluster, version: Version) -> Result<(), String> {
        (self.0)(cluster, version)
    }
}

impl fmt::Debug for PodBuilder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PodBuilder")
    }
}

/// The same builder, not one that does the same.
impl PartialEq for PodBuilder {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for PodBuilder {}
