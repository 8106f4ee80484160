//! The manifest by which Krew installs the plugin.
//!
//! The checksums of a tree are zeros: a release fills them in when its archives exist, so a
//! manifest that was never released cannot install anything by mistake.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::dist::platform::{Bundle, PLATFORMS, Platform};
use crate::tree::root;

/// What stands for the checksum of an archive that does not exist yet.
const UNRELEASED: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What a manifest says about the whole release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    pub version: String,
    pub homepage: String,
    /// The address below which each version has its folder.
    pub downloads: String,
}

impl Release {
    /// As the workspace's manifest names it.
    pub fn of_this_tree() -> Result<Self> {
        let text = std::fs::read_to_string(root().join("Cargo.toml"))?;
        let manifest: toml::Table = text.parse()?;
        let release = manifest.get("workspace").and_then(|w| w.get("metadata")?.get("release"));
        let field = |name: &str| {
            let value = release.and_then(|release| release.get(name)?.as_str());
            let value = value.map(str::to_owned);
            value.with_context(|| format!("Cargo.toml lacks workspace.metadata.release.{name}"))
        };
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Ok(Self { version, homepage: field("homepage")?, downloads: field("downloads")? })
    }
}

/// `krew-manifest.yaml`.
pub(super) fn files() -> Result<Vec<(PathBuf, String)>> {
    let all = PLATFORMS.iter().map(|platform| (platform, UNRELEASED.to_owned()));
    let text = render(&Release::of_this_tree()?, all);
    Ok(vec![(PathBuf::from("krew-manifest.yaml"), text)])
}

/// The manifest of these platforms, each with the checksum of its archive.
pub fn render<'a>(
    release: &Release,
    platforms: impl IntoIterator<Item = (&'a Platform, String)>,
) -> String {
    let Release { version, homepage, downloads } = release;
    let mut text = format!(
        "apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: cnpg
spec:
  version: v{version}
  homepage: {homepage}
  shortDescription: Manage PostgreSQL clusters on Kubernetes
  description: |
    Shows, promotes, restarts, fences, hibernates and backs up PostgreSQL
    clusters of the API group postgresql.cnpg.io, and opens psql on them.
  platforms:
"
    );
    for (platform, checksum) in platforms {
        let Platform { os, arch, program, .. } = platform;
        let archive = platform.archive(version);
        write!(
            text,
            "    - selector:
        matchLabels:
          os: {os}
          arch: {arch}
      uri: {downloads}/v{version}/{archive}
      sha256: \"{checksum}\"
      bin: {program}
      files:
"
        )
        .expect("writing to a string cannot fail");
        let completer = (platform.bundle == Bundle::TarGz).then_some("kubectl_complete-cnpg");
        let files = [program, "LICENSE", "NOTICES", "completions", "man"];
        for file in files.into_iter().chain(completer) {
            writeln!(text, "        - from: {file}\n          to: .")
                .expect("writing to a string cannot fail");
        }
    }
    text
}
