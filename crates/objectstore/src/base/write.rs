//! Copies the files of a running server into tars in a store.
//!
//! The order keeps what a recovery relies on: tablespaces, the data directory, `pg_control` after
//! all of it, and the label when the server has said what it is. The first tar of the data stays
//! open until then.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use tar::{Builder, EntryType, Header};
use thiserror::Error;
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinSet, spawn_blocking};

use super::exclude;
use super::parts::part_name;
use super::sink::{Brake, Sink};
use super::walk::{Entry, EntryKind, Walk, about};
use super::{DATA, Progress};
use crate::codec::{Codec, Encoder};
use crate::info::Tablespace;
use crate::store::{Error as StoreError, Store, part_size};

/// How to write.
#[derive(Debug, Clone)]
pub struct WriteOptions {
    /// What the original's tools can restore is none, gzip, bzip2 and snappy.
    pub codec: Codec,
    pub level: Option<i32>,
    /// Tars that are written at the same time.
    pub jobs: usize,
    /// Beyond this many bytes in the store the next tar begins.
    pub max_archive_size: u64,
    pub min_part_size: Option<u64>,
    /// Bytes each second, for all jobs together.
    pub max_bandwidth: Option<u64>,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            codec: Codec::None,
            level: None,
            jobs: 2,
            max_archive_size: 100 << 30,
            min_part_size: None,
            max_bandwidth: None,
        }
    }
}

/// What is copied.
#[derive(Debug, Clone)]
pub struct Source {
    pub data_directory: PathBuf,
    /// The major version of the server, for the folders of tablespaces.
    pub major: u32,
    pub tablespaces: Vec<Tablespace>,
    /// Configuration files that may lie elsewhere; those outside go to the root of the data.
    pub configuration: Vec<PathBuf>,
}

