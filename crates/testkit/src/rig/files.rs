//! Configuration files of daemons.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Writes a file unless it has this content: some daemons end when their configuration is touched.
pub fn write(path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Result<()> {
    let (path, content) = (path.as_ref(), content.as_ref());
    if fs::read(path).is_ok_and(|there| there == content) {
        return Ok(());
    }
    fs::write(path, content).with_context(|| format!("failed to write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_content_is_not_written_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let modified = || fs::metadata(&path).unwrap().modified().unwrap();
        write(&path, "one").unwrap();
        let past = std::time::SystemTime::UNIX_EPOCH;
        fs::File::options().write(true).open(&path).unwrap().set_modified(past).unwrap();
        write(&path, "one").unwrap();
        assert_eq!(modified(), past);
        write(&path, "two").unwrap();
        assert_ne!(modified(), past);
        assert_eq!(fs::read(&path).unwrap(), b"two");
    }
}
