//! What may enter the dependency tree: the rules of `deny.toml`, checked without a tool to install.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::arrows::{Metadata, Package};
use crate::tree::root;

/// Crates of which two versions would mean two TLS stacks or two Kubernetes clients.
const ONCE: &[&str] = &["rustls", "ring", "kube", "k8s-openapi", "tokio", "object_store"];

#[derive(Debug, Deserialize)]
struct Rules {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Debug, Deserialize)]
struct Licenses {
    allow: BTreeSet<String>,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Debug, Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

/// Fails with every package that breaks a rule.
pub fn check(metadata: &Metadata) -> Result<()> {
    let text = fs::read_to_string(root().join("deny.toml")).context("failed to read deny.toml")?;
    let rules: Rules = toml::from_str(&text).context("failed to parse deny.toml")?;
    let foreign: Vec<_> = metadata.packages.iter().filter(|p| p.source.is_some()).collect();
    let wrong = wrong(&rules, &foreign);
    ensure!(wrong.is_empty(), "dependencies: {}", wrong.join("; "));
    Ok(())
}

fn wrong(rules: &Rules, packages: &[&Package]) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in packages {
        let named = format!("{} {}", package.name, package.version);
        let license = package.license.as_deref().unwrap_or("none");
        if !licensed(license, &rules.licenses.allow) {
            wrong.push(format!("{named} has the licence {license:?}"));
        }
        if let Some(ban) = rules.bans.deny.iter().find(|ban| ban.name == package.name) {
            wrong.push(format!("{named} is banned: {}", ban.reason));
        }
    }
    for name in ONCE {
        let versions: Vec<_> =
            packages.iter().filter(|p| p.name == *name).map(|p| p.version.as_str()).collect();
        if versions.len() > 1 {
            wrong.push(format!("{name} is there {} times: {versions:?}", versions.len()));
        }
    }
    wrong
}

/// Whether an SPDX expression can be met with allowed licences: one side of an `OR`, all of an `AND`.
fn licensed(expression: &str, allow: &BTreeSet<String>) -> bool {
    let flat = expression.replace(['(', ')'], " ").replace('/', " OR ");
    let met = |term: &str| {
        term.split(" AND ").all(|all| all.split(" OR ").any(|one| allow.contains(one.trim())))
    };
    // Binding of AND before OR differs between writers; either reading must be met.
    met(&flat)
        || flat.split(" OR ").any(|side| side.split(" AND ").all(|t| allow.contains(t.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_met_by_one_side_of_or_and_all_of_and() {
        let allow = BTreeSet::from(["MIT".to_owned(), "ISC".to_owned(), "Apache-2.0".to_owned()]);
        let cases = [
            ("MIT", true),
            ("MIT/GPL-3.0", true),
            ("GPL-3.0 OR MIT", true),
            ("Apache-2.0 AND ISC", true),
            ("Apache-2.0 AND OpenSSL", false),
            ("(MIT OR GPL-3.0) AND ISC", true),
            ("none", false),
        ];
        for (expression, met) in cases {
            assert_eq!(licensed(expression, &allow), met, "{expression}");
        }
    }
}
