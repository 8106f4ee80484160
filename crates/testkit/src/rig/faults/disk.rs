//! Faults of volumes: no space, and a slow disk.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use nix::errno::Errno;
use nix::fcntl::{FallocateFlags, fallocate};
use serde::{Deserialize, Serialize};

use super::processes::folders;
use crate::rig::layout::{Layout, Node};
use crate::rig::state::State;

const BLKIO: &str = "/sys/fs/cgroup/blkio";

/// What takes up the space.
const FILLER: &str = ".rig-fill";

/// A persistent volume of the rig; its text is its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Volume(String);

impl fmt::Display for Volume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Volume {
    /// Where it is mounted on this machine.
    #[must_use]
    pub fn path(&self, layout: &Layout) -> PathBuf {
        layout.volumes().join(&self.0)
    }
}

/// How slow a disk is, reading and writing each; nothing is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes in a second.
    pub bytes: Option<u64>,
    /// Operations in a second.
    pub operations: Option<u64>,
}

/// The volume of this name, or that of a claim `NAMESPACE/CLAIM` or `CLAIM`.
pub(super) fn find(layout: &Layout, state: &State, name: &str) -> Result<Volume> {
    let volume = Volume(name.to_owned());
    if !name.contains('/') && volume.path(layout).is_dir() {
        return Ok(volume);
    }
    let (namespace, claim) = name.split_once('/').unwrap_or(("default", name));
    let mut kubectl = crate::rig::kubectl(layout, &state.program);
    kubectl.args(["get", "persistentvolumeclaim", claim, "--namespace", namespace]);
    let output = kubectl.args(["--output", "jsonpath={.spec.volumeName}"]).output()?;
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    ensure!(output.status.success(), "no volume {name}, and no such claim: {said}");
    let volume = Volume(String::from_utf8(output.stdout)?);
    ensure!(!volume.0.is_empty(), "the claim {name} has no volume yet");
    ensure!(volume.path(layout).is_dir(), "{volume} is no volume of this rig");
    Ok(volume)
}

/// Takes all free space; the file says how much that was.
pub(super) fn fill(layout: &Layout, volume: &Volume) -> Result<()> {
    let mount = mounted(layout, volume)?;
    let file = fs::File::create(mount.join(FILLER))?;
    let mut end = 0;
    // In ever smaller pieces: how much exactly fits is known to the file system alone.
    let mut piece: i64 = 1 << 30;
    while piece >= 512 {
        match fallocate(&file, FallocateFlags::empty(), end, piece) {
            Ok(()) => end += piece,
            Err(Errno::ENOSPC) => piece /= 2,
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error).context("failed to allocate"),
        }
    }
    Ok(())
}

/// Undoes [`fill`].
pub(super) fn empty(layout: &Layout, volume: &Volume) -> Result<()> {
    match fs::remove_file(volume.path(layout).join(FILLER)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// The kernel's number of the disk behind a volume, `MAJOR:MINOR`.
pub(super) fn device(layout: &Layout, volume: &Volume) -> Result<String> {
    mounted(layout, volume)?;
    let image = layout.volumes().join(format!("{volume}.img"));
    for entry in fs::read_dir("/sys/block")?.flatten() {
        let file = fs::read_to_string(entry.path().join("loop/backing_file"));
        if file.is_ok_and(|file| Path::new(file.trim_end_matches('\n')) == image) {
            return Ok(fs::read_to_string(entry.path().join("dev"))?.trim().to_owned());
        }
    }
    Err(anyhow::anyhow!("no disk behind {}", image.display()))
}

/// Slows a disk down for everything that runs.
///
/// Version 1 of cgroups knows no inheritance here: each cgroup has its own limit, and what the
/// kernel writes back later by itself falls under that of the root.
pub(super) fn throttle(layout: &Layout, device: &str, limits: Limits) -> Result<()> {
    for folder in cgroups(layout)? {
        for (file, limit) in files(limits) {
            let Some(limit) = limit else { continue };
            match fs::write(folder.join(file), format!("{device} {limit}")) {
                // A pod may end at any time.
                Err(_) if !folder.exists() => {}
                other => other.with_context(|| format!("{}/{file}", folder.display()))?,
            }
        }
    }
    Ok(())
}

/// Undoes [`throttle`].
pub(super) fn unthrottle(layout: &Layout, device: &str) -> Result<()> {
    let none = Limits { bytes: Some(0), operations: Some(0) };
    for folder in cgroups(layout)? {
        for (file, _) in files(none) {
            match fs::write(folder.join(file), format!("{device} 0")) {
                Err(_) if !folder.exists() => {}
                // The disk has gone, and its limits with it.
                Err(error) if error.raw_os_error() == Some(Errno::ENODEV as i32) => {}
                other => other.with_context(|| format!("{}/{file}", folder.display()))?,
            }
        }
    }
    Ok(())
}

fn files(limits: Limits) -> [(&'static str, Option<u64>); 4] {
    [
        ("blkio.throttle.read_bps_device", limits.bytes),
        ("blkio.throttle.write_bps_device", limits.bytes),
        ("blkio.throttle.read_iops_device", limits.operations),
        ("blkio.throttle.write_iops_device", limits.operations),
    ]
}

/// The root cgroup, and those of all nodes and pods.
fn cgroups(layout: &Layout) -> Result<Vec<PathBuf>> {
    let mut found = vec![PathBuf::from(BLKIO)];
    for node in Node::first(crate::rig::layout::MAX_NODES) {
        found.extend(folders(&Path::new(BLKIO).join(layout.cgroup(node)))?);
    }
    Ok(found)
}

fn mounted(layout: &Layout, volume: &Volume) -> Result<PathBuf> {
    use std::os::unix::fs::MetadataExt;
    let path = volume.path(layout);
    let (here, above) = (fs::metadata(&path), fs::metadata(layout.volumes()));
    let here = here.with_context(|| format!("no volume {volume}"))?;
    // Otherwise the fault would hit the disk of this machine.
    ensure!(here.dev() != above?.dev(), "the volume {volume} is not mounted");
    Ok(path)
}
