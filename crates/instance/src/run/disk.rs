//! What the volumes are good for: room for WAL, which is tried out because quotas and volumes tell
//! different numbers, and whether there are still databases.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

const BLOCK: usize = 256 << 10;

/// What the volume of the WAL has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    Enough,
    Full,
    /// Something else went wrong; that is no reason to stop.
    Unknown,
}

/// Writes as much as one more WAL file needs, and removes it again.
pub fn room_for_wal(data_directory: &Path, segment: u64) -> Room {
    let path = data_directory.join("pg_wal").join(format!("_cnpg_probe_{}", std::process::id()));
    let written = fill(&path, segment);
    let _ = std::fs::remove_file(&path);
    match written {
        Ok(()) => Room::Enough,
        Err(error) if is_full(&error) => Room::Full,
        Err(error) => {
            tracing::warn!(%error, "cannot find out whether there is room for WAL");
            Room::Unknown
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn fill(path: &Path, size: u64) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    let block = vec![0_u8; BLOCK];
    let mut left = usize::try_from(size).unwrap_or(usize::MAX);
    while left > 0 {
        let length = left.min(BLOCK);
        file.write_all(&block[..length])?;
        left -= length;
    }
    file.flush()
}

/// Whether no database is left of those that were here; not being able to tell is no loss.
pub fn databases_lost(data_directory: &Path) -> bool {
    match std::fs::read_dir(data_directory.join("base")) {
        Ok(mut found) => found.all(|one| {
            one.is_ok_and(|one| {
                let version = one.path().join("PG_VERSION").symlink_metadata();
                version.is_err_and(|error| is_missing(&error))
            })
        }),
        Err(error) => is_missing(&error),
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(room_for_wal(folder.path(), 1 << 20), Room::Unknown, "no pg_wal");
        let wal = folder.path().join("pg_wal");
        std::fs::create_dir(&wal).unwrap();
        assert_eq!(room_for_wal(folder.path(), (1 << 20) + 1), Room::Enough);
        assert_eq!(std::fs::read_dir(&wal).unwrap().count(), 0);
        assert!(is_full(&io::Error::from_raw_os_error(28)));
    }

    #[test]
    fn a_database_is_there_with_its_version() {
        let folder = tempfile::tempdir().unwrap();
        let lost = || databases_lost(folder.path());
        let one = folder.path().join("base/5");
        assert!(lost());
        std::fs::create_dir_all(&one).unwrap();
        std::fs::create_dir(folder.path().join("base/pgsql_tmp")).unwrap();
        assert!(lost());
        std::fs::write(one.join("PG_VERSION"), "17").unwrap();
        assert!(!lost());
    }
}
