//! Waiting for a condition, with a deadline, and with the right log when it never comes.

use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use super::layout::Layout;
use super::{logs, process};

const PAUSE: Duration = Duration::from_millis(100);

/// A condition of a rig, and the daemons it depends on.
#[derive(Debug)]
pub struct Wait<'a> {
    pub layout: &'a Layout,
    /// What is waited for, as in "... within 60 s".
    pub what: &'a str,
    /// The first is the one whose log tells why it takes so long.
    pub daemons: &'a [String],
    pub patience: Duration,
}

impl Wait<'_> {
    /// Asks until the answer is there, a daemon ends, or time is up.
    ///
    /// Errors of the question count as "not yet": while things come up, everything fails at times.
    pub async fn until<T, F>(&self, mut ask: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<Option<T>>>,
    {
        let deadline = Instant::now() + self.patience;
        loop {
            let answer = match ask().await {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => None,
                Err(error) => Some(error),
            };
            for name in self.daemons {
                if process::running(self.layout, name)?.is_none() {
                    return Err(self.with_tail(anyhow!("{name} has ended"), name));
                }
            }
            if Instant::now() > deadline {
                let seconds = self.patience.as_secs();
                let reason = answer.map(|error| format!(": {error:#}")).unwrap_or_default();
                let error = anyhow!("not {} within {seconds} s{reason}", self.what);
                return Err(match self.daemons.first() {
                    Some(name) => self.with_tail(error, name),
                    None => error,
                });
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn with_tail(&self, error: anyhow::Error, name: &str) -> anyhow::Error {
        let path = self.layout.log(name);
        let tail = logs::tail(&path, 15).unwrap_or_else(|_| "(no log)".to_owned());
        anyhow!("{error:#}\nthe end of {}:\n{tail}", path.display())
    }
}
