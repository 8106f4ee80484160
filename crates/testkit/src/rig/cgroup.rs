//! The cgroups of a rig: each of its processes is born in one, so none can be lost.
//!
//! Cgroup v1, with one folder of the same name in every controller. A rig's processes are found
//! by asking the kernel who is in its cgroups, whatever became of the program that started them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::layout::{CONTROLLERS, Layout};

const ROOT: &str = "/sys/fs/cgroup";

/// The hierarchy of version 2 beside the controllers: the kubelet makes cgroups there, too.
const UNIFIED: &str = "unified";

/// Creates a cgroup in every controller, ready to take processes.
pub fn create(name: &str) -> Result<()> {
    ensure!(
        Path::new(ROOT).join("freezer").exists(),
        "the rig needs cgroup v1: boot with systemd.unified_cgroup_hierarchy=0"
    );
    for controller in CONTROLLERS {
        let parent = Path::new(ROOT).join(controller);
        let folder = parent.join(name);
        fs::create_dir_all(&folder)
            .with_context(|| format!("failed to create the cgroup {}", folder.display()))?;
        if controller == "cpuset" {
            for file in ["cpuset.cpus", "cpuset.mems"] {
                fs::write(folder.join(file), fs::read(parent.join(file))?)?;
            }
        }
    }
    Ok(())
}

/// Moves the calling thread, so that what it starts is born in the cgroup.
pub fn enter(name: &str) -> Result<()> {
    for controller in CONTROLLERS {
        let tasks = Path::new(ROOT).join(controller).join(name).join("tasks");
        fs::write(&tasks, "0")
            .with_context(|| format!("failed to enter the cgroup {}", tasks.display()))?;
    }
    Ok(())
}

/// Every process in any cgroup of the rig.
pub fn processes(layout: &Layout) -> Result<BTreeSet<i32>> {
    let mut found = BTreeSet::new();
    for folder in all(layout)? {
        match fs::read_to_string(folder.join("cgroup.procs")) {
            Ok(text) => found.extend(text.lines().filter_map(|line| line.parse::<i32>().ok())),
            Err(error) if is_gone(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(found)
}

/// Lets frozen processes go on: a frozen one would not die.
pub fn thaw(layout: &Layout) -> Result<()> {
    for folder in all(layout)? {
        let state = folder.join("freezer.state");
        if state.exists() {
            // It may vanish at any time, which is as good.
            let _ = fs::write(state, "THAWED");
        }
    }
    Ok(())
}

/// Removes all cgroups of the rig that are empty; returns those that are not.
pub fn remove(layout: &Layout) -> Result<Vec<PathBuf>> {
    let mut left = Vec::new();
    for folder in all(layout)?.into_iter().rev() {
        match fs::remove_dir(&folder) {
            Ok(()) => {}
            Err(error) if is_gone(&error) => {}
            Err(_) => left.push(folder),
        }
    }
    Ok(left)
}

/// Every cgroup folder of the rig in every hierarchy, outer before inner.
pub fn all(layout: &Layout) -> Result<Vec<PathBuf>> {
    let start = format!("{}-", layout.prefix());
    let mut found = Vec::new();
    for controller in CONTROLLERS.into_iter().chain([UNIFIED]) {
        for folder in folders(&Path::new(ROOT).join(controller))? {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with(&start) {
                collect(folder, &mut found)?;
            }
        }
    }
    Ok(found)
}

fn collect(folder: PathBuf, found: &mut Vec<PathBuf>) -> Result<()> {
    let inner = folders(&folder)?;
    found.push(folder);
    inner.into_iter().try_for_each(|folder| collect(folder, found))
}

fn folders(parent: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(parent) {
        Ok(entries) => entries,
        Err(error) if is_gone(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// A cgroup may vanish between being listed and being read (`ENODEV` inside an open one).
fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(nix::libc::ENODEV)
}
