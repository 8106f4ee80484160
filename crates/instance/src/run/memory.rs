//! What must outlive the manager, in a file beside the data directory.
//!
//! On the same volume, so that it shares the fate of the data; outside of the directory, so that
//! neither a base backup nor `pg_rewind` carries it to where it is not true.

use std::io;
use std::path::{Path, PathBuf};

use pgkit::data_directory::{self, FileError};
use planner::leadership::instance::{Ended, Memory};
use planner::leadership::records::{Stamp, Version};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The name of the file.
pub const NAME: &str = "cnpg-leadership.json";

/// Why the memory cannot be used.
#[derive(Debug, Error)]
pub enum MemoryError {
    #[error("cannot read {path}")]
    Read { path: PathBuf, source: io::Error },
    /// Guessing what stood there could lose commits; a person has to look.
    #[error("{path} is damaged: restore it, or remove it when no failover is under way")]
    Damaged { path: PathBuf, source: serde_json::Error },
    #[error("cannot remember a step of a change of leadership")]
    Write(#[from] FileError),
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<WrittenEnd>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claim: Option<u64>,
}

#[derive(Debug, Serialize, Deserialize)]
struct WrittenEnd {
    under: u64,
    version: u64,
}

/// Reads what an earlier manager remembered; nothing where there never was one.
///
/// # Errors
/// When there is a file that cannot be read.
pub fn load(path: &Path) -> Result<Memory, MemoryError> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Memory::default()),
        Err(source) => return Err(MemoryError::Read { path: path.to_owned(), source }),
    };
    let written: Written = serde_json::from_slice(&text)
        .map_err(|source| MemoryError::Damaged { path: path.to_owned(), source })?;
    let ended = written
        .ended
        .map(|ended| Ended { under: Stamp(ended.under), version: Version(ended.version) });
    Ok(Memory { ended, claim: written.claim.map(Version) })
}

/// Writes it; after this returns, no crash loses it.
///
/// # Errors
/// When it cannot be written.
pub fn store(path: &Path, memory: &Memory) -> Result<(), MemoryError> {
    let written = Written {
        ended: memory
            .ended
            .map(|ended| WrittenEnd { under: ended.under.0, version: ended.version.0 }),
        claim: memory.claim.map(|version| version.0),
    };
    let text = serde_json::to_vec(&written).expect("numbers are JSON");
    let _ = data_directory::write(path, &text, 0o600)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_loaded_and_damage_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        assert_eq!(load(&path).unwrap(), Memory::default());
        let memory = Memory {
            ended: Some(Ended { under: Stamp(u64::MAX), version: Version(7) }),
            claim: Some(Version(9)),
        };
        store(&path, &memory).unwrap();
        assert_eq!(load(&path).unwrap(), memory);
        std::fs::write(&path, "{").unwrap();
        assert!(matches!(load(&path), Err(MemoryError::Damaged { .. })));
    }
}
