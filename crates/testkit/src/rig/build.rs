//! Builds the Kubernetes components of the rig, all of them one Go program.
//!
//! It is kept in the cache under the hash of its sources, so every checkout with the same sources
//! shares it and a changed line builds anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use super::layout::Cache;
use super::progress::Progress;
use super::slot;

/// What the components say they are.
const KUBERNETES: &str = "v1.35.4";

/// The file name of the program.
const NAME: &str = "rig";

/// The program for the sources of this checkout, built if the cache has none; its first argument
/// chooses the component.
pub fn program(cache: &Cache, checkout: &Path, progress: &Progress) -> Result<PathBuf> {
    let sources = checkout.join("tests/rig");
    let folder = cache.bin().join(key(&sources)?);
    let program = folder.join(NAME);
    if !program.exists() {
        fs::create_dir_all(cache.bin())?;
        let _lock = slot::lock(&cache.bin().join("lock"))?;
        if !program.exists() {
            progress.step("building the Kubernetes components (minutes, once)");
            build(&sources, &folder)?;
            progress.step("built the Kubernetes components");
        }
    }
    Ok(program)
}

/// Builds beside the final place and moves the whole folder there: it is complete or absent.
fn build(sources: &Path, folder: &Path) -> Result<()> {
    let unfinished = folder.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    fs::create_dir(&unfinished)?;
    let mut go = Command::new("go");
    go.args(["build", "-trimpath", "-mod=readonly", "-buildvcs=false", "-ldflags", &ldflags()])
        .arg("-o")
        .arg(unfinished.join(NAME))
        .arg(".")
        .current_dir(sources)
        .env("CGO_ENABLED", "0");
    run(&mut go)?;
    fs::rename(&unfinished, folder)?;
    Ok(())
}

fn ldflags() -> String {
    let [major, minor] = KUBERNETES
        .trim_start_matches('v')
        .splitn(3, '.')
        .take(2)
        .collect::<Vec<_>>()
        .try_into()
        .expect("the version has three numbers");
    let facts = [
        ("gitVersion", KUBERNETES),
        ("gitMajor", major),
        ("gitMinor", minor),
        ("gitTreeState", "clean"),
        ("gitCommit", "rig"),
        ("buildDate", "1970-01-01T00:00:00Z"),
    ];
    facts.iter().fold("-s -w".to_owned(), |flags, (name, value)| {
        format!("{flags} -X k8s.io/component-base/version.{name}={value}")
    })
}

/// The hash of all sources, with their names, and of what builds them.
fn key(sources: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let mut add = |name: &str, content: &[u8]| {
        hash.update(format!("{name} {}\n", content.len()));
        hash.update(content);
    };
    for file in source_files(sources)? {
        let name = file.strip_prefix(sources)?.to_string_lossy().into_owned();
        add(&name, &fs::read(&file)?);
    }
    add("ldflags", ldflags().as_bytes());
    add("go", &go_version()?);
    let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(hex[..16].to_owned())
}

fn go_version() -> Result<Vec<u8>> {
    let output = Command::new("go").arg("version").output();
    let output = output.context("failed to run go: the rig needs Go to build Kubernetes")?;
    ensure!(output.status.success(), "go version: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}

/// Every file a build reads, sorted; tests of the Go code are none of them.
fn source_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder);
    for entry in entries.with_context(|| format!("failed to read {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(source_files(&path)?);
        } else if [".go", ".mod", ".sum"].iter().any(|end| name.ends_with(end))
            && !name.ends_with("_test.go")
        {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("failed to run {program}"))?;
    if !output.status.success() {
        bail!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sources_and_nothing_else_decide_what_is_built() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        fs::create_dir(dir.path().join("inner")).unwrap();
        write("main.go", "package main");
        write("inner/a.go", "package inner");
        let first = key(dir.path()).unwrap();
        write("README.md", "words");
        write("inner/a_test.go", "package inner");
        assert_eq!(key(dir.path()).unwrap(), first);
        write("inner/a.go", "package changed");
        assert_ne!(key(dir.path()).unwrap(), first);
    }

    #[test]
    fn the_components_say_their_version() {
        assert!(ldflags().contains("version.gitVersion=v1.35.4"));
        assert!(ldflags().contains("version.gitMinor=35"));
    }
}
