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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::rig::layout::{Cache, Slot};

    fn wait<'a>(layout: &'a Layout, daemons: &'a [String]) -> Wait<'a> {
        Wait { layout, what: "moon full", daemons, patience: Duration::from_millis(1) }
    }

    #[tokio::test]
    async fn the_first_answer_ends_it_and_errors_do_not() {
        let layout = Layout::new(Cache::new("/nowhere"), Slot::new(0).unwrap());
        let mut answers = vec![Ok(Some(7)), Ok(None), Err(anyhow!("not there"))];
        let wait = Wait { patience: Duration::from_secs(60), ..wait(&layout, &[]) };
        let answer = wait.until(|| std::future::ready(answers.pop().unwrap())).await;
        assert_eq!(answer.unwrap(), 7);
    }

    #[tokio::test]
    async fn time_that_is_up_tells_the_last_error() {
        let layout = Layout::new(Cache::new("/nowhere"), Slot::new(0).unwrap());
        let ask = || async { Err::<Option<()>, _>(anyhow!("clouds")) };
        let error = wait(&layout, &[]).until(ask).await.unwrap_err();
        assert_eq!(error.to_string(), "not moon full within 0 s: clouds");
    }

    #[tokio::test]
    async fn a_daemon_that_has_ended_is_told_with_the_end_of_its_log() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(Cache::new(dir.path()), Slot::new(0).unwrap());
        fs::create_dir_all(layout.logs()).unwrap();
        let lines: String = (1..=20).map(|line| format!("line {line}.\n")).collect();
        fs::write(layout.log("moon"), lines).unwrap();
        let daemons = ["moon".to_owned()];
        let wait = Wait { patience: Duration::from_secs(60), ..wait(&layout, &daemons) };
        let error = wait.until(|| async { Ok(None::<()>) }).await.unwrap_err().to_string();
        assert!(error.starts_with("moon has ended\nthe end of "), "{error}");
        assert!(error.ends_with("line 19.\nline 20."), "{error}");
        assert!(!error.contains("line 5."), "{error}");
    }
}
