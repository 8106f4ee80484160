//! The manifest by which Krew installs the plugin.
//!
//! The checksums of a tree are zeros: a release fills them in when its archives exist, so a
//! manifest that was never released cannot install anything by mistake.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::tree::root;

/// Operating system and architecture as Krew names them, the architecture as our archives spell
/// it, the kind of archive and the program in it.
const PLATFORMS: &[(&str, &str, &str, &str, &str)] = &[
    ("linux", "amd64", "x86_64", "tar.gz", "kubectl-cnpg"),
    ("linux", "arm64", "arm64", "tar.gz", "kubectl-cnpg"),
    ("darwin", "amd64", "x86_64", "tar.gz", "kubectl-cnpg"),
    ("darwin", "arm64", "arm64", "tar.gz", "kubectl-cnpg"),
    ("windows", "amd64", "x86_64", "zip", "kubectl-cnpg.exe"),
    ("windows", "arm64", "arm64", "zip", "kubectl-cnpg.exe"),
];

/// What stands for the checksum of an archive that does not exist yet.
const UNRELEASED: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// `krew-manifest.yaml`.
pub(super) fn files() -> Result<Vec<(PathBuf, String)>> {
    let text = std::fs::read_to_string(root().join("Cargo.toml"))?;
    let manifest: toml::Table = text.parse()?;
    let release = manifest.get("workspace").and_then(|w| w.get("metadata")?.get("release"));
    let field = |name: &str| {
        let value = release.and_then(|release| release.get(name)?.as_str());
        value.with_context(|| format!("Cargo.toml lacks workspace.metadata.release.{name}"))
    };
    let text = render(env!("CARGO_PKG_VERSION"), field("homepage")?, field("downloads")?);
    Ok(vec![(PathBuf::from("krew-manifest.yaml"), text)])
}

fn render(version: &str, homepage: &str, downloads: &str) -> String {
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
    for (os, krew_arch, arch, archive, program) in PLATFORMS {
        writeln!(
            text,
            "    - selector:
        matchLabels:
          os: {os}
          arch: {krew_arch}
      uri: {downloads}/v{version}/kubectl-cnpg_{version}_{os}_{arch}.{archive}
      sha256: \"{UNRELEASED}\"
      bin: {program}
      files:
        - from: {program}
          to: .
        - from: LICENSE
          to: ."
        )
        .expect("writing to a string cannot fail");
    }
    text
}
