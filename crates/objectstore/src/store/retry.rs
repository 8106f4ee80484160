//! Attempts: each within its time, with growing pauses, until it works or cannot.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::Store;
use super::error::{Error, Kind, kind};

/// Before the second attempt; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

const LONGEST_PAUSE: Duration = Duration::from_secs(5);

impl Store {
    /// Does it, again if that may help.
    pub(super) async fn again<T, F>(
        &self,
        what: &'static str,
        key: &str,
        bytes: u64,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = object_store::Result<T>>,
    {
        let timeouts = self.shared.timeouts;
        let began = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match timeout(timeouts.attempt_of(bytes), attempt()).await {
                Ok(Ok(done)) => {
                    self.note_trouble(None);
                    return Ok(done);
                }
                Ok(Err(error)) => {
                    let kind = kind(&error);
                    self.error(what, key, kind, error)
                }
                Err(late) => self.error(what, key, Kind::Unreachable, late),
            };
            // Any other answer is one of a store that works.
            let trouble = error.retry().then(|| chain(&error));
            self.note_trouble(trouble.clone());
            if !error.retry() || began.elapsed() + pause >= timeouts.retry {
                return Err(error);
            }
            tracing::debug!(what, key, error = trouble, "trying again");
            sleep(jittered(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// One step of an attempt that moves no more than a piece.
    pub(super) async fn brief<T>(
        &self,
        step: impl Future<Output = object_store::Result<T>>,
    ) -> object_store::Result<T> {
        match timeout(self.shared.timeouts.attempt, step).await {
            Ok(done) => done,
            Err(late) => {
                let source = std::io::Error::new(std::io::ErrorKind::TimedOut, late);
                Err(object_store::Error::Generic { store: "S3", source: source.into() })
            }
        }
    }

    pub(crate) fn error(
        &self,
        what: &'static str,
        key: &str,
        kind: Kind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        Error::new(what, key, &self.shared.endpoint, kind, source)
    }
}

/// Those who failed together do not come again together.
fn jittered(pause: Duration) -> Duration {
    use std::hash::{BuildHasher as _, RandomState};
    let share = RandomState::new().hash_one(0_u8) % 512;
    pause.mul_f64(0.75 + f64::from(u16::try_from(share).unwrap_or(0)) / 1024.0)
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
