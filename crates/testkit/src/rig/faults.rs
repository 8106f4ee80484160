//! Breaks parts of a running rig on purpose, and makes them whole again.
//!
//! A fault is written down *before* anything is done, and struck out *after* it is undone. So
//! [`Faults::heal_all`] undoes it also when the program that made it was killed at any moment in
//! between; undoing what was never done is harmless. A fault that a test holds as [`Injected`] is
//! undone when that value goes, whatever becomes of the test.
//!
//! No fault here needs the API server: each works while others last.

use std::io::Write;

use anyhow::{Context, Result, bail, ensure};
pub use nix::sys::signal::Signal;
use serde::{Deserialize, Serialize};

use super::Rig;
use super::layout::{Layout, Node};
use super::process::Record;
use super::state::State;
use super::up;

mod daemon;
mod disk;
mod pod;
mod processes;
mod record;
mod wire;

pub use disk::{Limits, Volume};
pub use pod::{Pod, PodName};
pub use record::Recorded;

/// One thing that is broken, with all that is needed to undo it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "kebab-case")]
pub enum Fault {
    /// A node's packets from and to that side vanish.
    Partition { node: Node, from: Side, direction: Direction },
    /// Of each hundred packets of a node so many vanish, in each direction.
    Lossy { node: Node, percent: u8 },
    /// A node's cable carries only so much, in each direction.
    Slow { node: Node, kilobits: u32 },
    /// A node without power.
    Crash { node: Node },
    /// Everything in a cgroup stands still.
    Freeze { what: String, cgroup: String },
    /// These processes stand still.
    Suspend { what: String, processes: Vec<Record> },
    /// A daemon of the rig does not work.
    Stop { daemon: String, mode: Mode },
    /// No byte fits on the volume any more.
    Fill { volume: Volume },
    /// The volume's disk is slow.
    SlowDisk { volume: Volume, device: String, limits: Limits },
}

/// What a node is cut off from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Everything.
    All,
    /// The control plane; names and S3, which only happen to live beside it here, stay.
    Api,
    /// The other nodes and their pods.
    Peers,
}

/// Which packets of a node vanish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    Both,
    /// Those that come to it.
    In,
    /// Those that it sends.
    Out,
}

/// In which way a daemon does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It takes connections and never answers.
    Freeze,
    /// It is gone; its port refuses.
    Kill,
}

impl Rig {
    /// What can be broken in this rig.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults::new(self.layout.clone(), self.state.clone())
    }
}

/// The faults of one rig.
#[derive(Debug, Clone)]
pub struct Faults {
    layout: Layout,
    state: State,
}

impl Faults {
    /// The faults of the rig with this layout and state.
    #[must_use]
    pub fn new(layout: Layout, state: State) -> Self {
        Self { layout, state }
    }

    /// Cuts a node off.
    pub fn partition(&self, node: Node, from: Side, direction: Direction) -> Result<Injected> {
        self.inject(Fault::Partition { node: self.known(node)?, from, direction })
    }

    /// Loses packets of a node.
    pub fn lossy(&self, node: Node, percent: u8) -> Result<Injected> {
        ensure!((1..=100).contains(&percent), "{percent} % of all packets cannot be lost");
        self.inject(Fault::Lossy { node: self.known(node)?, percent })
    }

    /// Narrows a node's cable.
    pub fn slow(&self, node: Node, kilobits: u32) -> Result<Injected> {
        ensure!(kilobits >= 8, "{kilobits} kbit/s is not even one packet a second");
        self.inject(Fault::Slow { node: self.known(node)?, kilobits })
    }

    /// Takes a node's power: all at once its cable is dead and all its processes are gone.
    ///
    /// What was written and not synced stays, unlike after a real loss of power. Undoing it
    /// starts the node; its pods come back when the kubelet has started them again.
    pub fn crash(&self, node: Node) -> Result<Injected> {
        self.inject(Fault::Crash { node: self.known(node)? })
    }

    /// Stops the time for all processes of a pod.
    pub fn freeze_pod(&self, name: &PodName) -> Result<Injected> {
        let cgroup = self.pod(name)?.cgroup;
        self.inject(Fault::Freeze { what: format!("pod {name}"), cgroup })
    }

