//! The FIFOs into which the server and our own commands write.
//!
//! We open each for reading *and* writing: then it opens at once, never ends when a writer goes, and
//! a writer never waits for a reader. The kernel keeps what is written while nobody reads, as long
//! as the server holds the other end: so a new image of the manager goes on where the old one ended.

use std::io;
use std::path::{Path, PathBuf};

use nix::fcntl::{FcntlArg, fcntl};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use postgres::csv_log::{Item, Parser};
use thiserror::Error;
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::{OpenOptions, Receiver};

use super::{Entry, Sink};
use crate::lines::Splitter;

/// Room for a burst while our own output is slow; the kernel's default is 64 KiB.
const CAPACITY: i32 = 1 << 20;

const BUFFER: usize = 64 << 10;

/// Why a FIFO cannot be used.
#[derive(Debug, Error)]
pub enum FifoError {
    #[error("cannot make the FIFO {path}")]
    Make { path: PathBuf, source: io::Error },
    #[error("cannot open the FIFO {path}")]
    Open { path: PathBuf, source: io::Error },
    #[error("cannot read the FIFO {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("nobody takes the lines of the FIFO {path}")]
    NoTaker { path: PathBuf },
}

/// An open FIFO.
#[derive(Debug)]
pub struct Fifo {
    path: PathBuf,
    receiver: Receiver,
    stopped: bool,
}

impl Fifo {
    /// Makes the FIFO where there is none, in the place of anything else, and opens it.
    ///
    /// # Errors
    /// When it cannot be made or opened.
    pub fn open(path: &Path) -> Result<Self, FifoError> {
        let of = |source| FifoError::Make { path: path.to_owned(), source };
        match std::fs::symlink_metadata(path) {
            Ok(found) if is_fifo(&found) => {}
            Ok(_) => {
                std::fs::remove_file(path).map_err(of)?;
                make(path).map_err(of)?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(path).map_err(of)?,
            Err(error) => return Err(of(error)),
        }
        let receiver = OpenOptions::new()
            .read_write(true)
            .open_receiver(path)
            .map_err(|source| FifoError::Open { path: path.to_owned(), source })?;
        // Without the room it works too; a container may be over its limit for pipes.
        if let Err(error) = fcntl(&receiver, FcntlArg::F_SETPIPE_SZ(CAPACITY)) {
            tracing::debug!(path = %path.display(), %error, "the FIFO keeps its small buffer");
        }
        Ok(Self { path: path.to_owned(), receiver, stopped: false })
    }

    /// What comes next; none after `stop`, when what was there already has been read.
    async fn next<'a>(
        &mut self,
        stop: &mut (impl Future<Output = ()> + Unpin),
        buffer: &'a mut [u8],
    ) -> Result<Option<&'a [u8]>, FifoError> {
        if !self.stopped {
            tokio::select! {
                () = stop => self.stopped = true,
                read = self.receiver.read(buffer) => {
                    let path = self.path.clone();
                    let length = read.map_err(|source| FifoError::Read { path, source })?;
                    return Ok(Some(&buffer[..length]));
                }
            }
        }
        // Past the runtime, which may not have heard yet that there is something.
        match nix::unistd::read(&self.receiver, buffer) {
            Ok(length @ 1..) => Ok(Some(&buffer[..length])),
            Ok(0) | Err(_) => Ok(None),
        }
    }

    async fn send(&self, sink: &Sink, entries: &mut Vec<Entry>) -> Result<(), FifoError> {
        for entry in entries.drain(..) {
            let sent = sink.send(entry).await;
            sent.map_err(|_| FifoError::NoTaker { path: self.path.clone() })?;
        }
        Ok(())
    }
}

/// Turns the server's CSV log into records, until `stop`.
///
/// # Errors
/// When the FIFO cannot be read, or the sink is closed.
pub async fn read_csv(
    mut fifo: Fifo,
    sink: Sink,
    stop: impl Future<Output = ()>,
) -> Result<(), FifoError> {
    let source = fifo.path.clone();
    let entry = |item| match item {
        Item::Record(record) => Entry::Record(record),
        Item::Other(text) => Entry::Text { source: source.clone(), text },
    };
    let (mut parser, mut buffer, mut entries) = (Parser::default(), vec![0; BUFFER], Vec::new());
    tokio::pin!(stop);
    while let Some(bytes) = fifo.next(&mut stop, &mut buffer).await? {
        parser.feed(bytes, |item| entries.push(entry(item)));
        fifo.send(&sink, &mut entries).await?;
    }
    entries.extend(parser.finish().map(entry));
    fifo.send(&sink, &mut entries).await
}

/// Hands on lines of plain text, until `stop`.
///
/// # Errors
/// When the FIFO cannot be read, or the sink is closed.
pub async fn read_text(
    fifo: Fifo,
    sink: Sink,
    stop: impl Future<Output = ()>,
) -> Result<(), FifoError> {
    let source = fifo.path.clone();
    read_lines(fifo, sink, stop, |text| Entry::Text { source: source.clone(), text }).await
}

/// Hands on lines that are JSON already, until `stop`.
///
/// # Errors
/// When the FIFO cannot be read, or the sink is closed.
pub async fn read_json(
    fifo: Fifo,
    sink: Sink,
    stop: impl Future<Output = ()>,
) -> Result<(), FifoError> {
    read_lines(fifo, sink, stop, Entry::Json).await
}

async fn read_lines(
    mut fifo: Fifo,
    sink: Sink,
    stop: impl Future<Output = ()>,
    entry: impl Fn(String) -> Entry,
) -> Result<(), FifoError> {
    let (mut splitter, mut buffer, mut entries) =
        (Splitter::default(), vec![0; BUFFER], Vec::new());
    tokio::pin!(stop);
    while let Some(bytes) = fifo.next(&mut stop, &mut buffer).await? {
        splitter.feed(bytes, |line| entries.push(entry(line)));
        fifo.send(&sink, &mut entries).await?;
    }
    entries.extend(splitter.finish().map(entry));
    fifo.send(&sink, &mut entries).await
}

fn is_fifo(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_fifo()
}

fn make(path: &Path) -> io::Result<()> {
    mkfifo(path, Mode::S_IRUSR | Mode::S_IWUSR).map_err(io::Error::from)
}

#[cfg(test)]
mod tests;
