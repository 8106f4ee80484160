//! The archives of a base backup: written while the server runs, and extracted.
//!
//! ```text
//!  walk --> workers: tar -> compress -> multipart upload      (write)
//!  list --> workers: ranged reads -> unpack -> tar -> files   (restore)
//! ```
//! A series (the data directory, or a tablespace) is one or more tars, each whole in itself, so
//! they are written and read beside each other. Nothing is kept on disk in between.

mod exclude;
mod holes;
mod parts;
mod restore;
mod sink;
pub mod unfinished;
mod walk;
mod write;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub use parts::PartsError;
pub use restore::{RestoreError, RestoreOptions, restore};
pub use write::{Copied, Source, WriteError, WriteOptions, write};

/// The series of the data directory.
pub const DATA: &str = "data";

/// How far a copy is; a clone shows the same.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    plain: AtomicU64,
    stored: AtomicU64,
    files: AtomicU64,
    cancelled: AtomicBool,
}

impl Progress {
    /// Bytes of files.
    #[must_use]
    pub fn plain_bytes(&self) -> u64 {
        self.0.plain.load(Ordering::Relaxed)
    }

    /// Bytes in the store.
    #[must_use]
    pub fn stored_bytes(&self) -> u64 {
        self.0.stored.load(Ordering::Relaxed)
    }

    /// Files and directories.
    #[must_use]
    pub fn files(&self) -> u64 {
        self.0.files.load(Ordering::Relaxed)
    }

    /// Has the copy fail soon. Who wants to know that nothing of it appears any more goes on waiting
    /// for it: its threads cannot be stopped in any other way.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }

    fn add_plain(&self, bytes: u64) {
        self.0.plain.fetch_add(bytes, Ordering::Relaxed);
    }

    fn add_stored(&self, bytes: u64) {
        self.0.stored.fetch_add(bytes, Ordering::Relaxed);
    }

    fn add_file(&self) {
        self.0.files.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
