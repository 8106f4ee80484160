//! Extracts a base backup: all tars of it beside each other, into empty directories, and checked.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Component, Path, PathBuf};

use bytes::{Buf as _, Bytes};
use tar::{Entry, EntryType};
use thiserror::Error;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet, spawn_blocking};

use super::parts::{Part, PartsError, of_series};
use super::{DATA, Progress, holes};
use crate::info::Info;
use crate::store::{Error as StoreError, Store};

/// How to extract.
#[derive(Debug, Clone)]
pub struct RestoreOptions {
    pub data_directory: PathBuf,
    /// Tars that are extracted at the same time.
    pub jobs: usize,
}

/// Why a backup was not extracted.
#[derive(Debug, Error)]
pub enum RestoreError {
    #[error("{0} is not empty: a directory with data is never overwritten")]
    NotEmpty(PathBuf),
    #[error("backup {0} did not finish: it cannot be restored")]
    Unfinished(String),
    #[error(transparent)]
    Parts(#[from] PartsError),
    #[error("failed to read the backup")]
    Store(#[from] StoreError),
    #[error("failed to extract {key}")]
    Extract { key: String, source: io::Error },
    #[error("failed to write {path}")]
    File { path: PathBuf, source: io::Error },
    #[error("the archives of backup {id} are read to their end, and {file} was in none of them")]
    Missing { id: String, file: &'static str },
    #[error("a thread of the restore ended early")]
    Thread(#[from] JoinError),
}

impl RestoreError {
    /// Whether the same may work later.
    #[must_use]
    pub fn retry(&self) -> bool {
        matches!(self, Self::Store(error) if error.retry())
    }
}

/// How many parts of a tar are read ahead: four megabytes each.
const AHEAD: usize = 2;

/// What a data directory cannot be without.
const NEEDED: &[&str] = &["PG_VERSION", "global/pg_control", "backup_label"];

/// Extracts a backup into the data directory, and its tablespaces into their recorded places.
///
/// # Errors
/// When a directory is not empty, an archive is missing, cut off or damaged, or the store does not
/// answer; what was extracted until then stays and is good for nothing.
pub async fn restore(
    store: &Store,
    info: &Info,
    options: &RestoreOptions,
    progress: &Progress,
) -> Result<(), RestoreError> {
    if !info.is_done() {
        return Err(RestoreError::Unfinished(info.id.clone()));
    }
    let data = &options.data_directory;
    let folder = store.location().backup(&info.id);
    let objects = store.list(&folder).await?;
    let mut work: Vec<(Part, PathBuf)> = Vec::new();
    for space in &info.tablespaces {
        let parts = of_series(&objects, &folder, &space.oid.to_string())?;
        work.extend(parts.into_iter().map(|part| (part, PathBuf::from(&space.location))));
    }
    let parts = of_series(&objects, &folder, DATA)?;
    work.extend(parts.into_iter().map(|part| (part, data.clone())));
    let targets = info.tablespaces.iter().map(|space| Path::new(&space.location)).chain([&**data]);
    for target in targets {
        prepare(target)?;
    }
    // The largest first: none is left alone at the end.
    work.sort_by_key(|(part, _)| std::cmp::Reverse(part.size));
    let mut running = JoinSet::new();
    let mut work = work.into_iter();
    loop {
        while running.len() < options.jobs.max(1) {
            let Some((part, target)) = work.next() else { break };
            running.spawn(extract(store.clone(), part, target, progress.clone()));
        }
        match running.join_next().await {
            None => break,
            Some(extracted) => extracted??,
        }
    }
    for file in NEEDED {
        if !data.join(file).is_file() {
            return Err(RestoreError::Missing { id: info.id.clone(), file });
        }
    }
    link(info, data)
}

/// Makes sure that a directory is there, private and empty.
fn prepare(path: &Path) -> Result<(), RestoreError> {
    let of = |source| RestoreError::File { path: path.to_owned(), source };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(of)?;
    if std::fs::read_dir(path).map_err(of)?.next().is_some() {
        return Err(RestoreError::NotEmpty(path.to_owned()));
    }
    Ok(())
}

/// What the archives leave out: the links to tablespaces, the folder of the WAL.
fn link(info: &Info, data: &Path) -> Result<(), RestoreError> {
    for space in &info.tablespaces {
        let folder = data.join("pg_tblspc");
        let path = folder.join(space.oid.to_string());
        let of = |source| RestoreError::File { path: path.clone(), source };
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(of)?;
        if std::fs::read_link(&path).is_ok_and(|to| to == Path::new(&space.location)) {
            continue;
        }
        std::os::unix::fs::symlink(&space.location, &path).map_err(of)?;
    }
    let wal = data.join("pg_wal");
    let of = |source| RestoreError::File { path: wal.clone(), source };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&wal).map_err(of)?;
    let private = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(data, private)
        .map_err(|source| RestoreError::File { path: data.to_owned(), source })
}

/// Extracts one tar; the network reads ahead of the thread that writes files.
async fn extract(
    store: Store,
    part: Part,
    target: PathBuf,
    progress: Progress,
) -> Result<(), RestoreError> {
    let mut reader = store.read(&part.key, AHEAD).await?;
    let (to, from) = mpsc::channel(1);
    let counts = progress.clone();
    let unpacking = spawn_blocking(move || {
        let chunks = Chunks { from, current: Bytes::new(), ended: false };
        unpack(part.codec.decoder(chunks)?, &target, &counts)
            .map_err(|error| io::Error::new(error.kind(), deepest(&error)))
    });
    let sent = async {
        while let Some(bytes) = reader.next().await? {
            progress.add_stored(bytes.len() as u64);
            if to.send(Some(bytes)).await.is_err() {
                return Ok(()); // the other side says why
            }
        }
        let _ = to.send(None).await;
        Ok(())
    };
    let sent: Result<(), StoreError> = sent.await;
    drop(to);
    let unpacked = unpacking.await?;
    sent?;
    unpacked.map_err(|source| RestoreError::Extract { key: part.key, source })
}

/// The library wraps what went wrong in what it was doing.
fn deepest(error: &io::Error) -> String {
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        said = format!("{said}: {error}");
        cause = error.source();
    }
    said
}

/// What comes through the channel, as a reader. An end that was not announced is a break.
struct Chunks {
    from: mpsc::Receiver<Option<Bytes>>,
    current: Bytes,
    ended: bool,
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            if self.ended {
                return Ok(0);
            }
            match self.from.blocking_recv() {
                Some(Some(bytes)) => self.current = bytes,
                Some(None) => self.ended = true,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let count = self.current.len().min(buffer.len());
        self.current.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}

fn unpack(from: impl Read, target: &Path, progress: &Progress) -> io::Result<()> {
    let mut tar = tar::Archive::new(Tail { from, zeros: 0 });
    tar.set_preserve_permissions(true);
    tar.set_preserve_mtime(false);
    tar.set_unpack_xattrs(false);
    let mut known = PathBuf::new();
    for entry in tar.entries()? {
        let mut entry = entry?;
        let root = entry.path()?.components().all(|part| part == std::path::Component::CurDir);
        if root {
            continue; // the directory is there, as private as it has to be
        }
        let size = entry.size();
        let stays = match entry.header().entry_type() {
            EntryType::Regular => write_file(&mut entry, target, &mut known)?,
            _ => entry.unpack_in(target)?,
        };
        if !stays {
            let name = entry.path()?.display().to_string();
            return Err(io::Error::other(format!("{name:?} does not stay in its directory")));
        }
        progress.add_plain(size);
        progress.add_file();
    }
    // To its end: only there the compression says whether all was right.
    let mut tail = tar.into_inner();
    io::copy(&mut tail, &mut io::sink())?;
    if tail.zeros < END_OF_TAR {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive has no end"));
    }
    Ok(())
}

/// Writes a file of an archive, unless its name leads out of the directory. The folder of the file
/// before is known to be in it.
fn write_file(
    entry: &mut Entry<'_, impl Read>,
    target: &Path,
    known: &mut PathBuf,
) -> io::Result<bool> {
    let name = entry.path()?.into_owned();
    if !make_folder(name.parent(), target, known)? {
        return Ok(false);
    }
    let Some(Component::Normal(file)) = name.components().next_back() else { return Ok(false) };
    let path = known.join(file);
    let of =
        |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let mode = entry.header().mode()? & 0o7777;
    match std::fs::symlink_metadata(&path) {
        // The later one of two counts.
        Ok(there) if there.is_file() => std::fs::remove_file(&path).map_err(of)?,
        Ok(_) => return Ok(false),
        Err(_) => {}
    }
    let mut to = File::create_new(&path).map_err(of)?;
    holes::copy(entry, &mut to)?;
    to.set_permissions(std::fs::Permissions::from_mode(mode)).map_err(of)?;
    Ok(true)
}

/// Makes sure of the folder of a file, unless it leads out of the directory.
fn make_folder(name: Option<&Path>, target: &Path, known: &mut PathBuf) -> io::Result<bool> {
    let mut path = target.to_owned();
    path.extend(name);
    if path == *known {
        return Ok(true);
    }
    path = target.to_owned();
    for part in name.into_iter().flat_map(Path::components) {
        match part {
            Component::CurDir => continue,
            Component::Normal(part) => path.push(part),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return Ok(false),
        }
        // Another archive may make it at this moment.
        match std::fs::DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        if !std::fs::symlink_metadata(&path)?.is_dir() {
            return Ok(false); // a link may lead anywhere
        }
    }
    *known = path;
    Ok(true)
}

/// A tar ends with two empty blocks.
const END_OF_TAR: u64 = 1024;

/// Counts the zeros at the end of what was read.
struct Tail<R> {
    from: R,
    zeros: u64,
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        // More than the end has need not be counted.
        let last = &buffer[count.saturating_sub(END_OF_TAR as usize)..count];
        let zeros = last.iter().rev().take_while(|byte| **byte == 0).count();
        let before = if zeros == count { self.zeros } else { 0 };
        self.zeros = before + zeros as u64;
        Ok(count)
    }
}
