//! The custom resource definitions as manifests.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A manifest for each kind, under the name that people know from other installations.
pub(super) fn files() -> Result<Vec<(PathBuf, String)>> {
    let manifest = |definition: api::crd::Definition| {
        let name = format!("{}_{}.yaml", api::GROUP, definition.plural);
        let yaml = serde_saphyr::to_string(&definition.object)
            .with_context(|| format!("failed to write {name}"))?;
        Ok((Path::new("deploy/crds").join(name), yaml))
    };
    api::crd::all().into_iter().map(manifest).collect()
}
