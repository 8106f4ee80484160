//! What is remembered of a rig while it exists: a small file in its state folder.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::layout::{Layout, Node};

/// How far the last `up` or `down` came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// An `up` has not ended, or never will.
    Starting,
    Running,
    /// A `down` has not ended, or never will.
    Stopping,
}

/// A rig as the last command left it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub phase: Phase,
    /// Of the boot in which it was started: none of it survives another.
    pub boot: String,
    /// How many nodes it has; none if only the API server runs.
    pub nodes: u8,
    pub node_monitor_grace: Duration,
    /// The program all components were last started from.
    pub program: PathBuf,
}

impl State {
    /// The nodes of the rig.
    pub fn nodes(&self) -> impl Iterator<Item = Node> + Clone + use<> {
        Node::first(self.nodes)
    }

    /// What stands in the rig's file, if there is one that can be read.
    pub fn read(layout: &Layout) -> Result<Option<Self>> {
        match fs::read(file(layout)) {
            Ok(text) => Ok(serde_json::from_slice(&text).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context("failed to read the state of the rig"),
        }
    }

    /// Writes the rig's file: the old one or the new one, never a part.
    pub fn write(&self, layout: &Layout) -> Result<()> {
        fs::create_dir_all(layout.state())?;
        let draft = layout.state().join("rig.json.new");
        fs::write(&draft, serde_json::to_vec_pretty(self)?)?;
        Ok(fs::rename(draft, file(layout))?)
    }
}

/// Names the present boot of this machine.
pub fn boot() -> Result<String> {
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id")?;
    Ok(text.trim().to_owned())
}

fn file(layout: &Layout) -> PathBuf {
    layout.state().join("rig.json")
}
