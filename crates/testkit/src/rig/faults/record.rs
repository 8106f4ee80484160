//! Faults written down, a file for each, so that they can be undone by another program.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{Direction, Fault, Limits, Mode, Side};
use crate::probe::clock::Moment;
use crate::rig::layout::Layout;
use crate::rig::slot;

/// A fault with the name it is written down under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// In order of time; also the name of what the fault leaves in the kernel.
    pub id: String,
    pub fault: Fault,
}

impl Recorded {
    /// Writes a fault down that is about to be made.
    pub(super) fn new(layout: &Layout, fault: Fault) -> Result<Self> {
        let recorded = Self { id: format!("{:012x}", Moment::now().0), fault };
        let path = recorded.path(layout);
        let draft = path.with_extension("new");
        fs::write(&draft, serde_json::to_vec_pretty(&recorded.fault)?)?;
        fs::rename(draft, path)?;
        Ok(recorded)
    }

    /// Forgets a fault that is undone.
    pub(super) fn strike_out(&self, layout: &Layout) -> Result<()> {
        match fs::remove_file(self.path(layout)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn path(&self, layout: &Layout) -> PathBuf {
        folder(layout).join(format!("{}.json", self.id))
    }
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.fault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Partition { node, from, direction } => {
                let from = match from {
                    Side::All => "everything",
                    Side::Api => "the control plane",
                    Side::Peers => "its peers",
                };
                let direction = match direction {
                    Direction::Both => "",
                    Direction::In => ", inward only",
                    Direction::Out => ", outward only",
                };
                write!(f, "{node} cut off from {from}{direction}")
            }
            Self::Lossy { node, percent } => write!(f, "{node} loses {percent} % of its packets"),
            Self::Slow { node, kilobits } => write!(f, "{node} at {kilobits} kbit/s"),
            Self::Crash { node } => write!(f, "{node} without power"),
            Self::Freeze { what, .. } => write!(f, "{what} frozen"),
            Self::Suspend { what, .. } => write!(f, "{what} suspended"),
            Self::Stop { daemon, mode: Mode::Freeze } => write!(f, "{daemon} frozen"),
            Self::Stop { daemon, mode: Mode::Kill } => write!(f, "{daemon} killed"),
            Self::Fill { volume } => write!(f, "{volume} full"),
            Self::SlowDisk { volume, limits: Limits { bytes, operations }, .. } => {
                write!(f, "{volume} slow:")?;
                bytes.iter().try_for_each(|bytes| write!(f, " {bytes} bytes/s"))?;
                operations.iter().try_for_each(|count| write!(f, " {count} operations/s"))
            }
        }
    }
}

/// Every fault that is written down, oldest first.
pub(super) fn all(layout: &Layout) -> Result<Vec<Recorded>> {
    let entries = match fs::read_dir(folder(layout)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let (Some(id), Some("json")) =
            (path.file_stem(), path.extension().and_then(|end| end.to_str()))
        else {
            continue;
        };
        let read = || anyhow::Ok(serde_json::from_slice(&fs::read(&path)?)?);
        let fault = read().with_context(|| format!("failed to read {}", path.display()))?;
        found.push(Recorded { id: id.to_string_lossy().into_owned(), fault });
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

/// Waits until nobody else makes or undoes a fault.
pub(super) fn lock(layout: &Layout) -> Result<File> {
    let folder = folder(layout);
    fs::create_dir_all(&folder)?;
    slot::lock(&folder.join("lock"))
}

fn folder(layout: &Layout) -> PathBuf {
    layout.state().join("faults")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::layout::{Cache, Node, Slot};

    #[test]
    fn what_is_written_down_is_found_again_in_order_and_struck_out() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(Cache::new(dir.path()), Slot::new(3).unwrap());
        assert_eq!(all(&layout).unwrap(), []);
        let _lock = lock(&layout).unwrap();
        let node = Node::new(1).unwrap();
        let first = Recorded::new(&layout, Fault::Crash { node }).unwrap();
        let from = Side::Api;
        let second = Fault::Partition { node, from, direction: Direction::In };
        let second = Recorded::new(&layout, second).unwrap();
        fs::write(folder(&layout).join("0.new"), "half a").unwrap();
        assert_eq!(all(&layout).unwrap(), [first.clone(), second.clone()]);
        first.strike_out(&layout).unwrap();
        first.strike_out(&layout).unwrap();
        assert_eq!(all(&layout).unwrap(), [second]);
    }
}
