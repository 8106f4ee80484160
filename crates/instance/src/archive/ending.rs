//! How long servers wait for the store while a cluster waits for them: one that stops, so that
//! another may lead, and one that is promoted. A store that is away must not leave a cluster without
//! a primary for minutes.
//!
//! What is not archived by then waits on the volume, and whoever leads next archives it as well.
//! What is not restored by then counts as not there, as PostgreSQL takes any failure while it is
//! promoted.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pgkit::postmaster::{PidFile, PidFileStatus};
use tokio::time::sleep;

/// How long the store may take for one file, and for further ones after it was late.
const GRACE: Duration = Duration::from_secs(4);
const AGAIN: Duration = Duration::from_millis(200);
const LOOK: Duration = Duration::from_millis(250);

/// Shorter once the store was late.
#[derive(Default)]
pub(super) struct Patience {
    gave_up: AtomicBool,
}

impl Patience {
    /// The store answers.
    pub fn works(&self) {
        self.gave_up.store(false, Ordering::Relaxed);
    }

    /// Comes back when the store is late.
    pub async fn late(&self) {
        let again = self.gave_up.load(Ordering::Relaxed);
        sleep(if again { AGAIN } else { GRACE }).await;
        self.gave_up.store(true, Ordering::Relaxed);
    }
}

/// Whether the server of a data directory stops, and for how long it waits then.
pub(super) struct Ending {
    data: PathBuf,
    patience: Patience,
}

impl Ending {
    pub fn new(data: &Path) -> Self {
        Self { data: data.to_owned(), patience: Patience::default() }
    }

    /// The store answers.
    pub fn works(&self) {
        self.patience.works();
    }

    /// Comes back when the server stops and has waited long enough.
    pub async fn late(&self) {
        while !self.stops() {
            self.works();
            sleep(LOOK).await;
        }
        self.patience.late().await;
    }

    fn stops(&self) -> bool {
        let file = PidFile::read(&self.data).ok().flatten();
        file.and_then(|file| file.status) == Some(PidFileStatus::Stopping)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{Instant, timeout};

    #[tokio::test(start_paused = true)]
    async fn only_a_server_that_stops_is_not_kept_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let ending = Ending::new(folder.path());
        let says = |status: &str| {
            let text = format!("42\n/data\n1795241682\n5432\n/run\n*\n  1  2\n{status}\n");
            std::fs::write(folder.path().join("postmaster.pid"), text).unwrap();
        };
        says("ready");
        assert!(timeout(GRACE * 10, ending.late()).await.is_err());
        says("stopping");
        let began = Instant::now();
        ending.late().await;
        assert!(began.elapsed() >= GRACE);
        assert!(timeout(GRACE / 10, ending.late()).await.is_ok(), "it was late already");
        ending.works();
        assert!(timeout(GRACE / 10, ending.late()).await.is_err(), "it is back");
    }
}
