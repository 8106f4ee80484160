//! A cluster that has passed the checks.

use postgres::version::Version;

use super::annotation::{self, Validation};
use super::cluster::{self, View};
use super::{Context, Errors, FieldError};
use crate::cluster::Cluster;

/// A cluster that is known to be right, with the version of PostgreSQL it runs.
///
/// What is built from it needs no further questions and cannot fail for its sake.
#[derive(Debug, Clone)]
pub struct CheckedCluster {
    cluster: Cluster,
    version: Version,
}

impl CheckedCluster {
    /// The cluster as it was given.
    #[must_use]
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The version that the image or the catalog reference tells.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }
}

impl CheckedCluster {
    /// Checks a cluster that has its defaults, and that its pods can be made.
    ///
    /// The latter is left to its owner where the checks are turned off.
    pub fn check(cluster: Cluster, context: &Context) -> Result<Self, Vec<FieldError>> {
        let checked = Self::try_from(cluster)?;
        let errors = match annotation::validation(&checked.cluster.metadata) {
            Validation::Disabled => Vec::new(),
            Validation::Enabled | Validation::Unclear => {
                cluster::inapplicable_patch(&View::new(&checked.cluster), context.pods.as_ref())
            }
        };
        if errors.is_empty() { Ok(checked) } else { Err(errors) }
    }
}

impl TryFrom<Cluster> for CheckedCluster {
    type Error = Vec<FieldError>;

    /// Checks a cluster that has its defaults and tells everything that is wrong.
    ///
    /// A cluster whose owner turned the checks off passes, as long as its version can be read.
    fn try_from(cluster: Cluster) -> Result<Self, Vec<FieldError>> {
        let view = View::new(&cluster);
        let errors = match annotation::validation(&cluster.metadata) {
            Validation::Disabled => Vec::new(),
            Validation::Enabled | Validation::Unclear => cluster::errors(&view),
        };
        match view.version {
            Some(version) if errors.is_empty() => Ok(Self { cluster, version }),
            None if errors.is_empty() => {
                let mut errors = Errors::default();
                errors.invalid(
                    "spec.imageName",
                    &cluster.spec.image_name,
                    "it does not tell which PostgreSQL version the image holds",
                    "use a tag that starts with the version",
                );
                Err(errors.into_vec())
            }
            Some(_) | None => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cluster(image: &str, annotations: serde_json::Value) -> Cluster {
        serde_json::from_value(json!({
            "metadata": {"name": "c", "annotations": annotations},
            "spec": {"instances": 1, "imageName": image, "storage": {"size": "1Gi"}},
        }))
        .unwrap()
    }

    #[test]
    fn a_right_cluster_tells_its_version() {
        let checked = CheckedCluster::try_from(cluster("pg:17.2", json!({}))).unwrap();
        assert_eq!(checked.version(), Version::new(17, 2));
        assert_eq!(checked.cluster().metadata.name.as_deref(), Some("c"));
    }

    #[test]
    fn the_version_is_needed_even_without_checks() {
        let off = json!({"cnpg.io/validation": "disabled", "cnpg.io/hibernation": "maybe"});
        assert!(CheckedCluster::try_from(cluster("pg:17.2", off.clone())).is_ok());
        let errors = CheckedCluster::try_from(cluster("pg:latest", off)).unwrap_err();
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].path, "spec.imageName");
    }
}