/// Why a backup was not written.
#[derive(Debug, Error)]
pub enum WriteError {
    #[error("failed to read the files of the server")]
    Files(#[source] io::Error),
    #[error("failed to write the backup")]
    Store(#[from] StoreError),
    #[error("the backup was given up")]
    Cancelled,
    #[error("a thread of the backup ended early")]
    Thread(#[from] JoinError),
}

/// A tar that is being written. Dropped before its end it writes nothing any more: the library
/// would complete it.
struct Tar(Option<Builder<Encoder<Sink>>>);

impl Tar {
    fn builder(&mut self) -> &mut Builder<Encoder<Sink>> {
        self.0.as_mut().expect("only its end takes it")
    }

    fn written(&self) -> u64 {
        self.0.as_ref().map_or(0, |builder| builder.get_ref().get_ref().written())
    }

    fn sink(&mut self) -> &mut Sink {
        match self.builder().get_mut() {
            Encoder::Plain(sink) => sink,
            Encoder::Gzip(encoder) => encoder.get_mut(),
            Encoder::Bzip2(encoder) => encoder.get_mut(),
            Encoder::Xz(encoder) => encoder.get_mut(),
            Encoder::Zstd(encoder) => encoder.get_mut(),
            Encoder::Lz4(encoder) => encoder.get_mut(),
            Encoder::Snappy(encoder) => encoder.get_mut(),
        }
    }
}

impl Drop for Tar {
    fn drop(&mut self) {
        if self.0.is_some() {
            self.sink().give_up();
        }
    }
}

/// A copy that lacks nothing but its label. When it is dropped, nothing of it appears.
pub struct Copied {
    tar: Tar,
    data_directory: PathBuf,
}

impl std::fmt::Debug for Copied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Copied").finish_non_exhaustive()
    }
}

/// What all workers of a backup share.
struct Shared {
    store: Store,
    folder: String,
    options: WriteOptions,
    part: usize,
    handle: Handle,
    progress: Progress,
    brake: Option<Arc<Brake>>,
    /// One has failed: the others need not go on.
    stop: AtomicBool,
}

/// Copies everything except for the label.
///
/// The server must be in backup mode all the time. Must be called in a Tokio runtime; the work is
/// done on its blocking threads.
///
/// # Errors
/// When a file cannot be read or a tar not be written; then the store has no finished tar of the
/// last series, and no metadata, so nothing that looks like a backup.
pub async fn write(
    store: &Store,
    id: &str,
    source: &Source,
    options: &WriteOptions,
    progress: &Progress,
) -> Result<Copied, WriteError> {
    let options = WriteOptions { jobs: options.jobs.max(1), ..options.clone() };
    let shared = Arc::new(Shared {
        store: store.clone(),
        folder: store.location().backup(id),
        part: part_size(options.max_archive_size, options.min_part_size),
        handle: Handle::current(),
        progress: progress.clone(),
        brake: options.max_bandwidth.map(|rate| Arc::new(Brake::new(rate))),
        options,
        stop: AtomicBool::new(false),
    });
    for space in &source.tablespaces {
        let (root, major) = (PathBuf::from(&space.location), source.major);
        let walk = Walk::new(&root, move |path| exclude::in_tablespace(path, major));
        let series = Series::new(&shared, space.oid.to_string(), root, walk);
        let (tar, _) = series.copy().await?;
        spawn_blocking(move || finish(tar)).await??;
    }
    let root = source.data_directory.clone();
    let spaces = inside(source);
    let walk = Walk::new(&root, move |path| exclude::in_data(path, &spaces));
    let series = Series::new(&shared, DATA.to_owned(), root, walk);
    let (tar, shared) = series.copy().await?;
    let source = source.clone();
    spawn_blocking(move || add_last(tar, &source, &shared)).await?
}

/// The paths in the data directory that lead to tablespaces.
fn inside(source: &Source) -> Vec<String> {
    let links = source.tablespaces.iter().map(|space| format!("pg_tblspc/{}", space.oid));
    let places = source.tablespaces.iter().filter_map(|space| {
        let place = Path::new(&space.location).strip_prefix(&source.data_directory).ok()?;
        place.to_str().map(str::to_owned)
    });
    links.chain(places).collect()
}

impl Copied {
    /// Adds the label that the server gave at the end, and makes the last tar appear.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn finish(self, label: &str) -> Result<(), WriteError> {
        let label = label.to_owned();
        spawn_blocking(move || {
            let Self { mut tar, data_directory } = self;
            let owner = std::fs::metadata(&data_directory).map_err(WriteError::Files)?;
            let mut header = Header::new_gnu();
            header.set_entry_type(EntryType::Regular);
            header.set_mode(0o600);
            header.set_uid(owner.uid().into());
            header.set_gid(owner.gid().into());
            header.set_mtime(u64::try_from(owner.mtime()).unwrap_or(0));
            header.set_size(label.len() as u64);
            let added = append(&mut tar, "backup_label", &mut header, label.as_bytes());
            added.map_err(|error| reason(&mut tar, error))?;
            finish(tar)
        })
        .await?
    }
}

/// The data directory or a tablespace, copied by several workers into as many tars.
struct Series {
    shared: Arc<Shared>,
    name: String,
    root: PathBuf,
    walk: Mutex<Walk>,
    tars: AtomicU32,
}

impl Series {
    fn new(shared: &Arc<Shared>, name: String, root: PathBuf, walk: Walk) -> Self {
        let (shared, walk, tars) = (shared.clone(), Mutex::new(walk), AtomicU32::new(0));
        Self { shared, name, root, walk, tars }
    }

