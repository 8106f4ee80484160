//! Where a tar goes: through the compression into an upload, from a thread that may wait.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use super::Progress;
use crate::store::{Error, Upload};

/// A writer that waits for the network.
#[derive(Debug)]
pub(super) struct Sink {
    upload: Option<Upload>,
    handle: Handle,
    progress: Progress,
    brake: Option<Arc<Brake>>,
    /// The first error in its own type; a writer can only hand out its text.
    pub failed: Option<Error>,
}

impl Sink {
    pub fn new(
        upload: Upload,
        handle: Handle,
        progress: Progress,
        brake: Option<Arc<Brake>>,
    ) -> Self {
        Self { upload: Some(upload), handle, progress, brake, failed: None }
    }

    pub fn written(&self) -> u64 {
        self.upload.as_ref().map_or(0, Upload::written)
    }

    /// Makes the object appear.
    pub fn finish(mut self) -> Result<u64, Error> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let upload = self.upload.take().expect("it goes only here and when it is given up");
        self.handle.block_on(upload.finish())
    }

    /// Nothing shall appear: what was sent already is taken back in the background, for what
    /// nobody finishes must not stay in the store as parts that are paid for.
    pub fn give_up(&mut self) {
        if let Some(upload) = self.upload.take() {
            self.handle.spawn(upload.give_up());
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(upload) = &mut self.upload else {
            return Err(io::Error::other("the upload was given up"));
        };
        if let Err(error) = self.handle.block_on(upload.write(bytes)) {
            let said = io::Error::other(error.to_string());
            self.failed = Some(error);
            if let Some(upload) = self.upload.take() {
                self.handle.block_on(upload.give_up());
            }
            return Err(said);
        }
        self.progress.add_stored(bytes.len() as u64);
        if let Some(brake) = &self.brake {
            brake.slow_down(bytes.len() as u64);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.give_up();
    }
}

/// Keeps all archives together below a rate.
#[derive(Debug)]
pub(super) struct Brake {
    per_second: u64,
    began: Instant,
    written: AtomicU64,
}

impl Brake {
    pub fn new(per_second: u64) -> Self {
        Self { per_second: per_second.max(1), began: Instant::now(), written: AtomicU64::new(0) }
    }

    fn slow_down(&self, bytes: u64) {
        let written = self.written.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let due = Duration::from_millis(written.saturating_mul(1000) / self.per_second);
        if let Some(early) = due.checked_sub(self.began.elapsed()) {
            std::thread::sleep(early);
        }
    }
}
