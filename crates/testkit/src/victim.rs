//! A part of a test in a process of its own, which may be killed at any moment: the program of the
//! test itself, started once more and asked for one test, which finds what it has to do in its
//! environment. Without that it has nothing to do.

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::Value;

/// The variable that says what it has to do, as JSON.
pub const TASK: &str = "TESTKIT_TASK";

/// A running process; it is killed with this value.
#[derive(Debug)]
pub struct Victim(Child);

/// What this process has to do, if it is a victim.
#[must_use]
pub fn task() -> Option<Value> {
    serde_json::from_str(&std::env::var(TASK).ok()?).ok()
}

/// The program of this test.
///
/// # Errors
/// When it has no path.
pub fn program() -> Result<PathBuf> {
    std::env::current_exe().context("this program has no path")
}

/// The words that have a program do a task in the test of this name.
pub fn words(test: &str) -> [&str; 4] {
    [test, "--exact", "--nocapture", "--test-threads=1"]
}

impl Victim {
    /// Starts a program, or a copy of it that others may run, as another user if that is wanted.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(
        program: &Path,
        test: &str,
        task: &Value,
        account: Option<(u32, u32)>,
    ) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(words(test)).env(TASK, task.to_string()).stdin(Stdio::null());
        if let Some((user, group)) = account {
            command.uid(user).gid(group);
        }
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        Ok(Self(child.context("cannot start a victim")?))
    }

    /// Kills it, unless it has ended: then what it said, and whether it was well.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub fn kill(mut self) -> Result<Option<(ExitStatus, String)>> {
        let ended = self.0.try_wait()?;
        let _ = self.0.kill(); // it may end at this moment
        let status = self.0.wait()?;
        let mut said = String::new();
        if let Some(mut stdout) = self.0.stdout.take() {
            stdout.read_to_string(&mut said)?;
        }
        Ok(ended.map(|_| (status, said)))
    }

    /// Waits until it ends, or until it is late and killed.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub fn end(mut self, patience: Duration) -> Result<Option<(ExitStatus, String)>> {
        let deadline = Instant::now() + patience;
        while self.0.try_wait()?.is_none() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(2));
        }
        self.kill()
    }

    /// Whether it has come to its end by itself.
    ///
    /// # Errors
    /// When that cannot be seen.
    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.0.try_wait()?.is_some())
    }

    /// The most memory that it had at once, in bytes.
    #[must_use]
    pub fn peak(&self) -> Option<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
        Some(kilobytes << 10)
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let _ = self.0.kill(); // it may have ended
        let _ = self.0.wait();
    }
}