    /// Copies all of it; gives back one tar that is still open.
    async fn copy(self) -> Result<(Tar, Arc<Shared>), WriteError> {
        let (shared, series) = (self.shared.clone(), Arc::new(self));
        let mut workers = JoinSet::new();
        let mut open = None;
        let mut failed = None;
        for _ in 0..shared.options.jobs {
            let series = series.clone();
            workers.spawn_blocking(move || {
                let worked = series.work();
                if worked.is_err() {
                    series.shared.stop.store(true, Ordering::Relaxed);
                }
                worked
            });
        }
        // All of them end before anybody goes on: what they hold open is closed or given up.
        while let Some(worked) = workers.join_next().await {
            match worked.map_err(WriteError::Thread).and_then(|worked| worked) {
                Ok(None) => {}
                Ok(Some(tar)) => match open.replace(tar) {
                    None => {}
                    Some(other) => {
                        if let Err(error) = spawn_blocking(move || finish(other)).await? {
                            failed.get_or_insert(error);
                        }
                    }
                },
                Err(error) => {
                    failed.get_or_insert(error);
                }
            }
        }
        match (failed, open) {
            (None, Some(tar)) => Ok((tar, shared)),
            (None, None) => {
                let tar = spawn_blocking(move || series.begin()).await??;
                Ok((tar, shared))
            }
            (Some(error), open) => {
                drop(open);
                Err(error)
            }
        }
    }

    fn work(&self) -> Result<Option<Tar>, WriteError> {
        let mut tar: Option<Tar> = None;
        while !self.shared.stop.load(Ordering::Relaxed) {
            if self.shared.progress.is_cancelled() {
                return Err(WriteError::Cancelled);
            }
            let next = self.walk.lock().expect("no worker panics while it walks").next();
            let Some(entry) = next.map_err(WriteError::Files)? else { break };
            let largest = self.shared.options.max_archive_size;
            if let Some(done) = tar.take_if(|tar| tar.written() > largest) {
                finish(done)?;
            }
            let into = match &mut tar {
                Some(tar) => tar,
                None => tar.insert(self.begin()?),
            };
            let name = entry_name(&entry);
            let copied = copy_entry(into, &self.root, &entry, &name, &self.shared.progress);
            copied.map_err(|error| reason(into, error))?;
        }
        Ok(tar)
    }

    fn begin(&self) -> Result<Tar, WriteError> {
        let Shared { store, folder, options, part, handle, progress, brake, .. } = &*self.shared;
        let number = self.tars.fetch_add(1, Ordering::Relaxed);
        let key = format!("{folder}/{}", part_name(&self.name, number, options.codec));
        // One part is filled while another is sent.
        let upload = store.upload(&key, *part, 1)?;
        let sink = Sink::new(upload, handle.clone(), progress.clone(), brake.clone());
        let encoder = options.codec.encoder(sink, options.level).map_err(WriteError::Files)?;
        let mut tar = Builder::new(encoder);
        tar.follow_symlinks(false);
        Ok(Tar(Some(tar)))
    }
}

/// As the original names them: the root is `.`, and what lies in it has `./` before it.
fn entry_name(entry: &Entry) -> String {
    match (entry.path.as_str(), entry.kind) {
        ("", _) => "./".to_owned(),
        (path, EntryKind::Directory) => format!("{path}/"),
        (path, _) if path.contains('/') => path.to_owned(),
        (path, _) => format!("./{path}"),
    }
}

fn add_last(mut tar: Tar, source: &Source, shared: &Shared) -> Result<Copied, WriteError> {
    let root = &source.data_directory;
    let control = Entry { path: "global/pg_control".to_owned(), kind: EntryKind::File };
    let copied = copy_entry(&mut tar, root, &control, &control.path, &shared.progress);
    let there = copied.map_err(|error| reason(&mut tar, error))?;
    if !there {
        let missing = io::Error::new(io::ErrorKind::NotFound, "there is no global/pg_control");
        return Err(WriteError::Files(missing));
    }
    for file in source.configuration.iter().filter(|file| !file.starts_with(root)) {
        let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else { continue };
        let path = name.to_string_lossy().into_owned();
        let entry = Entry { path: path.clone(), kind: EntryKind::File };
        let copied = copy_entry(&mut tar, folder, &entry, &format!("./{path}"), &shared.progress);
        copied.map_err(|error| reason(&mut tar, error))?;
    }
    Ok(Copied { tar, data_directory: root.clone() })
}

