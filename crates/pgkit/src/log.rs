//! What PostgreSQL and its programs say, on its way to our own log.

mod entry;
mod fifo;

pub use entry::{Entry, Envelope, Pipe};
pub use fifo::{Fifo, FifoError, read_csv, read_json, read_text};

/// Where entries go: whoever reads them sets the pace, and a full channel makes the writer wait.
pub type Sink = tokio::sync::mpsc::Sender<Entry>;
