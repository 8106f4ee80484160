//! What of a rig runs, and what it costs.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use super::layout::Layout;
use super::{logs, process};

/// A rig at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub daemons: Vec<DaemonStatus>,
    /// Bytes of all processes, pods included, without the page cache.
    pub memory: u64,
    /// Processor time of all processes since they were started.
    pub cpu: Duration,
}

/// One daemon of a rig.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaemonStatus {
    pub name: String,
    pub runs: bool,
}

/// Looks at the rig's processes and cgroups.
pub fn status(layout: &Layout) -> Result<Status> {
    let mut status = Status { daemons: Vec::new(), memory: 0, cpu: Duration::ZERO };
    for name in logs::names(layout)? {
        let runs = process::running(layout, &name)?.is_some();
        status.daemons.push(DaemonStatus { name, runs });
    }
    let nodes = super::layout::Node::first(super::layout::MAX_NODES);
    let names = nodes.map(|node| layout.cgroup(node)).chain([layout.control_cgroup()]);
    for name in names {
        let root = Path::new("/sys/fs/cgroup");
        let (cpu, memory) = (root.join("cpuacct").join(&name), root.join("memory").join(&name));
        if !cpu.exists() {
            continue;
        }
        let nanoseconds = fs::read_to_string(cpu.join("cpuacct.usage"))?;
        status.cpu += Duration::from_nanos(nanoseconds.trim().parse()?);
        let counters = fs::read_to_string(memory.join("memory.stat"))?;
        status.memory += resident(&counters).context("memory.stat has no total_rss")?;
    }
    Ok(status)
}

/// The memory of a cgroup and all below, without caches.
fn resident(counters: &str) -> Option<u64> {
    counters.lines().find_map(|line| line.strip_prefix("total_rss ")?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inner_cgroups_count_too() {
        let counters = "cache 5\nrss 100\nrss_huge 7\ntotal_cache 9\ntotal_rss 300\n";
        assert_eq!(resident(counters), Some(300));
        assert_eq!(resident("rss 100\n"), None);
    }
}