/// The error of the store, when that is what made the tar fail.
fn reason(tar: &mut Tar, error: io::Error) -> WriteError {
    let failed = tar.sink().failed.take();
    failed.map_or(WriteError::Files(error), WriteError::Store)
}

fn finish(mut tar: Tar) -> Result<(), WriteError> {
    if let Err(error) = tar.builder().finish() {
        return Err(reason(&mut tar, error));
    }
    let builder = tar.0.take().expect("only its end takes it");
    let encoder = builder.into_inner().map_err(WriteError::Files)?;
    let sink = encoder.finish().map_err(WriteError::Files)?;
    sink.finish()?;
    Ok(())
}

/// Adds an entry, or nothing when it has vanished.
fn copy_entry(
    tar: &mut Tar,
    root: &Path,
    entry: &Entry,
    name: &str,
    progress: &Progress,
) -> io::Result<bool> {
    let path = if entry.path.is_empty() { root.to_owned() } else { root.join(&entry.path) };
    let vanished = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    match entry.kind {
        EntryKind::File => {
            let opened = File::open(&path).and_then(|file| Ok((file.metadata()?, file)));
            let (metadata, file) = match opened {
                Ok(opened) => opened,
                Err(error) if vanished(&error) => return Ok(false),
                Err(error) => return Err(about(&path, &error)),
            };
            let mut header = header(&metadata, EntryType::Regular);
            header.set_size(metadata.len());
            let file = Exactly { file, path, left: metadata.len(), progress };
            append(tar, name, &mut header, file)?;
        }
        EntryKind::Directory => {
            let metadata = match std::fs::symlink_metadata(&path) {
                Ok(metadata) => metadata,
                Err(error) if vanished(&error) => return Ok(false),
                Err(error) => return Err(about(&path, &error)),
            };
            append(tar, name, &mut header(&metadata, EntryType::Directory), io::empty())?;
        }
        EntryKind::Link => {
            let read = std::fs::symlink_metadata(&path)
                .and_then(|metadata| Ok((metadata, std::fs::read_link(&path)?)));
            let (metadata, target) = match read {
                Ok(read) => read,
                Err(error) if vanished(&error) => return Ok(false),
                Err(error) => return Err(about(&path, &error)),
            };
            let mut header = header(&metadata, EntryType::Symlink);
            tar.builder().append_link(&mut header, name, target)?;
        }
    }
    progress.add_file();
    Ok(true)
}

fn header(metadata: &Metadata, kind: EntryType) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(metadata.mode() & 0o7777);
    header.set_uid(metadata.uid().into());
    header.set_gid(metadata.gid().into());
    header.set_mtime(u64::try_from(metadata.mtime()).unwrap_or(0));
    header.set_size(0);
    header
}

fn append(tar: &mut Tar, name: &str, header: &mut Header, from: impl Read) -> io::Result<()> {
    let place = &mut header.as_old_mut().name;
    if name.len() > place.len() {
        return tar.builder().append_data(header, name, from);
    }
    // The library would take the leading `./` away.
    place.fill(0);
    place[..name.len()].copy_from_slice(name.as_bytes());
    header.set_cksum();
    tar.builder().append(header, from)
}

/// A file in the length that its header says: cut when it has grown, filled up with zeros when it
/// has shrunk. What changes meanwhile is mended by the WAL.
struct Exactly<'a> {
    file: File,
    path: PathBuf,
    left: u64,
    progress: &'a Progress,
}

impl Read for Exactly<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if room == 0 {
            return Ok(0);
        }
        if self.progress.is_cancelled() {
            return Err(io::Error::other("the backup was given up"));
        }
        let mut count =
            self.file.read(&mut buffer[..room]).map_err(|error| about(&self.path, &error))?;
        if count == 0 {
            buffer[..room].fill(0);
            count = room;
        }
        self.left -= count as u64;
        self.progress.add_plain(count as u64);
        Ok(count)
    }
}
