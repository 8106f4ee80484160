//! The container of a step: its place, the API server, and what its programs say.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kube::Client;
use nix::sys::stat::{Mode, umask};
use pgkit::children::Children;
use pgkit::log::Envelope;
use thiserror::Error;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Site, quit_sidecars};
use crate::paths::Paths;
use crate::run::{logs, unobserved};

/// How long the last lines may take to be printed.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Why a step cannot begin.
#[derive(Debug, Error)]
pub enum JobError {
    #[error("cannot make the directory {path} for temporary files")]
    Temporary { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Client(#[from] kubekit::client::Error),
}

/// What a step is given.
pub struct Job {
    client: Client,
    site: Site,
    printer: JoinHandle<()>,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("site", &self.site).finish_non_exhaustive()
    }
}

impl Job {
    /// Prepares the container.
    ///
    /// # Errors
    /// When there is no place for temporary files, or no way to the API server.
    pub async fn begin(
        data: &Path,
        wal: Option<PathBuf>,
        envelope: Envelope,
    ) -> Result<Self, JobError> {
        // Nobody else reads what a step writes.
        umask(Mode::from_bits_truncate(0o077));
        let paths = Paths::new(data);
        let path = paths.temporary();
        std::fs::create_dir_all(&path).map_err(|source| JobError::Temporary { path, source })?;
        let config = kubekit::client::configuration().await?;
        let client = kubekit::client::connect(&config, unobserved())?;
        let (sink, entries) = logs::channel();
        let printer = tokio::spawn(logs::print(entries, envelope));
        let site = Site::of_pod(paths, wal, sink, Children::default());
        Ok(Self { client, site, printer })
    }

    /// The client of the API server.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Where the step works.
    #[must_use]
    pub const fn site(&self) -> &Site {
        &self.site
    }

    /// Prints what is left to print; after a success the proxies of a mesh may go.
    pub async fn end(self, succeeded: bool) {
        drop(self.site);
        let _ = timeout(LAST_LINES, self.printer).await;
        if succeeded {
            quit_sidecars().await;
        }
    }
}
