//! Walks a directory, one entry at a time: what is found is never all in memory.

use std::fs::ReadDir;
use std::io;
use std::path::{Path, PathBuf};

use super::exclude::Verdict;

/// An entry to copy, by its path below the root; empty for the root itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub path: String,
    pub kind: EntryKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    Directory,
    File,
    Link,
}

/// The walk, directories before what is in them.
pub(super) struct Walk {
    root: PathBuf,
    judge: Box<dyn Fn(&str) -> Verdict + Send>,
    open: Vec<(String, ReadDir)>,
    started: bool,
}

impl Walk {
    pub fn new(root: &Path, judge: impl Fn(&str) -> Verdict + Send + 'static) -> Self {
        Self { root: root.to_owned(), judge: Box::new(judge), open: Vec::new(), started: false }
    }

    fn enter(&mut self, path: &str) -> io::Result<()> {
        match std::fs::read_dir(self.root.join(path)) {
            Ok(entries) => {
                self.open.push((path.to_owned(), entries));
                Ok(())
            }
            // Databases and tables may be dropped at any time; the root may not.
            Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_empty() => Ok(()),
            Err(error) => Err(about(&self.root.join(path), &error)),
        }
    }

    /// The next entry; none at the end.
    pub fn next(&mut self) -> io::Result<Option<Entry>> {
        if !self.started {
            self.started = true;
            self.enter("")?;
            return Ok(Some(Entry { path: String::new(), kind: EntryKind::Directory }));
        }
        while let Some((folder, entries)) = self.open.last_mut() {
            let Some(entry) = entries.next() else {
                self.open.pop();
                continue;
            };
            let entry = entry.map_err(|error| about(&self.root.join(&*folder), &error))?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let place = self.root.join(&*folder).join(&name);
                tracing::warn!(file = %place.display(), "not copied: its name is no text");
                continue;
            };
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            let verdict = (self.judge)(&path);
            if verdict == Verdict::Skip {
                continue;
            }
            let Ok(kind) = entry.file_type() else { continue }; // it has vanished
            if kind.is_dir() {
                if verdict == Verdict::Copy {
                    self.enter(&path)?;
                }
                return Ok(Some(Entry { path, kind: EntryKind::Directory }));
            }
            if kind.is_file() {
                return Ok(Some(Entry { path, kind: EntryKind::File }));
            }
            // Links to directories (`pg_wal` on its own volume) are made anew by who restores.
            let points_to_directory = || entry.path().is_dir();
            if kind.is_symlink() && !points_to_directory() {
                return Ok(Some(Entry { path, kind: EntryKind::Link }));
            }
        }
        Ok(None)
    }
}

/// The same error, with the place it is about.
pub(super) fn about(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