    /// Stops the time for all processes of a node and its pods; its network stack lives on.
    pub fn freeze_node(&self, node: Node) -> Result<Injected> {
        let (what, cgroup) = (node.to_string(), self.layout.cgroup(self.known(node)?));
        self.inject(Fault::Freeze { what, cgroup })
    }

    /// Sends a signal to the processes of this name in a pod, but not to their children of the
    /// same name: `postgres` means the postmaster. Returns who got it.
    pub fn kill(&self, pod: &PodName, process: &str, signal: Signal) -> Result<Vec<i32>> {
        ensure!(signal != Signal::SIGSTOP, "use suspend, which can be undone");
        let found = processes::named(&self.pod(pod)?.cgroup, process)?;
        ensure!(!found.is_empty(), "no process {process} in pod {pod}");
        for record in &found {
            processes::signal(record, signal)?;
        }
        Ok(found.iter().map(|record| record.pid).collect())
    }

    /// Stops the time for the processes of this name in a pod, as by SIGSTOP.
    pub fn suspend(&self, pod: &PodName, process: &str) -> Result<Injected> {
        let processes = processes::named(&self.pod(pod)?.cgroup, process)?;
        ensure!(!processes.is_empty(), "no process {process} in pod {pod}");
        self.inject(Fault::Suspend { what: format!("{process} in pod {pod}"), processes })
    }

    /// Stops a daemon: `apiserver`, `etcd`, `kubelet-node1`, or any other by the name of its log.
    pub fn stop(&self, daemon: &str, mode: Mode) -> Result<Injected> {
        let daemon = daemon::find(&self.layout, &self.state, daemon)?.name;
        self.inject(Fault::Stop { daemon, mode })
    }

    /// Fills a volume to the last byte.
    pub fn fill(&self, volume: &Volume) -> Result<Injected> {
        self.inject(Fault::Fill { volume: volume.clone() })
    }

    /// Slows a volume's disk down for all that runs now; what is started later is not slowed.
    pub fn slow_disk(&self, volume: &Volume, limits: Limits) -> Result<Injected> {
        ensure!(limits != Limits::default(), "no limit given");
        let device = disk::device(&self.layout, volume)?;
        self.inject(Fault::SlowDisk { volume: volume.clone(), device, limits })
    }

    /// The pod, if it runs on any node of the rig.
    pub fn pod(&self, name: &PodName) -> Result<Pod> {
        pod::find(&self.layout, self.state.nodes(), name)
    }

    /// The volume of this name, or that of a claim `NAMESPACE/CLAIM` or `CLAIM`.
    pub fn volume(&self, name: &str) -> Result<Volume> {
        disk::find(&self.layout, &self.state, name)
    }

    /// Every fault that is written down, oldest first.
    pub fn active(&self) -> Result<Vec<Recorded>> {
        record::all(&self.layout)
    }

    /// Undoes every fault, newest first, whoever made it; returns what was undone.
    ///
    /// # Errors
    /// Tells everything that could not be undone, after all the rest is.
    pub fn heal_all(&self) -> Result<Vec<Recorded>> {
        let mut healed = Vec::new();
        let mut failures = Vec::new();
        for recorded in record::all(&self.layout)?.into_iter().rev() {
            match self.heal(&recorded) {
                Ok(()) => healed.push(recorded),
                Err(error) => failures.push(format!("{error:#}")),
            }
        }
        ensure!(failures.is_empty(), "{}", failures.join("; "));
        Ok(healed)
    }

    /// Undoes one fault.
    pub fn heal(&self, recorded: &Recorded) -> Result<()> {
        let _lock = record::lock(&self.layout)?;
        self.undo(recorded)
    }

    fn inject(&self, fault: Fault) -> Result<Injected> {
        let _lock = record::lock(&self.layout)?;
        if let Some(place) = fault.place() {
            for active in record::all(&self.layout)? {
                if active.fault.place().as_ref() == Some(&place) {
                    bail!("{place} is broken already: {active}");
                }
            }
        }
        let recorded = Recorded::new(&self.layout, fault)?;
        if let Err(error) = self.apply(&recorded) {
            let error = error.context(format!("failed to inject: {recorded}"));
            return Err(match self.undo(&recorded) {
                Ok(()) => error,
                Err(undoing) => error.context(format!("and failed to undo it: {undoing:#}")),
            });
        }
        Ok(Injected { faults: self.clone(), recorded, heals: true })
    }

