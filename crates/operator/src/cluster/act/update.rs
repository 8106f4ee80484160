//! Sending an instance another manager, beside the passes: a network that is slow to take some
//! megabytes must not hold a failover up.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use api::cluster::Cluster;
use futures::stream;
use http::Method;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::{Bytes, Frame};
use kubekit::events::{Note, Recorder};
use planner::cluster::Reason;
use tokio::io::AsyncReadExt as _;
use tracing::{info, warn};

use super::super::ask::{self, Instance, Instances};

/// A manager goes over the network in this time, or not at all.
const LIMIT: Duration = Duration::from_secs(120);
/// How much of a program is in memory at a time.
const PIECE: usize = 64 << 10;
/// The pause before an instance is sent the same once more.
const PAUSE: Duration = Duration::from_secs(10);

/// Which instances were sent a manager, and until when they are left alone, by the pod's uid.
#[derive(Debug, Clone, Default)]
pub struct Updates {
    busy: Arc<Mutex<HashMap<String, Instant>>>,
}

impl Updates {
    /// Whether the instance may be sent something now; from then on it may not.
    fn begin(&self, uid: &str) -> bool {
        let now = Instant::now();
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.retain(|_, until| now < *until);
        let free = !busy.contains_key(uid);
        if free {
            busy.insert(uid.to_owned(), now + LIMIT + PAUSE);
        }
        free
    }

    fn ended(&self, uid: &str) {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.insert(uid.to_owned(), Instant::now() + PAUSE);
    }
}

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("failed to read {path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Send(#[from] ask::Error),
}

/// What is sent, to whom, and who is told.
pub(super) struct Update {
    pub cluster: Cluster,
    pub uid: String,
    pub instance: Instance,
    pub program: PathBuf,
    pub instances: Instances,
    pub recorder: Arc<Recorder>,
    pub updates: Updates,
}

impl Update {
    /// Sends it in the background, unless that is under way or was tried just before.
    pub fn begin(self) {
        if !self.updates.begin(&self.uid) {
            return;
        }
        info!(instance = self.instance.name, "an instance is sent another manager");
        tokio::spawn(async move {
            let sent = self.send().await;
            self.updates.ended(&self.uid);
            let name = &self.instance.name;
            let note = match sent {
                Ok(()) => {
                    let note = format!("Instance manager of {name} upgraded");
                    Note::normal(Reason::InstanceManagerUpgraded.as_str(), note)
                }
                Err(error) => {
                    warn!(instance = name, %error, "the manager was not taken");
                    let note = format!(
                        "Instance manager of {name} not upgraded, the present one goes on: {error}"
                    );
                    Note::warning(Reason::InstanceManagerUpgradeFailed.as_str(), note)
                }
            };
            if let Err(error) = self.recorder.publish(&self.cluster, note).await {
                warn!(%error, "failed to write an event");
            }
        });
    }

    async fn send(&self) -> Result<(), Error> {
        let wrap = |source| Error::Read { path: self.program.clone(), source };
        let file = tokio::fs::File::open(&self.program).await.map_err(wrap)?;
        let program = pieces(file);
        let (to, path) = (&self.instance, "/update");
        match self.instances.send(to, Method::PUT, path, program, LIMIT).await {
            // The manager replaces itself before it can answer.
            Ok(_) | Err(ask::Error::Send(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// A file as it is read: a program is larger than all else that the operator has in memory.
fn pieces(file: tokio::fs::File) -> ask::Body {
    let read = stream::try_unfold(file, async |mut file| {
        let mut piece = vec![0; PIECE];
        let length = file.read(&mut piece).await?;
        piece.truncate(length);
        Ok((length > 0).then(|| (Frame::data(Bytes::from(piece)), file)))
    });
    StreamBody::new(read).boxed_unsync()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_sent_one_manager_at_a_time() {
        let updates = Updates::default();
        assert!(updates.begin("a") && !updates.begin("a") && updates.begin("b"));
        updates.ended("a");
        assert!(!updates.begin("a"), "not at once again");
    }
}
