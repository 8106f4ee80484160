//! Whether there is room for one more WAL file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use postgres::wal_name::SegmentSize;

/// How much is written at once.
const BLOCK: usize = 256 << 10;

/// What a try to write tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    Enough,
    Lacking,
}

/// Tries to write a WAL file of zeros, and removes it again. Blocks for as long as the disk takes.
///
/// # Errors
/// When the file cannot be written for another reason than want of space.
pub fn probe(data_directory: &Path, segment: SegmentSize) -> io::Result<Space> {
    let file = Probe::create(&data_directory.join("pg_wal"))?;
    match fill(&file.file, u64::from(segment.bytes())) {
        Ok(()) => Ok(Space::Enough),
        Err(error) if error.kind() == io::ErrorKind::StorageFull => Ok(Space::Lacking),
        Err(error) if error.kind() == io::ErrorKind::QuotaExceeded => Ok(Space::Lacking),
        Err(error) => Err(error),
    }
}

fn fill(mut file: &File, mut left: u64) -> io::Result<()> {
    let block = vec![0; BLOCK];
    while left > 0 {
        let length = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
        file.write_all(&block[..length])?;
        left -= length as u64;
    }
    // Some file systems only look for room when they write back.
    file.sync_all()
}

/// A file that is removed when it is dropped.
struct Probe {
    path: PathBuf,
    file: File,
}

impl Probe {
    fn create(directory: &Path) -> io::Result<Self> {
        // The process id is enough: one manager works on a data directory.
        let path = directory.join(format!("_cnpg_probe_{:04}", std::process::id() % 10_000));
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        Ok(Self { path, file })
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(path = ?self.path, %error, "cannot remove a probe for disk space");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let segment = SegmentSize::new(1 << 20).unwrap();
        assert!(probe(folder.path(), segment).is_err());
        std::fs::create_dir(folder.path().join("pg_wal")).unwrap();
        assert_eq!(probe(folder.path(), segment).unwrap(), Space::Enough);
        assert_eq!(std::fs::read_dir(folder.path().join("pg_wal")).unwrap().count(), 0);
    }

    #[test]
    fn a_full_disk_is_told_from_other_failures() {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        assert_eq!(fill(&full, 1).unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
