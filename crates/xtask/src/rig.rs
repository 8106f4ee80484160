//! `cargo xtask rig ...`: the rig from the command line.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Subcommand;
use testkit::rig::faults::Faults;
use testkit::rig::layout::Node;
use testkit::rig::load::{self, Ware};
use testkit::rig::progress::Progress;
use testkit::rig::{self, Options, Rig, cgroup, logs, process, status};

use crate::tree::{report, runtime};

pub mod faults;
mod images;
mod operator_kills;
mod soak;

/// A real Kubernetes on this machine
#[derive(Debug, Subcommand)]
pub enum RigCommand {
    /// Bring the rig up, or what is missing of it
    Up(UpArgs),
    /// Take the rig down; nothing of it stays
    Down,
    /// What runs, and what it costs
    Status,
    /// Run kubectl on the rig; everything after the word is kubectl's
    #[command(disable_help_flag = true)]
    Kubectl {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// What the images are made of, and how that differs from the record
    Images(images::ImagesArgs),
    /// Bring an image onto all nodes: `manager`, a recipe of tests/rig/images, or an archive
    Load { ware: Ware },
    /// Show the log of a component; without one, the components that have a log
    Logs {
        component: Option<String>,
        /// Go on showing what is added
        #[arg(short, long)]
        follow: bool,
        /// How many lines from the end to start with
        #[arg(short = 'n', long, default_value_t = 100)]
        lines: usize,
    },
    /// A shell in a node's network
    Shell {
        node: Node,
        /// A command instead of a shell
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// The path of the administrator's kubeconfig
    Kubeconfig,
    /// Break a part of the rig; it stays broken until `rig heal`
    #[command(subcommand)]
    Fault(faults::FaultCommand),
    /// Undo one fault by its number, or all
    Heal { id: Option<String> },
    /// Up and down again and again, once killed midway, to see that nothing is left behind
    Soak {
        /// How many times
        #[arg(long, default_value_t = 10)]
        times: u32,
        /// Instead kill the operator so many times while a cluster is made, changed and removed
        #[arg(long, conflicts_with = "times")]
        operator_kills: Option<u32>,
    },
}

/// How the rig shall be
#[derive(Debug, Clone, clap::Args)]
pub struct UpArgs {
    /// Number of nodes
    #[arg(long, default_value_t = 3)]
    nodes: u8,
    /// Only etcd and the API server
    #[arg(long, conflicts_with = "nodes")]
    api_only: bool,
    /// Seconds a node may be silent before its pods count as lost
    #[arg(long, default_value_t = 40)]
    node_monitor_grace: u64,
}

/// Runs one command.
pub fn run(command: RigCommand) -> Result<()> {
    match command {
        RigCommand::Up(args) => up(&args),
        RigCommand::Down => Rig::down(),
        RigCommand::Status => show_status(),
        RigCommand::Kubectl { args } => {
            let (layout, state) = rig::running()?;
            replace_with(rig::kubectl(&layout, &state.program).args(args))
        }
        RigCommand::Images(args) => images::run(&args),
        RigCommand::Load { ware } => load(&ware),
        RigCommand::Logs { component, follow, lines } => show_log(component, follow, lines),
        RigCommand::Shell { node, command } => shell(node, &command),
        RigCommand::Kubeconfig => {
            let (layout, _) = rig::running()?;
            report(format_args!("{}", layout.kubeconfig().display()));
            Ok(())
        }
        RigCommand::Fault(command) => faults::run(command),
        RigCommand::Heal { id } => faults::heal(id.as_deref()),
        RigCommand::Soak { operator_kills: Some(kills), .. } => operator_kills::run(kills),
        RigCommand::Soak { times, operator_kills: None } => soak::run(times),
    }
}

fn up(args: &UpArgs) -> Result<()> {
    let options = Options {
        nodes: if args.api_only { 0 } else { args.nodes },
        node_monitor_grace: Duration::from_secs(args.node_monitor_grace),
        ..Options::default()
    };
    runtime()?.block_on(Rig::up(&options)).map(drop)
}

fn load(ware: &Ware) -> Result<()> {
    let progress = Progress::on_stderr();
    runtime()?.block_on(async { load::load(&Rig::attach().await?, ware, progress).await })
}

fn show_status() -> Result<()> {
    let (layout, state) = rig::running()?;
    let status = status::status(&layout)?;
    report(format_args!("API server  {}", layout.api_url()));
    report(format_args!("nodes       {}", state.nodes));
    report(format_args!("kubeconfig  {}", layout.kubeconfig().display()));
    report(format_args!("memory      {} MB", status.memory >> 20));
    report(format_args!("CPU time    {:.1} s", status.cpu.as_secs_f64()));
    for daemon in status.daemons {
        let runs = if daemon.runs { "runs" } else { "ENDED" };
        report(format_args!("{runs:<5}  {}", daemon.name));
    }
    for fault in Faults::new(layout, state).active()? {
        report(format_args!("BROKEN {fault}"));
    }
    Ok(())
}

fn show_log(component: Option<String>, follow: bool, lines: usize) -> Result<()> {
    let (layout, _) = rig::running()?;
    let names = logs::names(&layout)?;
    let Some(component) = component else {
        names.iter().for_each(|name| report(format_args!("{name}")));
        return Ok(());
    };
    ensure!(names.contains(&component), "no component {component}: there are {}", names.join(" "));
    let mut tail = Command::new("tail");
    tail.args(follow.then_some("-F")).arg(format!("-n{lines}")).arg(layout.log(&component));
    replace_with(&mut tail)
}

/// The shell belongs to the node: it ends with it.
fn shell(node: Node, command: &[String]) -> Result<()> {
    let (layout, state) = rig::running()?;
    ensure!(state.nodes().any(|there| there == node), "the rig has {} nodes", state.nodes);
    let mut words = command.iter();
    let shell = std::env::var("SHELL").unwrap_or_else(|_| "sh".to_owned());
    let program = words.next().unwrap_or(&shell);
    let mut command = Command::new(program);
    command
        .args(words)
        .env("CONTAINERD_ADDRESS", layout.containerd_socket(node))
        .env("CONTAINERD_NAMESPACE", "k8s.io")
        .env("KUBECONFIG", layout.kubeconfig());
    process::in_namespace(&layout.namespace_path(node), || {
        cgroup::enter(&layout.cgroup(node))?;
        let status = command.status().with_context(|| format!("failed to run {program}"))?;
        ensure!(status.success(), "{program}: {status}");
        Ok(())
    })
}

/// The program takes our place, so its exit code is ours.
fn replace_with(command: &mut Command) -> Result<()> {
    let error: io::Error = command.exec();
    let program = command.get_program().to_string_lossy().into_owned();
    Err(error).with_context(|| format!("failed to run {program}"))
}
