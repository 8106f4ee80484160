//! `cargo xtask rig fault ...` and `cargo xtask rig heal`: break parts of the rig, and mend them.

use anyhow::{Context, Result, bail, ensure};
use clap::{Subcommand, ValueEnum};
use testkit::rig;
use testkit::rig::faults::{Direction, Faults, Injected, Limits, Mode, PodName, Side};
use testkit::rig::layout::Node;

use crate::tree::report;

/// Break a part of the rig; it stays broken until `rig heal`
#[derive(Debug, Subcommand)]
pub enum FaultCommand {
    /// Cut a node off: its packets vanish
    Partition {
        node: Node,
        /// From what
        #[arg(long, value_enum, default_value_t = SideArg::All)]
        from: SideArg,
        /// Only packets that come to the node, or only those that it sends
        #[arg(long, value_enum, default_value_t = DirectionArg::Both)]
        direction: DirectionArg,
    },
    /// Lose packets of a node, in both directions
    Lossy {
        node: Node,
        /// Of a hundred packets, how many (`10%`)
        #[arg(long, value_parser = percent)]
        loss: u8,
        /// Refused: the kernel cannot delay packets without netem, which it does not have
        #[arg(long)]
        delay: Option<String>,
    },
    /// Narrow a node's cable, in both directions
    Slow {
        node: Node,
        /// Kilobits in a second
        #[arg(long)]
        rate: u32,
    },
    /// Take a node's power: all its processes are gone at once, and its cable is dead
    Crash { node: Node },
    /// Stop the time for a pod, or for a whole node with all its pods
    Freeze {
        /// `NAMESPACE/POD`, `POD` in the namespace default, or a node
        what: String,
    },
    /// Send a signal to a process in a pod; its children of the same name are spared
    Kill {
        /// `NAMESPACE/POD`, or `POD` in the namespace default
        pod: PodName,
        /// Its name, as `postgres` or `manager`
        process: String,
        /// As `KILL`, `TERM` or `STOP`; STOP is undone by `rig heal`
        #[arg(default_value = "KILL")]
        signal: String,
    },
    /// Fill a volume to the last byte
    Fill {
        /// A volume, or a claim as `NAMESPACE/CLAIM` or `CLAIM`
        volume: String,
    },
    /// Slow a volume's disk down
    SlowDisk {
        /// A volume, or a claim as `NAMESPACE/CLAIM` or `CLAIM`
        volume: String,
        /// Bytes in a second, reading and writing each
        #[arg(long, required_unless_present = "iops")]
        bps: Option<u64>,
        /// Operations in a second, reading and writing each
        #[arg(long)]
        iops: Option<u64>,
    },
    /// Stop a daemon of the rig
    Stop {
        /// `apiserver`, `etcd`, or any other by the name of its log
        daemon: String,
        /// How
        #[arg(long, value_enum, default_value_t = ModeArg::Freeze)]
        mode: ModeArg,
    },
    /// What is broken now
    List,
}

/// What a node is cut off from
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SideArg {
    All,
    /// The control plane; names and S3 stay
    Api,
    /// The other nodes and their pods
    Peers,
}

/// Which packets vanish
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DirectionArg {
    Both,
    In,
    Out,
}

/// How a daemon is stopped
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModeArg {
    /// It takes connections and never answers
    Freeze,
    /// It is gone
    Kill,
}

/// Breaks something.
pub fn run(command: FaultCommand) -> Result<()> {
    let faults = faults()?;
    match command {
        FaultCommand::Partition { node, from, direction } => {
            keep(faults.partition(node, from.into(), direction.into())?)
        }
        FaultCommand::Lossy { node, loss, delay } => {
            ensure!(delay.is_none(), "this kernel has no netem: packets can be lost, not delayed");
            keep(faults.lossy(node, loss)?)
        }
        FaultCommand::Slow { node, rate } => keep(faults.slow(node, rate)?),
        FaultCommand::Crash { node } => keep(faults.crash(node)?),
        FaultCommand::Freeze { what } => match what.parse::<Node>() {
            Ok(node) => keep(faults.freeze_node(node)?),
            Err(_) => keep(faults.freeze_pod(&what.parse()?)?),
        },
        FaultCommand::Kill { pod, process, signal } => kill(&faults, &pod, &process, &signal)?,
        FaultCommand::Fill { volume } => keep(faults.fill(&faults.volume(&volume)?)?),
        FaultCommand::SlowDisk { volume, bps, iops } => {
            let limits = Limits { bytes: bps, operations: iops };
            keep(faults.slow_disk(&faults.volume(&volume)?, limits)?);
        }
        FaultCommand::Stop { daemon, mode } => keep(faults.stop(&daemon, mode.into())?),
        FaultCommand::List => {
            faults.active()?.iter().for_each(|fault| report(format_args!("{fault}")));
        }
    }
    Ok(())
}

/// Undoes one fault, or all.
pub fn heal(id: Option<&str>) -> Result<()> {
    let faults = faults()?;
    let healed = match id.filter(|id| *id != "all") {
        None => faults.heal_all()?,
        Some(id) => {
            let active = faults.active()?;
            let found = active.into_iter().find(|fault| fault.id == id);
            let fault = found.with_context(|| format!("no fault {id}: see rig fault list"))?;
            faults.heal(&fault)?;
            vec![fault]
        }
    };
    healed.iter().for_each(|fault| report(format_args!("healed  {fault}")));
    Ok(())
}

fn kill(faults: &Faults, pod: &PodName, process: &str, name: &str) -> Result<()> {
    let upper = name.to_uppercase();
    let full = if upper.starts_with("SIG") { upper } else { format!("SIG{upper}") };
    let Ok(signal) = full.parse() else { bail!("{name} is no signal") };
    if full == "SIGSTOP" {
        keep(faults.suspend(pod, process)?);
        return Ok(());
    }
    for pid in faults.kill(pod, process, signal)? {
        report(format_args!("{full} to {process} {pid} in pod {pod}"));
    }
    Ok(())
}

fn keep(fault: Injected) {
    report(format_args!("broken  {}", fault.keep()));
}

fn faults() -> Result<Faults> {
    let (layout, state) = rig::running()?;
    Ok(Faults::new(layout, state))
}

fn percent(text: &str) -> Result<u8, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse();
    number.ok().filter(|percent| *percent <= 100).ok_or_else(|| "not a whole percentage".into())
}

impl From<SideArg> for Side {
    fn from(side: SideArg) -> Self {
        match side {
            SideArg::All => Self::All,
            SideArg::Api => Self::Api,
            SideArg::Peers => Self::Peers,
        }
    }
}

impl From<DirectionArg> for Direction {
    fn from(direction: DirectionArg) -> Self {
        match direction {
            DirectionArg::Both => Self::Both,
            DirectionArg::In => Self::In,
            DirectionArg::Out => Self::Out,
        }
    }
}

impl From<ModeArg> for Mode {
    fn from(mode: ModeArg) -> Self {
        match mode {
            ModeArg::Freeze => Self::Freeze,
            ModeArg::Kill => Self::Kill,
        }
    }
}
