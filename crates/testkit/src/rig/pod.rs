//! Pods of the rig as the machine sees them: processes in cgroups and in a network of their own.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use k8s_openapi::api::core::v1::Pod;
use kube::Api;

use super::layout::Layout;
use super::{Rig, cgroup};

/// The file to enter a running pod's network by.
///
/// # Errors
/// If there is no such pod, or nothing of it runs.
pub async fn network(rig: &Rig, namespace: &str, name: &str) -> Result<PathBuf> {
    let api: Api<Pod> = Api::namespaced(rig.client(), namespace);
    let uid = api.get(name).await?.metadata.uid.context("every object has a uid")?;
    let processes = processes(rig.layout(), &uid)?;
    let first = processes.first().with_context(|| format!("nothing of {namespace}/{name} runs"))?;
    Ok(PathBuf::from(format!("/proc/{first}/ns/net")))
}

/// The processes of the pod with this uid, on whatever node, the sandbox's too.
///
/// # Errors
/// If the cgroups cannot be read.
pub fn processes(layout: &Layout, uid: &str) -> Result<Vec<i32>> {
    let folder = format!("pod{uid}");
    let inside = cgroup::all(layout)?
        .into_iter()
        .filter(|path| path.components().any(|part| part.as_os_str() == folder.as_str()));
    // A cgroup that is gone by now has no processes.
    let lists = inside.filter_map(|path| fs::read_to_string(path.join("cgroup.procs")).ok());
    let mut found: Vec<i32> =
        lists.flat_map(|list| list.lines().map(str::parse).collect::<Vec<_>>()).flatten().collect();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
