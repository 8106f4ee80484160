//! Faults of processes: found by their cgroup, known by number and start time.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::rig::layout::{Layout, Node};
use crate::rig::process::{self, Record};

/// The controller that stops the time; every process of a rig is in it.
pub(super) const FREEZER: &str = "/sys/fs/cgroup/freezer";

/// How long the kernel may take to freeze a cgroup, or to end its processes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Stops the time in a cgroup and all below it.
pub(super) fn freeze(cgroup: &str) -> Result<()> {
    let file = state_file(cgroup);
    let deadline = Instant::now() + PATIENCE;
    loop {
        // Again each time: a process that was just born may have been missed.
        fs::write(&file, "FROZEN").with_context(|| format!("no cgroup {}", file.display()))?;
        if fs::read_to_string(&file)?.trim() == "FROZEN" {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "not frozen within {PATIENCE:?}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Lets the time go on in a cgroup, if it is still there.
pub(super) fn thaw(cgroup: &str) -> Result<()> {
    match fs::write(state_file(cgroup), "THAWED") {
        Err(error) if !is_gone(&error) => Err(error.into()),
        _ => Ok(()),
    }
}

/// Ends all processes of a node at once: none lives to see another end.
pub(super) fn kill_all(layout: &Layout, node: Node) -> Result<()> {
    let cgroup = layout.cgroup(node);
    // What does not freeze, waiting for a disk, is killed all the same.
    let _ = freeze(&cgroup);
    let deadline = Instant::now() + PATIENCE;
    loop {
        members(&cgroup)?.into_iter().for_each(process::kill_now);
        // Frozen processes do not die, also those frozen by an earlier fault.
        let inner = folders(&Path::new(FREEZER).join(&cgroup))?;
        inner.iter().for_each(|folder| drop(fs::write(folder.join("freezer.state"), "THAWED")));
        let left = members(&cgroup)?;
        if left.is_empty() {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "these processes do not end: {left:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The processes of this name in a cgroup whose parent has another name.
pub(super) fn named(cgroup: &str, name: &str) -> Result<Vec<Record>> {
    let all: Vec<_> = members(cgroup)?.into_iter().filter_map(Process::read).collect();
    Ok(heads(&all, name))
}

/// Sends a signal, unless the process has ended.
pub(super) fn signal(record: &Record, signal: Signal) -> Result<()> {
    if !process::is_alive(record) {
        return Ok(());
    }
    match kill(Pid::from_raw(record.pid), signal) {
        Ok(()) | Err(Errno::ESRCH) => Ok(()),
        Err(error) => Err(error).with_context(|| format!("failed to signal {}", record.pid)),
    }
}

/// Every process in a cgroup and all below it.
pub(super) fn members(cgroup: &str) -> Result<BTreeSet<i32>> {
    let mut found = BTreeSet::new();
    for folder in folders(&Path::new(FREEZER).join(cgroup))? {
        match fs::read_to_string(folder.join("cgroup.procs")) {
            Ok(text) => found.extend(text.lines().filter_map(|line| line.parse::<i32>().ok())),
            Err(error) if is_gone(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    // Those of other namespaces show as 0, which would mean ourselves.
    found.remove(&0);
    Ok(found)
}

/// A folder and all below it, inner before outer.
pub(super) fn folders(top: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(top) {
        Ok(entries) => entries,
        Err(error) if is_gone(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(folders(&entry.path())?);
        }
    }
    found.push(top.to_owned());
    Ok(found)
}

/// What the kernel tells of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    record: Record,
    parent: i32,
    name: String,
}

impl Process {
    fn read(pid: i32) -> Option<Self> {
        Self::parse(pid, &fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// Reads `/proc/PID/stat`, whose second field is a name that may hold anything.
    fn parse(pid: i32, stat: &str) -> Option<Self> {
        let (head, rest) = stat.rsplit_once(')')?;
        let (_, name) = head.split_once('(')?;
        let fields: Vec<_> = rest.split_whitespace().collect();
        // State is the third field, the parent the fourth, the start time the twenty-second.
        let (parent, start) = (fields.get(1)?.parse().ok()?, fields.get(19)?.parse().ok()?);
        Some(Self { record: Record { pid, start }, parent, name: name.to_owned() })
    }
}

fn heads(all: &[Process], name: &str) -> Vec<Record> {
    let same: Vec<_> = all.iter().filter(|one| one.name == name).collect();
    let is_same = |pid: i32| same.iter().any(|one| one.record.pid == pid);
    same.iter().filter(|one| !is_same(one.parent)).map(|one| one.record.clone()).collect()
}

fn state_file(cgroup: &str) -> PathBuf {
    Path::new(FREEZER).join(cgroup).join("freezer.state")
}

fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(Errno::ENODEV as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postmaster_is_the_one_no_other_postgres_is_parent_of() {
        let process = |pid, name: &str, parent| {
            let numbers = "1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 77 5 6";
            Process::parse(pid, &format!("{pid} ({name}) S {parent} {numbers}")).unwrap()
        };
        let all = [
            process(1, "manager", 0),
            process(20, "postgres", 1),
            process(21, "postgres", 20),
            process(22, "postgres", 20),
            process(30, "odd) name", 1),
        ];
        let pids = |name| heads(&all, name).iter().map(|one| one.pid).collect::<Vec<_>>();
        assert_eq!(pids("postgres"), [20]);
        assert_eq!(pids("manager"), [1]);
        assert_eq!(pids("odd) name"), [30]);
        assert_eq!(pids("none"), [0; 0]);
        assert_eq!(all[0].record.start, 77);
    }
}
