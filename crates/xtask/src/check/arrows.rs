//! The arrows between our crates: who may build on whom, and what the pure ones may never reach.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::tree::{cargo, root};

/// Each crate with those it may build on. Development tools (`testkit`, `xtask`) come last.
const ALLOWED: &[(&str, &[&str])] = &[
    ("postgres", &[]),
    ("api", &["postgres"]),
    ("protocol", &["postgres"]),
    ("planner", &["api", "postgres"]),
    ("kubekit", &["api"]),
    ("pgkit", &["postgres"]),
    ("objectstore", &["postgres"]),
    ("serving", &[]),
    ("operator", &["api", "kubekit", "planner", "postgres", "protocol", "serving"]),
    (
        "instance",
        &["api", "kubekit", "objectstore", "pgkit", "planner", "postgres", "protocol", "serving"],
    ),
    ("manager", &["api", "instance", "operator"]),
    ("kubectl-cnpg", &["api", "kubekit", "planner", "postgres", "protocol"]),
    ("testkit", &["api", "postgres"]),
    ("xtask", &["api", "kubectl-cnpg", "operator", "testkit"]),
];

/// Crates without runtime, client, clock, environment, file or random source.
const PURE: &[&str] = &["api", "postgres", "planner", "protocol"];

/// What shows in a dependency tree that purity is gone.
const IMPURE: &[&str] =
    &["tokio", "hyper", "kube-client", "kube-runtime", "reqwest", "nix", "rand"];

/// What `cargo metadata` tells, as far as we read it.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    pub packages: Vec<Package>,
    workspace_members: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Package {
    pub id: String,
    pub name: String,
    pub version: String,
    pub license: Option<String>,
    pub source: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

/// Asks cargo about every package of the tree.
pub fn metadata() -> Result<Metadata> {
    let output = cargo()
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .context("failed to start cargo metadata")?;
    ensure!(
        output.status.success(),
        "cargo metadata failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).context("failed to read cargo metadata")
}

/// Fails on an arrow that the table does not have, and on a pure crate that reaches an effect.
pub fn check(metadata: &Metadata) -> Result<()> {
    let wrong = wrong_arrows(&arrows(metadata));
    ensure!(wrong.is_empty(), "wrong arrows between crates: {}", wrong.join("; "));
    let members = ours(metadata);
    for name in PURE.iter().filter(|name| members.contains(**name)) {
        let reached = reached(name)?;
        let impure: Vec<_> = IMPURE.iter().filter(|bad| reached.contains(**bad)).collect();
        ensure!(
            impure.is_empty(),
            "the pure crate {name} reaches {impure:?}; `cargo tree -p {name} -e normal -i {}` shows how",
            impure[0]
        );
    }
    Ok(())
}

fn ours(metadata: &Metadata) -> BTreeSet<&str> {
    let members = metadata.packages.iter().filter(|p| metadata.workspace_members.contains(&p.id));
    members.map(|package| package.name.as_str()).collect()
}

fn arrows(metadata: &Metadata) -> BTreeMap<&str, Vec<&str>> {
    let ours = ours(metadata);
    let members = metadata.packages.iter().filter(|p| ours.contains(p.name.as_str()));
    let arrows = members.map(|package| {
        let shipped = package.dependencies.iter().filter(|d| d.kind.as_deref() != Some("dev"));
        let names = shipped.map(|d| d.name.as_str()).filter(|name| ours.contains(name));
        (package.name.as_str(), names.collect())
    });
    arrows.collect()
}

fn wrong_arrows(arrows: &BTreeMap<&str, Vec<&str>>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (from, targets) in arrows {
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| name == from) else {
            wrong.push(format!("{from} has no row in the table of layers"));
            continue;
        };
        let outside = targets.iter().filter(|target| !allowed.contains(*target));
        wrong.extend(outside.map(|target| format!("{from} -> {target}")));
    }
    wrong
}

fn reached(package: &str) -> Result<BTreeSet<String>> {
    let output = cargo()
        .args(["tree", "--locked", "-e", "normal", "--prefix", "none", "-f", "{p}", "-p", package])
        .current_dir(root())
        .output()
        .context("failed to start cargo tree")?;
    if !output.status.success() {
        bail!("cargo tree failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_that_no_row_allows_is_named() {
        let cases: &[(&str, &str, &[&str], &[&str])] = &[
            ("allowed", "api", &["postgres"], &[]),
            ("upwards", "api", &["operator"], &["api -> operator"]),
            ("between the two sides", "operator", &["instance"], &["operator -> instance"]),
            ("unknown crate", "helpers", &[], &["helpers has no row in the table of layers"]),
        ];
        for (name, from, targets, wrong) in cases {
            let arrows = BTreeMap::from([(*from, targets.to_vec())]);
            assert_eq!(wrong_arrows(&arrows), *wrong, "{name}");
        }
    }

    #[test]
    fn the_table_has_no_cycle() {
        let mut below: Vec<&str> = Vec::new();
        for _ in ALLOWED {
            let ready = ALLOWED.iter().filter(|(_, on)| on.iter().all(|name| below.contains(name)));
            below = ready.map(|(name, _)| *name).collect();
        }
        assert_eq!(below.len(), ALLOWED.len(), "reached {below:?}");
    }
}
