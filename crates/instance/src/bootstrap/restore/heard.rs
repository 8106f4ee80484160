//! What the server says while it replays, which nobody can ask it afterwards.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pgkit::log::{Entry, Sink};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::run::logs;

/// What comes before the words of an error that ends the server.
const FATAL: &str = "FATAL:  ";
/// What comes before the time of the last commit that was replayed.
const LAST_COMMIT: &str = "last completed transaction was at log time ";
/// What it says when there is no more WAL.
const TOO_SHORT: &str = "recovery ended before configured recovery target was reached";

/// How long the last lines may take.
const LAST_LINES: Duration = Duration::from_secs(2);

/// What matters of the log of a replay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    /// Why the server ended.
    pub fatal: Option<String>,
    /// When the last transaction that was replayed was committed.
    pub last_commit: Option<String>,
}

impl Heard {
    /// Whether the WAL ends before the target.
    #[must_use]
    pub fn is_too_short(&self) -> bool {
        self.fatal.as_deref() == Some(TOO_SHORT)
    }

    fn line(&mut self, text: &str) {
        let after = |mark: &str| text.split_once(mark).map(|(_, rest)| rest.trim().to_owned());
        if let Some(fatal) = after(FATAL) {
            // One that connects too early is told so by the same word.
            if !fatal.starts_with("the database system is") {
                self.fatal = Some(fatal);
            }
        } else if let Some(time) = after(LAST_COMMIT) {
            self.last_commit = Some(time);
        }
    }
}

/// Listens to all that goes to a sink.
pub(super) struct Listener {
    task: JoinHandle<()>,
    heard: Arc<Mutex<Heard>>,
}

impl Listener {
    /// A sink that passes everything on, and who listens to it.
    pub fn before(sink: Sink) -> (Sink, Self) {
        let (own, mut lines) = logs::channel();
        let heard: Arc<Mutex<Heard>> = Arc::default();
        let noted = heard.clone();
        let task = tokio::spawn(async move {
            while let Some(entry) = lines.recv().await {
                if let Entry::Line { text, .. } = &entry {
                    noted.lock().unwrap_or_else(PoisonError::into_inner).line(text);
                }
                if sink.send(entry).await.is_err() {
                    return;
                }
            }
        });
        (own, Self { task, heard })
    }

    /// What was heard, once all who speak have ended.
    pub async fn end(self) -> Heard {
        let _ = timeout(LAST_LINES, self.task).await; // what came until then counts
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_count() {
        let mut heard = Heard::default();
        for line in [
            "2026-11-21 07:02:41.500 UTC [30] FATAL:  the database system is starting up",
            "2026-11-21 07:02:41.600 UTC [29] LOG:  last completed transaction was at log time \
             2026-11-21 07:02:41.500186+00",
            "2026-11-21 07:02:41.700 UTC [29] FATAL:  recovery ended before configured recovery \
             target was reached",
            "2026-11-21 07:02:41.700 UTC [12] LOG:  startup process (PID 29) exited with exit code 1",
        ] {
            heard.line(line);
        }
        assert!(heard.is_too_short(), "{heard:?}");
        assert_eq!(heard.last_commit.as_deref(), Some("2026-11-21 07:02:41.500186+00"));
        heard.line("FATAL:  requested timeline 7 is not a child of this server's history");
        assert!(!heard.is_too_short(), "{heard:?}");
    }
}
