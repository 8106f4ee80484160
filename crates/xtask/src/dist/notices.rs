//! The licences of everything that is linked into a program, as they ask to be handed on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::tree::{cargo, root};

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Debug, Clone, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    id: String,
    license: Option<String>,
    source: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    root: Option<String>,
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Debug, Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// The notices of the plugin as it is built for a triple: each text once, with who shares it.
pub fn notices(triple: &str) -> Result<String> {
    let words = ["metadata", "--format-version=1", "--locked", "--filter-platform", triple];
    let output =
        cargo().args(words).current_dir(root()).output().context("failed to start cargo")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata = serde_json::from_slice(&output.stdout).context("cargo answered no metadata")?;
    let linked = linked(&metadata).into_iter().filter(|package| package.source.is_some());
    let mut by_text: BTreeMap<String, Vec<&Package>> = BTreeMap::new();
    for package in linked {
        let folder = package.manifest_path.parent().unwrap_or(Path::new("/"));
        for text in texts(folder)? {
            by_text.entry(text).or_default().push(package);
        }
    }
    Ok(render(&by_text, triple))
}

/// The packages that end in the program, without what only builds or tests it.
fn linked(metadata: &Metadata) -> BTreeSet<&Package> {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&str> = metadata.resolve.root.as_deref().into_iter().collect();
    while let Some(id) = next.pop() {
        if !seen.insert(id) {
            continue;
        }
        let node = metadata.resolve.nodes.iter().find(|node| node.id == id);
        for dependency in node.into_iter().flat_map(|node| &node.deps) {
            if dependency.dep_kinds.iter().any(|kind| kind.kind.is_none()) {
                next.push(&dependency.pkg);
            }
        }
    }
    metadata.packages.iter().filter(|package| seen.contains(package.id.as_str())).collect()
}

/// The licence files in a package's folder.
fn texts(folder: &Path) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        let starts = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT", "UNLICENSE"];
        if entry.file_type()?.is_file() && starts.iter().any(|start| name.starts_with(start)) {
            paths.push(entry.path());
        }
    }
    paths.sort();
    let read = |path: &PathBuf| {
        let bytes = fs::read(path).with_context(|| format!("failed to read {}", path.display()))?;
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        Ok(text.trim().to_owned())
    };
    paths.iter().map(read).collect()
}

fn render(by_text: &BTreeMap<String, Vec<&Package>>, triple: &str) -> String {
    let mut text = "Parts of this program come from others, under the licences below.\n".to_owned();
    if triple.ends_with("linux-gnu") {
        text += "It is linked statically against the GNU C library (LGPL-2.1-or-later); the source of this program\nlets anyone link it again.\n";
    }
    for (licence, packages) in by_text {
        text += "\n----------------------------------------\n";
        for package in packages {
            let under = package.license.as_deref().unwrap_or("see below");
            writeln!(text, "{} {}: {under}", package.name, package.version)
                .expect("writing to a string cannot fail");
        }
        text += "\n";
        text += licence;
        text += "\n";
    }
    text
}