    fn apply(&self, Recorded { id, fault }: &Recorded) -> Result<()> {
        let layout = &self.layout;
        match fault {
            Fault::Partition { node, from, direction } => {
                wire::cut(layout, id, *node, *from, *direction)
            }
            Fault::Lossy { node, percent } => wire::lose(layout, id, *node, *percent),
            Fault::Slow { node, kilobits } => wire::narrow(layout, *node, *kilobits),
            Fault::Crash { node } => {
                // Nobody must hear of it: an ending process would take leave of its peers.
                wire::cut(layout, id, *node, Side::All, Direction::Both)?;
                processes::kill_all(layout, *node)
            }
            Fault::Freeze { cgroup, .. } => processes::freeze(cgroup),
            Fault::Suspend { processes, .. } => {
                processes.iter().try_for_each(|one| processes::signal(one, Signal::SIGSTOP))
            }
            Fault::Stop { daemon, mode } => daemon::stop(layout, daemon, *mode),
            Fault::Fill { volume } => disk::fill(layout, volume),
            Fault::SlowDisk { device, limits, .. } => disk::throttle(layout, device, *limits),
        }
    }

    /// Undoes and strikes out.
    fn undo(&self, recorded: &Recorded) -> Result<()> {
        let Recorded { id, fault } = recorded;
        let layout = &self.layout;
        let undone = match fault {
            Fault::Partition { node, .. } | Fault::Lossy { node, .. } => {
                wire::mend(layout, id, *node)
            }
            Fault::Slow { node, .. } => wire::widen(layout, *node),
            Fault::Crash { node } => wire::mend(layout, id, *node)
                .and_then(|()| up::start_node(layout, &self.state, *node)),
            Fault::Freeze { cgroup, .. } => processes::thaw(cgroup),
            Fault::Suspend { processes, .. } => {
                processes.iter().try_for_each(|one| processes::signal(one, Signal::SIGCONT))
            }
            Fault::Stop { daemon, .. } => daemon::start(layout, &self.state, daemon),
            Fault::Fill { volume } => disk::empty(layout, volume),
            Fault::SlowDisk { device, .. } => disk::unthrottle(layout, device),
        };
        undone.with_context(|| format!("failed to undo: {recorded}"))?;
        recorded.strike_out(layout)
    }

    fn known(&self, node: Node) -> Result<Node> {
        ensure!(self.state.nodes().any(|there| there == node), "the rig has no {node}");
        Ok(node)
    }
}

impl Fault {
    /// What can be broken only once at a time; nothing for faults that add up.
    fn place(&self) -> Option<String> {
        match self {
            Self::Partition { .. } | Self::Lossy { .. } | Self::Suspend { .. } => None,
            Self::Slow { node, .. } => Some(format!("the cable of {node}")),
            Self::Crash { node } => Some(node.to_string()),
            Self::Freeze { what, .. } => Some(what.clone()),
            Self::Stop { daemon, .. } => Some(daemon.clone()),
            Self::Fill { volume } => Some(format!("the space of {volume}")),
            Self::SlowDisk { volume, .. } => Some(format!("the disk of {volume}")),
        }
    }
}

/// A fault that lasts as long as this value.
#[derive(Debug)]
#[must_use = "the fault is undone when this goes"]
pub struct Injected {
    faults: Faults,
    recorded: Recorded,
    heals: bool,
}

impl Injected {
    /// What is broken.
    #[must_use]
    pub fn recorded(&self) -> &Recorded {
        &self.recorded
    }

    /// Undoes it.
    pub fn heal(mut self) -> Result<()> {
        self.heals = false;
        self.faults.heal(&self.recorded)
    }

    /// Leaves it to a later [`Faults::heal_all`].
    pub fn keep(mut self) -> Recorded {
        self.heals = false;
        self.recorded.clone()
    }
}

impl Drop for Injected {
    fn drop(&mut self) {
        if self.heals
            && let Err(error) = self.faults.heal(&self.recorded)
        {
            // It stays written down; nobody may be reading this.
            let _ = writeln!(std::io::stderr(), "{error:#}");
        }
    }
}
