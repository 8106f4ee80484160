//! Finds a pod's cgroup without asking the API server, which may be what is broken.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result};

use super::processes;
use crate::rig::layout::{Layout, Node};

/// Where the kubelet puts pods, by their quality of service.
const QUALITIES: [&str; 3] = ["", "burstable/", "besteffort/"];

/// A pod's namespace and name; its text is `NAMESPACE/NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodName {
    pub namespace: String,
    pub name: String,
}

impl PodName {
    /// The pod of this name.
    #[must_use]
    pub fn new(namespace: &str, name: &str) -> Self {
        Self { namespace: namespace.to_owned(), name: name.to_owned() }
    }
}

impl fmt::Display for PodName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

impl FromStr for PodName {
    type Err = std::convert::Infallible;

    /// Reads `NAMESPACE/NAME`, or `NAME` in the namespace `default`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (namespace, name) = text.split_once('/').unwrap_or(("default", text));
        Ok(Self::new(namespace, name))
    }
}

/// A pod that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    pub node: Node,
    pub uid: String,
    /// Its cgroup, the same name in every controller.
    pub cgroup: String,
}

impl Pod {
    /// The file to enter the pod's network namespace by, while any process of it runs.
    pub fn namespace_path(&self) -> Result<PathBuf> {
        let pids = processes::members(&self.cgroup)?;
        let pid = pids.first().context("no process of the pod runs")?;
        Ok(PathBuf::from(format!("/proc/{pid}/ns/net")))
    }
}

/// Looks for the pod among the folders of logs that the kubelets made: `NAMESPACE_NAME_UID`.
pub(super) fn find(
    layout: &Layout,
    nodes: impl Iterator<Item = Node>,
    name: &PodName,
) -> Result<Pod> {
    for node in nodes {
        let Ok(logs) = fs::read_dir(layout.node_dir(node).join("pod-logs")) else { continue };
        for entry in logs.flatten() {
            let folder = entry.file_name().to_string_lossy().into_owned();
            let Some(uid) = uid(&folder, name) else { continue };
            for cgroup in cgroups(layout, node, uid) {
                // An earlier pod of that name has left its logs, but no cgroup.
                if Path::new(processes::FREEZER).join(&cgroup).exists() {
                    return Ok(Pod { node, uid: uid.to_owned(), cgroup });
                }
            }
        }
    }
    Err(anyhow::anyhow!("no pod {name} runs on any node"))
}

fn uid<'a>(folder: &'a str, name: &PodName) -> Option<&'a str> {
    let rest = folder.strip_prefix(&name.namespace)?.strip_prefix('_')?;
    rest.strip_prefix(&name.name)?.strip_prefix('_')
}

fn cgroups(layout: &Layout, node: Node, uid: &str) -> [String; 3] {
    let top = layout.cgroup(node);
    QUALITIES.map(|quality| format!("{top}/kubepods/{quality}pod{uid}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_logs_names_its_pod() {
        let cases = [
            ("default_a_1-2", "a", Some("1-2")),
            ("default_a_1-2", "default/a", Some("1-2")),
            ("default_ab_1-2", "a", None),
            ("other_a_1-2", "a", None),
            ("other_a_1-2", "other/a", Some("1-2")),
        ];
        for (folder, name, expected) in cases {
            assert_eq!(uid(folder, &name.parse().unwrap()), expected, "{name} in {folder}");
        }
    }
}
