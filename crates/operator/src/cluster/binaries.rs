//! The instance managers that the operator brings, by architecture.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use api::cluster::status::instances::AvailableArchitecture;
use ring::digest;

/// Architectures by the names that Go, and so the API, gives them.
const KNOWN: &[&str] = &["amd64", "arm64"];

#[derive(Debug, thiserror::Error)]
#[error("failed to read the manager {}", path.display())]
pub struct Error {
    path: PathBuf,
    source: io::Error,
}

/// Where each manager lies, and its SHA-256.
#[derive(Debug, Clone, Default)]
pub struct Binaries {
    found: BTreeMap<&'static str, (PathBuf, String)>,
}

impl Binaries {
    /// Those in `operator/manager_<arch>` below `directory`; for the own architecture also the
    /// running program.
    pub fn find(directory: &Path, running: &Path) -> Result<Self, Error> {
        let mut found = BTreeMap::new();
        for arch in KNOWN {
            let path = directory.join(format!("operator/manager_{arch}"));
            if path.is_file() {
                let hash = hash(&path)?;
                found.insert(*arch, (path, hash));
            } else if *arch == own() {
                found.insert(*arch, (running.to_owned(), hash(running)?));
            }
        }
        Ok(Self { found })
    }

    /// SHA-256 of the manager for the operator's own architecture.
    pub fn own_hash(&self) -> String {
        self.found.get(own()).map(|(_, hash)| hash.clone()).unwrap_or_default()
    }

    pub fn architectures(&self) -> Vec<AvailableArchitecture> {
        let each = self.found.iter();
        each.map(|(arch, (_, hash))| AvailableArchitecture {
            go_arch: (*arch).to_owned(),
            hash: hash.clone(),
        })
        .collect()
    }

    /// The program for an architecture.
    pub fn path(&self, architecture: &str) -> Option<&Path> {
        self.found.get(architecture).map(|(path, _)| path.as_path())
    }
}

/// Architectures that there is a manager for, in `operator/manager_<arch>` below `directory` or as
/// the running program.
#[must_use]
pub fn architectures(directory: &Path) -> Vec<&'static str> {
    let there = |arch: &&str| {
        *arch == own() || directory.join(format!("operator/manager_{arch}")).is_file()
    };
    KNOWN.iter().copied().filter(|arch| there(arch)).collect()
}

/// The architecture this was built for.
fn own() -> &'static str {
    if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" }
}

fn hash(path: &Path) -> Result<String, Error> {
    let read = || {
        let mut file = std::fs::File::open(path)?;
        let mut digest = digest::Context::new(&digest::SHA256);
        let mut buffer = vec![0; 64 << 10];
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                length => digest.update(&buffer[..length]),
            }
        }
        Ok(digest.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    };
    read().map_err(|source| Error { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manager_that_is_brought_along_wins_over_the_running_program() {
        let place = tempfile::tempdir().expect("a directory");
        let running = place.path().join("running");
        std::fs::write(&running, "one").expect("written");
        let found = Binaries::find(place.path(), &running).expect("found");
        let one = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";
        assert_eq!(found.own_hash(), one);
        assert_eq!(found.architectures().len(), 1);
        assert_eq!(architectures(place.path()), [own()]);
        std::fs::create_dir(place.path().join("operator")).expect("made");
        for arch in KNOWN {
            let path = place.path().join(format!("operator/manager_{arch}"));
            std::fs::write(path, "two").expect("written");
        }
        let found = Binaries::find(place.path(), &running).expect("found");
        assert_ne!(found.own_hash(), one);
        assert_eq!(found.architectures().len(), 2);
        assert_eq!(architectures(place.path()), KNOWN);
        assert!(found.path("arm64").is_some());
        assert!(found.path("riscv64").is_none());
    }
}
