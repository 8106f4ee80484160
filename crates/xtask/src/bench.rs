//! `cargo xtask bench`: sizes, start-up times, memory and idle cost, as figures and not as tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use testkit::rig::layout::Layout;
use testkit::rig::{self, cgroup, status};

use crate::tree::{report, run_cargo};

mod archive;
mod cluster;
mod plugin;

/// Runs of each short program; the median and the worst are told.
const RUNS: usize = 20;

/// Measure sizes, start-up times, memory and what a quiet rig costs
#[derive(Debug, clap::Args)]
pub struct BenchArgs {
    /// Only this, on the rig with the manager just built
    subject: Option<Subject>,
    /// How much pgbench writes for the archive: 15 MB for each
    #[arg(long, default_value_t = 270)]
    scale: u32,
    /// Build profile of the programs; `dist` is what ships, and takes minutes to build
    #[arg(long, default_value = "release")]
    profile: String,
    /// Measure what was built last, whatever the sources say now
    #[arg(long)]
    built: bool,
    /// Seconds over which the quiet rig is watched
    #[arg(long, default_value_t = 20)]
    quiet: u64,
    /// Also bring up the rig with the operator just built, create a cluster, switch it over and
    /// break it, so many times each
    #[arg(long, default_value_t = 0)]
    cluster: usize,
    /// Only the plugin, as it is released, on the rig and on a large cluster served from here
    #[arg(long)]
    plugin: bool,
}

/// What can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Subject {
    /// WAL archive and base backup beside barman-cloud and pgBackRest
    Archive,
}

/// Builds both programs, runs them, and looks at the rig when one runs.
pub fn run_all(args: &BenchArgs) -> Result<()> {
    if args.plugin {
        return plugin::run();
    }
    let words = ["build", "--profile", &args.profile, "--bin", "manager", "--bin", "kubectl-cnpg"];
    if !args.built {
        run_cargo(&words)?;
    }
    let folder = programs(&args.profile)?;
    if args.subject == Some(Subject::Archive) {
        cluster::prepare(&folder.join("manager"))?;
        return archive::run(args.scale);
    }
    report(format_args!("profile {}", args.profile));
    for (program, words) in [("kubectl-cnpg", "version"), ("manager", "version")] {
        let path = folder.join(program);
        let megabytes = stripped(&path)? as f64 / 1e6;
        let (median, worst) = times(&path, words)?;
        report(format_args!(
            "{program:<14} {megabytes:6.1} MB   `{words}` {:.1} ms, worst {:.1} ms of {RUNS}",
            median.as_secs_f64() * 1e3,
            worst.as_secs_f64() * 1e3,
        ));
    }
    if args.cluster > 0 {
        cluster::prepare(&folder.join("manager"))?;
    }
    match rig::running() {
        Ok((layout, _)) => {
            quiet(&layout, Duration::from_secs(args.quiet))?;
            if args.cluster > 0 {
                cluster::run(args.cluster, || {
                    report(format_args!("with a cluster:"));
                    quiet(&layout, Duration::from_secs(args.quiet))
                })?;
            }
            Ok(())
        }
        Err(_) => {
            report(format_args!("no rig runs: `cargo xtask demo` brings one up to measure"));
            Ok(())
        }
    }
}

/// The folder cargo puts the programs of a profile in.
fn programs(profile: &str) -> Result<PathBuf> {
    let own = std::env::current_exe().context("failed to find this program")?;
    let target = own.ancestors().nth(2).context("this program lies in no target folder")?;
    Ok(target.join(profile))
}

/// The size of a program as it ships: without what only debuggers read.
fn stripped(program: &Path) -> Result<u64> {
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("program");
    let status = Command::new("strip").arg("-o").arg(&copy).arg(program).status();
    ensure!(status.context("failed to start strip")?.success(), "strip failed");
    Ok(fs::metadata(&copy)?.len())
}

fn times(program: &Path, words: &str) -> Result<(Duration, Duration)> {
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let started = Instant::now();
        let status = Command::new(program).args(words.split(' ')).stdout(Stdio::null()).status()?;
        times.push(started.elapsed());
        ensure!(status.success(), "`{} {words}` failed: {status}", program.display());
    }
    times.sort_unstable();
    Ok((times[RUNS / 2], times[RUNS - 1]))
}

/// What the rig uses while nobody asks anything of it, and what the operator holds in memory.
fn quiet(layout: &Layout, span: Duration) -> Result<()> {
    let (before, started) = (status::status(layout)?, Instant::now());
    std::thread::sleep(span);
    let after = status::status(layout)?;
    let used = (after.cpu - before.cpu).as_secs_f64() / started.elapsed().as_secs_f64();
    let cores = std::thread::available_parallelism()?.get() as f64;
    report(format_args!(
        "rig, quiet     {:6.1} MB   {:.1} % of {cores} cores over {} s",
        after.memory as f64 / 1e6,
        used / cores * 100.0,
        span.as_secs(),
    ));
    for (pid, memory) in managers(layout)? {
        report(format_args!(
            "manager        {:6.1} MB resident, {:.1} MB of its own (pid {pid}: {})",
            memory.resident as f64 / 1e3,
            memory.own as f64 / 1e3,
            memory.words,
        ));
    }
    Ok(())
}

/// Kilobytes of a process.
struct Memory {
    resident: u64,
    /// Without the pages of the program's file.
    own: u64,
    /// What it does: its first arguments.
    words: String,
}

fn managers(layout: &Layout) -> Result<Vec<(i32, Memory)>> {
    let mut found = Vec::new();
    for pid in cgroup::processes(layout)? {
        let Ok(text) = fs::read_to_string(format!("/proc/{pid}/status")) else { continue };
        let field = |name: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(name))?;
            value.split_whitespace().next()
        };
        if field("Name:") != Some("manager") {
            continue;
        }
        let number = |name: &str| field(name).and_then(|value| value.parse().ok()).unwrap_or(0);
        let words = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let words = words.split('\0').skip(1).take(2).collect::<Vec<_>>().join(" ");
        found.push((pid, Memory { resident: number("VmRSS:"), own: number("RssAnon:"), words }));
    }
    Ok(found)
}
