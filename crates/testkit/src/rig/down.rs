//! Takes a rig down, whatever state it is in: it asks the kernel what is there, not a plan.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::mount::{MntFlags, umount2};

use super::layout::Layout;
use super::s3::S3;
use super::state::{Phase, State};
use super::{cgroup, network, process};

/// How long the kernel may take to end all processes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Ends everything of the rig and removes all traces of it from the machine.
///
/// The caller holds the rig's lock. Harmless when there is nothing, and when an earlier call was
/// cut off.
pub fn down(layout: &Layout) -> Result<()> {
    if let Some(state) = State::read(layout)? {
        State { phase: Phase::Stopping, ..state }.write(layout)?;
    }
    end_processes(layout)?;
    remove_shim_sockets(layout);
    S3::of(layout).remove_sockets();
    unmount_all(layout)?;
    detach_loops(layout)?;
    network::remove(layout)?;
    remove_cgroups(layout)?;
    remove_files(layout)
}

/// Everything of the rig that is still on the machine, one line each.
pub fn traces(layout: &Layout) -> Result<Vec<String>> {
    let mut found: Vec<String> = network::traces(layout)?;
    found.extend(cgroup::processes(layout)?.iter().map(|pid| format!("process {pid}")));
    found.extend(cgroup::all(layout)?.iter().map(|path| format!("cgroup {}", path.display())));
    found.extend(mounts(layout)?.iter().map(|path| format!("mount {}", path.display())));
    found.extend(loops(layout)?.iter().map(|path| format!("loop device {}", path.display())));
    let state = layout.state();
    if state.exists() {
        found.push(format!("folder {}", state.display()));
    }
    Ok(found)
}

/// All processes of a rig are in its cgroups, so nothing else is ever hit.
fn end_processes(layout: &Layout) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        cgroup::thaw(layout)?;
        let left = cgroup::processes(layout)?;
        if left.is_empty() {
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!("these processes do not end: {left:?}");
        }
        left.into_iter().for_each(process::kill_now);
        thread::sleep(Duration::from_millis(10));
    }
}

/// A killed shim leaves its socket in a folder that all containerds of the machine share; the
/// address of each is noted with its container.
fn remove_shim_sockets(layout: &Layout) {
    let Ok(nodes) = fs::read_dir(layout.state().join("nodes")) else { return };
    for node in nodes.flatten() {
        let tasks = node.path().join("run/io.containerd.runtime.v2.task/k8s.io");
        let Ok(tasks) = fs::read_dir(tasks) else { continue };
        for task in tasks.flatten() {
            if let Ok(address) = fs::read_to_string(task.path().join("address")) {
                let _ = fs::remove_file(address.trim().trim_start_matches("unix://"));
            }
        }
    }
}

fn unmount_all(layout: &Layout) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = mounts(layout)?;
        if left.is_empty() {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "these are still mounted: {left:?}");
        // The last mounted first: it may lie on another.
        for path in left.iter().rev() {
            if umount2(path, MntFlags::empty()).is_err() {
                // Whatever uses it is ending.
                let _ = umount2(path, MntFlags::MNT_DETACH);
            }
        }
    }
}

/// Everything mounted below the rig's folder, in the order it was mounted.
fn mounts(layout: &Layout) -> Result<Vec<PathBuf>> {
    let table = fs::read_to_string("/proc/self/mountinfo")?;
    let state = layout.state();
    let state = state.canonicalize().unwrap_or(state);
    Ok(mounted_below(&table, &state))
}

fn mounted_below(table: &str, folder: &Path) -> Vec<PathBuf> {
    let points = table.lines().filter_map(|line| line.split(' ').nth(4)).map(unescape);
    points.filter(|path| path.starts_with(folder)).collect()
}

/// The kernel writes blanks and backslashes of a path as three octal digits.
fn unescape(text: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) if *first == b'\\' => {
                bytes.push(byte);
                rest = &after[3..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

fn detach_loops(layout: &Layout) -> Result<()> {
    for device in loops(layout)? {
        let output = Command::new("losetup").arg("--detach").arg(&device).output()?;
        // One that detaches itself after its last use may have done so meanwhile.
        if !output.status.success() && loops(layout)?.contains(&device) {
            bail!("losetup: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
    }
    Ok(())
}

/// The loop devices whose files belong to the rig.
fn loops(layout: &Layout) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/sys/block").context("failed to list block devices")? {
        let entry = entry?;
        let Ok(file) = fs::read_to_string(entry.path().join("loop/backing_file")) else { continue };
        if Path::new(file.trim()).starts_with(layout.state()) {
            found.push(Path::new("/dev").join(entry.file_name()));
        }
    }
    Ok(found)
}

fn remove_cgroups(layout: &Layout) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        // A process that has ended may hold its cgroup for a moment.
        let left = cgroup::remove(layout)?;
        if left.is_empty() {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "these cgroups cannot be removed: {left:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

fn remove_files(layout: &Layout) -> Result<()> {
    remove_network_results(layout)?;
    // Never into a mount: its files may be somebody else's.
    let mounts = mounts(layout)?;
    ensure!(mounts.is_empty(), "these are still mounted: {mounts:?}");
    match fs::remove_dir_all(layout.state()) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("failed to remove {}", layout.state().display()))
        }
        _ => Ok(()),
    }
}

/// The network plugins note each pod in a folder of the machine; ours name a namespace of ours.
fn remove_network_results(layout: &Layout) -> Result<()> {
    let state = format!("{}/", layout.state().display());
    for entry in fs::read_dir("/var/lib/cni/results").into_iter().flatten().flatten() {
        if fs::read_to_string(entry.path()).is_ok_and(|text| text.contains(&state)) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_are_found_below_a_folder_and_not_beside_it() {
        let table = "\
22 1 254:0 / / rw shared:1 - ext4 /dev/vda rw
30 22 0:5 / /cache/state/1/nodes/1/run/netns/a rw shared:2 - nsfs nsfs rw
31 22 0:6 / /cache/state/10/volumes/b rw - xfs /dev/loop0 rw
32 22 0:7 / /cache/state/1/vol\\040ume\\134 rw - xfs /dev/loop1 rw";
        assert_eq!(
            mounted_below(table, Path::new("/cache/state/1")),
            [
                PathBuf::from("/cache/state/1/nodes/1/run/netns/a"),
                PathBuf::from("/cache/state/1/vol ume\\"),
            ]
        );
    }
}
