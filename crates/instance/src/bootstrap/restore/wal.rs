//! WAL for the replay: brought by us, who have the connections, to where the server wants it.
//!
//! The command that the server calls asks here. A file that the archive does not have ends the
//! replay, so that is only ever said when the archive says it: while the store does not answer the
//! server waits, and when that takes too long it stops instead of serving what is not complete.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State as With};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::StatusCode;
use objectstore::wal::{Places, WalError};
use postgres::wal_name::{Segment, SegmentSize, WalName};
use serving::server::{Limits, serve};
use thiserror::Error;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::archive::{Local, LocalError};
use crate::http::LOCAL_PORT;
use crate::paths::{Paths, private_directory};
use crate::run::chain;

/// For how long a store that does not answer is asked again.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
const PAUSE: Duration = Duration::from_secs(5);
/// More than [`PATIENCE`] and the last attempt take.
const ANSWER: Duration = Duration::from_secs(20 * 60);
/// Where files wait that the server has not asked for yet; on the volume of the data, so that they
/// are moved and not copied.
const AHEAD: &str = "restore-wal";
const ROUTE: &str = "/recovery/wal";

/// Why there is no service.
#[derive(Debug, Error)]
pub enum ServiceError {
    #[error("cannot listen for requests of PostgreSQL")]
    Listen(#[source] io::Error),
    #[error("cannot make the directory {path}")]
    Directory { path: PathBuf, source: io::Error },
}

/// A file on its way before it was asked for.
type Coming = JoinHandle<Result<(), WalError>>;

/// Brings files; ends when it is dropped.
#[derive(Debug)]
pub(super) struct Service {
    task: JoinHandle<()>,
    ahead: PathBuf,
}

#[derive(Debug)]
struct Fetcher {
    places: Places,
    data: PathBuf,
    ahead: PathBuf,
    parallel: usize,
    size: SegmentSize,
    coming: Mutex<BTreeMap<String, Coming>>,
}

impl Service {
    /// Begins to serve.
    pub async fn start(
        paths: &Paths,
        places: Places,
        parallel: usize,
        size: SegmentSize,
    ) -> Result<Self, ServiceError> {
        let ahead = paths.beside_data(AHEAD);
        let of = |source| ServiceError::Directory { path: ahead.clone(), source };
        remove(&ahead).map_err(of)?;
        private_directory(&ahead).map_err(of)?;
        let listener = crate::http::local::bind().await.map_err(ServiceError::Listen)?;
        let fetcher = Arc::new(Fetcher {
            places,
            data: paths.data.clone(),
            ahead: ahead.clone(),
            parallel,
            size,
            coming: Mutex::default(),
        });
        let router = Router::new().route(ROUTE, get(bring)).with_state(fetcher);
        let limits = Limits { connections: 8, ..Limits::default() };
        let task = tokio::spawn(async move {
            serve(listener, None, router, limits, std::future::pending()).await;
        });
        Ok(Self { task, ahead })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
        if let Err(error) = remove(&self.ahead) {
            tracing::warn!(%error, path = %self.ahead.display(), "files stay that nobody needs");
        }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

async fn bring(With(fetcher): With<Arc<Fetcher>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let word = |key: &str| query.split('&').find_map(|word| word.strip_prefix(key));
    let name = word("name=").and_then(|name| name.parse::<WalName>().ok());
    let to = word("to=").map(Path::new);
    let stays = |to: &Path| to.components().all(|part| matches!(part, Component::Normal(_)));
    let (Some(name), Some(to)) = (name, to.filter(|to| stays(to))) else {
        return (StatusCode::BAD_REQUEST, "say which file, and where to put it").into_response();
    };
    match fetcher.bring(name, &fetcher.data.join(to)).await {
        Ok(()) => "OK".into_response(),
        Err(error) if error.is_not_found() => {
            tracing::info!(file = %name, "the archive does not have it");
            (StatusCode::NOT_FOUND, "the archive does not have it").into_response()
        }
        Err(error) => {
            let error = chain(&error);
            tracing::error!(file = %name, error, "a file of the archive cannot be brought");
            (StatusCode::SERVICE_UNAVAILABLE, error).into_response()
        }
    }
}

impl Fetcher {
    async fn bring(self: &Arc<Self>, name: WalName, to: &Path) -> Result<(), WalError> {
        let mut coming = self.coming.lock().await;
        let early = coming.remove(&name.to_string());
        if let WalName::Segment(segment) = name {
            self.look_ahead(segment, &mut coming);
        }
        drop(coming);
        let early = match early {
            // What failed early is tried again now, when it matters.
            Some(early) => early.await.is_ok_and(|brought| brought.is_ok()),
            None => false,
        };
        if early && std::fs::rename(self.ahead.join(name.to_string()), to).is_ok() {
            return Ok(());
        }
        self.fetch(name, to).await
    }

    /// Sends for the next segments of the timeline, and forgets all others.
    fn look_ahead(self: &Arc<Self>, from: Segment, coming: &mut BTreeMap<String, Coming>) {
        let next = |segment: &Segment| segment.next(self.size);
        let wanted = std::iter::successors(next(&from), next).take(self.parallel);
        let wanted: Vec<Segment> = wanted.collect();
        coming.retain(|name, task| {
            let keep = wanted.iter().any(|segment| segment.to_string() == *name);
            if !keep {
                task.abort();
                let _ = std::fs::remove_file(self.ahead.join(name)); // may not have come yet
            }
            keep
        });
        for segment in wanted {
            let fetcher = Arc::clone(self);
            coming.entry(segment.to_string()).or_insert_with(|| {
                tokio::spawn(async move {
                    let to = fetcher.ahead.join(segment.to_string());
                    let (name, size) = (WalName::Segment(segment), fetcher.size.bytes());
                    fetcher.places.fetch(name, &to, Some(size)).await.map(drop)
                })
            });
        }
    }

    async fn fetch(&self, name: WalName, to: &Path) -> Result<(), WalError> {
        let began = Instant::now();
        loop {
            match self.places.fetch(name, to, Some(self.size.bytes())).await {
                Ok(_) => return Ok(()),
                Err(error) if error.retry() && began.elapsed() < PATIENCE => {
                    let error = chain(&error);
                    tracing::warn!(file = %name, error, "the archive does not answer, it is asked again");
                    sleep(PAUSE).await;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// What became of a file that the server asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    There,
    /// The archive does not have it: the replay may end here.
    Absent,
}

/// Has a file brought; the other side of the service, for the command that the server calls.
///
/// # Errors
/// When nobody knows whether the archive has it: the replay must not end here.
pub fn fetch(name: &str, to: &Path) -> Result<Fetched, LocalError> {
    let query = format!("?name={name}&to={}", to.display());
    match Local::new(LOCAL_PORT).get(ROUTE, &query, ANSWER) {
        Ok(_) => Ok(Fetched::There),
        Err(LocalError::Refused { status: 404, .. }) => Ok(Fetched::Absent),
        Err(error) => Err(error),
    }
}
