//! A note beside the data directory: what is in there is ours, and half done; or it is done.
//!
//! A pod may be lost after its work and before anybody has heard of it: the next attempt then finds
//! that there is nothing left to do.
//!
//! An attempt that was cut short is not moved aside like a database of somebody's: a few of those
//! would fill the volume. It is removed, because the note of this very cluster says that nobody but
//! us has written there since the place was empty.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pgkit::data_directory::{self, FileError};
use thiserror::Error;
use tokio::time::{Instant, sleep};

use super::super::Site;
use crate::paths::Paths;

const NAME: &str = "restore-unfinished";
const DONE: &str = "restore-done";

/// How long an attempt before this one may take to end, which was told to.
const ENDS: Duration = Duration::from_secs(90);
const LOOK: Duration = Duration::from_millis(100);

/// Why the note cannot be kept, or what it is about not be removed.
#[derive(Debug, Error)]
pub enum UnfinishedError {
    #[error("cannot read or remove {path}")]
    File { path: PathBuf, source: io::Error },
    #[error("cannot write the note")]
    Write(#[from] FileError),
    #[error("another pod restores into {path}, and does not end within {ENDS:?}")]
    Busy { path: PathBuf },
}

fn of(path: &Path) -> impl FnOnce(io::Error) -> UnfinishedError {
    let path = path.to_owned();
    move |source| UnfinishedError::File { path, source }
}

/// Waits until no other process restores here; it stays so while this value lives.
pub(super) async fn alone(paths: &Paths) -> Result<Option<File>, UnfinishedError> {
    let path = paths.beside_data("");
    let volume = File::open(&path).map_err(of(&path))?;
    let began = Instant::now();
    loop {
        match volume.try_lock() {
            Ok(()) => return Ok(Some(volume)),
            Err(TryLockError::WouldBlock) if began.elapsed() < ENDS => sleep(LOOK).await,
            Err(TryLockError::WouldBlock) => return Err(UnfinishedError::Busy { path }),
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, path = %path.display(), "this volume knows no locks");
                return Ok(None);
            }
        }
    }
}

/// Notes that what comes into the data directory is ours.
pub(super) fn begin(paths: &Paths, owner: &str) -> Result<(), UnfinishedError> {
    remove_file(&paths.beside_data(DONE))?;
    let _ = data_directory::write(&paths.beside_data(NAME), owner.as_bytes(), 0o600)?;
    Ok(())
}

/// Notes that the data directory is whole.
pub(super) fn done(paths: &Paths, owner: &str) -> Result<(), UnfinishedError> {
    let _ = data_directory::write(&paths.beside_data(DONE), owner.as_bytes(), 0o600)?;
    remove_file(&paths.beside_data(NAME))
}

/// Whether an attempt for the same owner has come to its end.
pub(super) fn is_done(paths: &Paths, owner: &str) -> Result<bool, UnfinishedError> {
    let noted = read(&paths.beside_data(DONE))?;
    let ours = !owner.is_empty() && noted.as_deref() == Some(owner);
    Ok(ours && paths.data.join("PG_VERSION").exists())
}

fn read(path: &Path) -> Result<Option<String>, UnfinishedError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(of(path)(error)),
    }
}

fn remove_file(path: &Path) -> Result<(), UnfinishedError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(of(path)(error)),
        _ => Ok(()),
    }
}

/// Removes what an attempt for the same owner left.
pub(super) fn remove(site: &Site, owner: &str, spaces: &[PathBuf]) -> Result<(), UnfinishedError> {
    let path = site.paths.beside_data(NAME);
    let Some(noted) = read(&path)? else { return Ok(()) };
    if owner.is_empty() || noted != owner {
        return remove_file(&path); // of another cluster: the guard judges what is there
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

    #[tokio::test(start_paused = true)]
    async fn two_never_restore_into_one_place() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::new(folder.path().join("pgdata"));
        let first = alone(&paths).await.unwrap();
        assert!(first.is_some());
        assert!(matches!(alone(&paths).await, Err(UnfinishedError::Busy { .. })));
        drop(first);
        assert!(alone(&paths).await.unwrap().is_some());
    }

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
        assert!(!is_done(&site.paths, "me").unwrap());
        done(&site.paths, "me").unwrap();
        remove(&site, "me", &spaces).unwrap();
        assert_eq!(left(), (true, true), "it was finished");
        assert!(!is_done(&site.paths, "me").unwrap(), "there is no database");
        std::fs::write(data.join("PG_VERSION"), "17").unwrap();
        assert!(is_done(&site.paths, "me").unwrap());
        assert!(!is_done(&site.paths, "somebody").unwrap());
        begin(&site.paths, "me").unwrap();
        assert!(!is_done(&site.paths, "me").unwrap(), "it begins anew");
    }
}
