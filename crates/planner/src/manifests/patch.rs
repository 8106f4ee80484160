//! The user's own changes to instance pods: the JSON patch of an annotation.

use api::annotations;
use json_patch::Patch;
use k8s_openapi::api::core::v1::Pod;

use super::Manifests;

/// Why the patch of a cluster cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PatchError {
    #[error("{} is not a JSON patch", annotations::POD_PATCH)]
    Unreadable(#[source] serde_json::Error),
    #[error("{} does not apply to the pod {pod}", annotations::POD_PATCH)]
    Inapplicable {
        pod: String,
        #[source]
        source: json_patch::PatchError,
    },
    #[error("{} leaves the pod {pod} unreadable", annotations::POD_PATCH)]
    NoPod {
        pod: String,
        #[source]
        source: serde_json::Error,
    },
}

impl Manifests<'_> {
    /// The pod as the user wants it.
    pub(super) fn patched(&self, pod: Pod) -> Result<Pod, PatchError> {
        let given = self.cluster.metadata.annotations.as_ref();
        let Some(text) = given.and_then(|all| all.get(annotations::POD_PATCH)) else {
            return Ok(pod);
        };
        let patch: Patch = serde_json::from_str(text).map_err(PatchError::Unreadable)?;
        let name = || pod.metadata.name.clone().unwrap_or_default();
        let unreadable = |source| PatchError::NoPod { pod: name(), source };
        let mut value = serde_json::to_value(&pod).map_err(unreadable)?;
        json_patch::patch(&mut value, &patch)
            .map_err(|source| PatchError::Inapplicable { pod: name(), source })?;
        serde_json::from_value(value).map_err(unreadable)
    }
}
