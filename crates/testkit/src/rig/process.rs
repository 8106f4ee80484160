//! Starts the daemons of a rig, and knows them again later.
//!
//! A daemon is started from a thread that has entered the cgroup and the network namespace the
//! daemon shall live in: the child inherits both, so it is never anywhere else, not even when
//! this program is killed in between.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, anyhow};
use nix::sched::{CloneFlags, setns};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use super::cgroup;
use super::layout::Layout;

/// A daemon that a rig needs.
#[derive(Debug, Clone)]
pub struct Daemon {
    /// Names the daemon's log and its record.
    pub name: String,
    pub program: PathBuf,
    pub args: Vec<String>,
    pub env: Vec<(String, String)>,
    pub cgroup: String,
    /// The network namespace it lives in, if not the root one.
    pub namespace: Option<PathBuf>,
}

/// How to know a process again: a number alone may have been given to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub pid: i32,
    /// Ticks from the boot to the start of the process.
    pub start: u64,
}

/// Starts the daemon unless it runs; returns whether it was started.
pub fn ensure(layout: &Layout, daemon: &Daemon) -> Result<bool> {
    if running(layout, &daemon.name)?.is_some() {
        return Ok(false);
    }
    start(layout, daemon).with_context(|| format!("failed to start {}", daemon.name))?;
    Ok(true)
}

/// The record of a daemon that runs.
pub fn running(layout: &Layout, name: &str) -> Result<Option<Record>> {
    match fs::read(record_file(layout, name)) {
        Ok(text) => {
            let record: Record = serde_json::from_slice(&text)?;
            Ok(is_alive(&record).then_some(record))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// When a daemon was last started.
pub fn started_at(layout: &Layout, name: &str) -> Result<SystemTime> {
    let file = fs::metadata(record_file(layout, name));
    Ok(file.with_context(|| format!("{name} was never started"))?.modified()?)
}

/// Ends a daemon at once, and waits until it is gone; returns whether it ran.
pub fn stop(layout: &Layout, name: &str) -> Result<bool> {
    let Some(record) = running(layout, name)? else { return Ok(false) };
    kill_now(record.pid);
    while is_alive(&record) {
        thread::sleep(Duration::from_millis(5));
    }
    Ok(true)
}

/// Sends SIGKILL; a process that is gone already is fine.
pub fn kill_now(pid: i32) {
    let pid = Pid::from_raw(pid);
    let _ = kill(pid, Signal::SIGKILL);
    // Only our own children need this; for all others it fails.
    let _ = waitpid(pid, Some(WaitPidFlag::WNOHANG));
}

/// Whether this very process exists and has not ended.
#[must_use]
pub fn is_alive(record: &Record) -> bool {
    // A child of ours that has ended would stay as a zombie.
    let _ = waitpid(Pid::from_raw(record.pid), Some(WaitPidFlag::WNOHANG));
    let stat = fs::read_to_string(format!("/proc/{}/stat", record.pid));
    stat.ok().and_then(|text| parse_stat(&text)) == Some(record.start)
}

/// Runs the work in a thread of its own that has entered the network namespace.
pub fn in_namespace<T: Send>(
    namespace: &Path,
    work: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    let entered = || {
        let file = File::open(namespace)
            .with_context(|| format!("no network namespace {}", namespace.display()))?;
        setns(file, CloneFlags::CLONE_NEWNET)
            .with_context(|| format!("failed to enter {}", namespace.display()))?;
        work()
    };
    in_thread(entered)
}

fn start(layout: &Layout, daemon: &Daemon) -> Result<()> {
    fs::create_dir_all(layout.logs())?;
    fs::create_dir_all(layout.pids())?;
    let log = layout.log(&daemon.name);
    let log = File::options().create(true).append(true).open(&log)?;
    let mut command = Command::new(&daemon.program);
    command
        .args(&daemon.args)
        .envs(daemon.env.iter().cloned())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .process_group(0);
    let spawn = || {
        cgroup::enter(&daemon.cgroup)?;
        Ok(command.spawn().with_context(|| format!("{}", daemon.program.display()))?.id())
    };
    let pid = match &daemon.namespace {
        Some(namespace) => in_namespace(namespace, spawn),
        None => in_thread(spawn),
    }?;
    let pid = i32::try_from(pid).expect("the kernel's process numbers are positive and small");
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let start = parse_stat(&stat).context("it ended at once")?;
    let record = serde_json::to_vec(&Record { pid, start })?;
    Ok(fs::write(record_file(layout, &daemon.name), record)?)
}

fn in_thread<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    thread::scope(|scope| scope.spawn(work).join().map_err(|_| anyhow!("the thread panicked"))?)
}

fn record_file(layout: &Layout, name: &str) -> PathBuf {
    layout.pids().join(format!("{name}.json"))
}

/// The start time in `/proc/PID/stat`; nothing for a process that has ended.
///
/// The program's name comes second, in parentheses, and may itself contain spaces and parentheses.
fn parse_stat(text: &str) -> Option<u64> {
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    // State is the third field, the number of threads the twentieth, the start time the
    // twenty-second.
    let threads: u32 = fields.nth(16)?.parse().ok()?;
    let start = fields.nth(1)?.parse().ok()?;
    // The first thread may have ended before the others, which hold the ports and files.
    let ended = matches!(state, "Z" | "X") && threads <= 1;
    (!ended).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_time_is_read_past_any_name() {
        let fields = "1 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 4711 99 98";
        assert_eq!(parse_stat(&format!("12 (a) b (c) S {fields}")), Some(4711));
        assert_eq!(parse_stat(&format!("12 (dead) Z {fields}")), None);
        let others = fields.replace(" 20 0 1 0", " 20 0 4 0");
        assert_eq!(parse_stat(&format!("12 (ending) Z {others}")), Some(4711));
        assert_eq!(parse_stat("12 (half) S 1 1"), None);
    }

    #[test]
    fn a_process_is_known_by_its_start_time_too() {
        let me = i32::try_from(std::process::id()).unwrap();
        let start = parse_stat(&fs::read_to_string("/proc/self/stat").unwrap()).unwrap();
        assert!(is_alive(&Record { pid: me, start }));
        assert!(!is_alive(&Record { pid: me, start: start + 1 }));
    }
}
