//! A note beside the data directory: what is in there is ours, and half done.
//!
//! An attempt that was cut short is not moved aside like a database of somebody's: a few of those
//! would fill the volume. It is removed, because the note of this very cluster says that nobody but
//! us has written there since the place was empty.

use std::io;
use std::path::{Path, PathBuf};

use pgkit::data_directory::{self, FileError};
use thiserror::Error;

use super::super::Site;
use crate::paths::Paths;

const NAME: &str = "restore-unfinished";

/// Why the note cannot be kept, or what it is about not be removed.
#[derive(Debug, Error)]
pub enum UnfinishedError {
    #[error("cannot read or remove {path}")]
    File { path: PathBuf, source: io::Error },
    #[error("cannot write the note")]
    Write(#[from] FileError),
}

fn of(path: &Path) -> impl FnOnce(io::Error) -> UnfinishedError {
    let path = path.to_owned();
    move |source| UnfinishedError::File { path, source }
}

/// Notes that what comes into the data directory is ours.
pub(super) fn begin(paths: &Paths, owner: &str) -> Result<(), UnfinishedError> {
    let _ = data_directory::write(&paths.beside_data(NAME), owner.as_bytes(), 0o600)?;
    Ok(())
}

/// The data directory is whole.
pub(super) fn done(paths: &Paths) -> Result<(), UnfinishedError> {
    let path = paths.beside_data(NAME);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(of(&path)(error)),
        _ => Ok(()),
    }
}

/// Removes what an attempt for the same owner left.
pub(super) fn remove(site: &Site, owner: &str, spaces: &[PathBuf]) -> Result<(), UnfinishedError> {
    let path = site.paths.beside_data(NAME);
    let noted = match std::fs::read_to_string(&path) {
        Ok(noted) => noted,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(of(&path)(error)),
    };
    if owner.is_empty() || noted != owner {
        return done(&site.paths); // of another cluster: the guard judges what is there
    }
    tracing::warn!("an unfinished restore of this cluster is removed");
    for place in [Some(&site.paths.data), site.wal.as_ref()].into_iter().flatten() {
        match std::fs::remove_dir_all(place) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(of(place)(error)),
            _ => {}
        }
    }
    for space in spaces {
        match std::fs::remove_dir_all(space) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(of(space)(error)),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pgkit::children::Children;

    #[test]
    fn only_what_is_noted_as_ours_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("pgdata");
        let space = folder.path().join("space");
        let (sink, _entries) = crate::run::logs::channel();
        let site = Site::of_pod(Paths::new(&data), None, sink, Children::default());
        let fill = || {
            for path in [&data, &space] {
                std::fs::create_dir_all(path).unwrap();
                std::fs::write(path.join("file"), "").unwrap();
            }
        };
        let spaces = [space.clone()];
        let left = || (data.exists(), space.exists());
        fill();
        remove(&site, "me", &spaces).unwrap();
        assert_eq!(left(), (true, true), "nothing is noted");
        begin(&site.paths, "somebody").unwrap();
        remove(&site, "me", &spaces).unwrap();
        assert_eq!(left(), (true, true), "it is somebody's");
        begin(&site.paths, "me").unwrap();
        remove(&site, "me", &spaces).unwrap();
        assert_eq!(left(), (false, false));
        fill();
        done(&site.paths).unwrap();
        remove(&site, "me", &spaces).unwrap();
        assert_eq!(left(), (true, true), "it was finished");
    }
}
