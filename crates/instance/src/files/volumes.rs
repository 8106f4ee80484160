//! The volumes of an instance besides that of its data: one for WAL, and one for each tablespace.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use api::annotations::COREDUMP_FILTER;
use api::cluster::Cluster;
use pgkit::postmaster::PidFile;
use thiserror::Error;

use crate::paths::{Paths, private_directory};

/// What a core holds when nothing else is said: all but shared memory.
const CORE: &str = "0x31";

/// Why the WAL is not on its volume.
#[derive(Debug, Error)]
pub enum VolumeError {
    #[error("cannot {action} {path} while the WAL moves to its volume")]
    Wal { action: &'static str, path: PathBuf, source: io::Error },
}

fn of<'a>(action: &'static str, path: &'a Path) -> impl Fn(io::Error) -> VolumeError + 'a {
    move |source| VolumeError::Wal { action, path: path.to_owned(), source }
}

/// Moves the WAL to its volume, when there is one and it is not there yet. The old place is given
/// up only when all is written in the new one; a move that is cut short begins again. Blocks for as
/// long as the disks take.
///
/// # Errors
/// When a file cannot be copied or a name not changed; the WAL is then where it was.
pub fn move_wal(paths: &Paths) -> Result<(), VolumeError> {
    let wal = paths.data.join("pg_wal");
    let old = paths.data.join("pg_wal.old");
    if !paths.wal_volume.is_dir() || !paths.data.join("PG_VERSION").is_file() {
        return Ok(());
    }
    let found = wal.symlink_metadata();
    if found.as_ref().is_ok_and(fs::Metadata::is_symlink) {
        return remove(&old);
    }
    if is_running(paths) {
        tracing::warn!("the WAL moves to its volume at the next start: the server runs");
        return Ok(());
    }
    let target = paths.wal_directory();
    if found.is_ok_and(|found| found.is_dir()) {
        tracing::info!(from = %wal.display(), to = %target.display(), "moving the WAL to its volume");
        remove(&target)?;
        copy(&wal, &target)?;
        sync(&paths.wal_volume)?;
        fs::rename(&wal, &old).map_err(of("rename", &wal))?;
    } else if !old.is_dir() {
        return Ok(()); // nobody knows where it is: the server will say so
    }
    symlink(&target, &wal).map_err(of("link", &wal))?;
    sync(&paths.data)?;
    remove(&old)
}

fn is_running(paths: &Paths) -> bool {
    let file = PidFile::read(&paths.data).ok().flatten();
    let name = |file: PidFile| fs::read_to_string(format!("/proc/{}/comm", file.pid)).ok();
    file.and_then(name).is_some_and(|name| name.trim() == "postgres")
}

/// Copies a directory; every file and directory is on the disk at the end.
fn copy(from: &Path, to: &Path) -> Result<(), VolumeError> {
    private_directory(to).map_err(of("make", to))?;
    for entry in fs::read_dir(from).map_err(of("read", from))? {
        let source = entry.map_err(of("read", from))?.path();
        let target = to.join(source.file_name().unwrap_or_default());
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(of("copy", &source))?;
            sync(&target)?;
        }
    }
    sync(to)
}

fn sync(path: &Path) -> Result<(), VolumeError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(of("write", path))
}

fn remove(path: &Path) -> Result<(), VolumeError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(of("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Makes the directories for the files of tablespaces, on the volumes that are there.
pub fn tablespace_directories(paths: &Paths, cluster: &Cluster) {
    for tablespace in &cluster.spec.tablespaces {
        let volume = paths.tablespaces.join(&tablespace.name);
        let name = &tablespace.name;
        if !volume.is_dir() {
            tracing::info!(tablespace = name, "the volume of a tablespace is not there yet");
        } else if let Err(error) = private_directory(&volume.join("data")) {
            tracing::error!(tablespace = name, %error, "cannot make the directory of a tablespace");
        }
    }
}

/// Sets what cores of PostgreSQL hold: child processes have it from us.
pub fn coredump_filter(cluster: &Cluster) {
    let annotations = cluster.metadata.annotations.as_ref();
    let wanted = annotations.and_then(|all| all.get(COREDUMP_FILTER)).map_or(CORE, String::as_str);
    if let Err(error) = fs::write("/proc/self/coredump_filter", wanted) {
        tracing::warn!(%error, wanted, "cannot set what cores hold");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wal_moves_once_and_a_cut_move_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let wal_volume = folder.path().join("wal");
        let paths = Paths { wal_volume, ..Paths::new(folder.path().join("data")) };
        let wal = paths.data.join("pg_wal");
        fs::create_dir_all(wal.join("archive_status")).unwrap();
        fs::write(paths.data.join("PG_VERSION"), "17").unwrap();
        fs::write(wal.join("archive_status/1.ready"), "").unwrap();
        fs::write(wal.join("1"), "one").unwrap();
        move_wal(&paths).unwrap();
        assert!(!wal.is_symlink(), "there is no volume");
        // What an interrupted move left is not trusted.
        fs::create_dir_all(paths.wal_directory()).unwrap();
        fs::write(paths.wal_directory().join("half"), "").unwrap();
        let moved = || {
            assert!(wal.is_symlink());
            assert_eq!(fs::read_to_string(wal.join("1")).unwrap(), "one");
            assert!(wal.join("archive_status/1.ready").is_file() && !wal.join("half").exists());
            assert!(!paths.data.join("pg_wal.old").exists());
        };
        for _ in 0..2 {
            move_wal(&paths).unwrap();
            moved();
        }
        fs::remove_file(&wal).unwrap();
        fs::create_dir(paths.data.join("pg_wal.old")).unwrap();
        move_wal(&paths).unwrap();
        moved();
    }
}
