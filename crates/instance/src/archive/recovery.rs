//! The service while a data directory is restored: it only brings WAL, out of one store.
//!
//! A file that the archive does not have ends the replay, so that is only ever said when the
//! archive says it: while the store does not answer the server waits, and when that takes too long
//! it stops instead of serving what is not complete.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use objectstore::wal::Places;
use postgres::wal_name::{SegmentSize, WalName};
use tokio::task::JoinHandle;

use super::decide::End;
use super::listener::{Serve, accept, listen};
use super::restorer::{Restorer, Source};
use super::socket::{Answer, Ask};
use crate::paths::Paths;

/// Where files wait that the server has not asked for yet; on the volume of the data, so that they
/// are moved and not copied.
const SPOOL: &str = "restore-wal";

/// Brings files; ends when it is dropped.
#[derive(Debug)]
pub struct Recovery {
    task: JoinHandle<()>,
    spool: PathBuf,
}

impl Recovery {
    /// Begins to serve, so many files at a time.
    ///
    /// # Errors
    /// When the socket or the folder for files cannot be made.
    pub fn start(
        paths: &Paths,
        places: Places,
        parallel: usize,
        size: SegmentSize,
    ) -> io::Result<Self> {
        let spool = paths.beside_data(SPOOL);
        let restorer = Arc::new(Restorer::new(&spool, Some(size))?);
        let source = Source { places: Arc::new(places), parallel, no_partial: false };
        let service = Arc::new(Bringer { restorer, source, data: paths.data.clone() });
        let listener = listen(&paths.archive_socket())?;
        let task = tokio::spawn(async move {
            if let Err(error) = accept(listener, service).await {
                tracing::error!(%error, "PostgreSQL can no longer ask for WAL");
            }
        });
        Ok(Self { task, spool })
    }
}

impl Drop for Recovery {
    fn drop(&mut self) {
        self.task.abort();
        if let Err(error) = std::fs::remove_dir_all(&self.spool) {
            tracing::warn!(%error, path = %self.spool.display(), "files stay that nobody needs");
        }
    }
}

struct Bringer {
    restorer: Arc<Restorer>,
    source: Source,
    data: PathBuf,
}

impl Serve for Bringer {
    async fn serve(&self, ask: Ask) -> Answer {
        let Ask::Restore { file, to, .. } = ask else {
            return Answer::Failed("a data directory is restored, nothing is archived".to_owned());
        };
        let Ok(name) = file.parse::<WalName>() else {
            return Answer::Nothing(format!("{file} is no name of a WAL file"));
        };
        let to = self.data.join(to);
        let answer = self.restorer.restore(&self.source, name, &to, End::Promotes).await;
        if let Answer::Nothing(_) = &answer {
            tracing::info!(file, "the archive does not have it");
        }
        answer
    }
}
