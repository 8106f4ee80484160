//! What the plugin costs a person: its size, its start, and `status` on the rig and on fifty slow
//! instances, each beside its budget.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use testkit::rig;

use super::RUNS;
use crate::dist;
use crate::tree::{report, tell};

mod fleet;

use fleet::Fleet;

/// Instances of the cluster that is served from here.
const INSTANCES: usize = 50;
/// What each of them takes to answer.
const LATENCY: Duration = Duration::from_millis(100);

/// Builds the plugin as it is released, and measures it.
pub fn run() -> Result<()> {
    let program = dist::program_of_this_host()?;
    let size = fs::metadata(&program)?.len() as f64 / 1e6;
    figure("size of the program", size, 9.0, "MB");
    let version = Runs::of(&program, &["version"], None)?;
    figure("version", version.milliseconds(), 4.0, "ms");

    let fleet = Fleet::start(INSTANCES, LATENCY)?;
    let kubeconfig = fleet.kubeconfig()?;
    let status = Runs::of(&program, &["status", fleet::NAME], Some(kubeconfig.path()))?;
    figure("status, 50 instances of 100 ms each", status.milliseconds(), 500.0, "ms");
    figure("  memory", status.megabytes, 15.0, "MB");
    fleet.silence(INSTANCES - 1);
    let silent = Runs::of(&program, &["status", fleet::NAME], Some(kubeconfig.path()))?;
    let more = silent.milliseconds() - status.milliseconds();
    figure("  one of them silent, in addition", more, 2000.0, "ms");
    on_the_rig(&program)
}

/// `status` of a cluster that really lives.
fn on_the_rig(program: &Path) -> Result<()> {
    let Ok((layout, state)) = rig::running() else {
        tell(format_args!("no rig runs: status of a living cluster is not measured"));
        return Ok(());
    };
    let path = "jsonpath={.items[0].metadata.namespace} {.items[0].metadata.name}";
    let words = ["get", "clusters.postgresql.cnpg.io", "-A", "-o", path];
    let output = rig::kubectl(&layout, &state.program).args(words).output()?;
    let found = String::from_utf8(output.stdout)?;
    let Some((namespace, name)) = found.split_once(' ') else {
        tell(format_args!("the rig has no cluster: status of a living one is not measured"));
        return Ok(());
    };
    let words = ["status", name, "-n", namespace];
    let status = Runs::of(program, &words, Some(&layout.kubeconfig()))?;
    figure("status on the rig", status.milliseconds(), 150.0, "ms");
    figure("  memory", status.megabytes, 15.0, "MB");
    Ok(())
}

fn figure(name: &str, value: f64, budget: f64, unit: &str) {
    let verdict = if value <= budget { "kept" } else { "MISSED" };
    report(format_args!("{name:<42} {value:8.1} {unit}   budget {budget:6.1} {unit}   {verdict}"));
}

/// How long several runs took, and the most memory that one had.
struct Runs {
    times: Vec<Duration>,
    megabytes: f64,
}

impl Runs {
    fn of(program: &Path, words: &[&str], kubeconfig: Option<&Path>) -> Result<Self> {
        let mut runs = Self { times: Vec::with_capacity(RUNS), megabytes: 0.0 };
        for _ in 0..RUNS {
            runs.times.push(once(program, words, kubeconfig)?);
        }
        runs.times.sort_unstable();
        // Looking into /proc costs time, so memory has a run of its own.
        runs.megabytes = memory(program, words, kubeconfig)?;
        Ok(runs)
    }

    /// The median.
    fn milliseconds(&self) -> f64 {
        self.times[self.times.len() / 2].as_secs_f64() * 1e3
    }
}

fn command(program: &Path, words: &[&str], kubeconfig: Option<&Path>) -> Command {
    let mut command = Command::new(program);
    let kubeconfig = kubeconfig.map_or_else(|| OsStr::new("/dev/null"), Path::as_os_str);
    command.args(words).env_clear().env("KUBECONFIG", kubeconfig);
    command.stdout(Stdio::null());
    command
}

fn once(program: &Path, words: &[&str], kubeconfig: Option<&Path>) -> Result<Duration> {
    let started = Instant::now();
    let status = command(program, words, kubeconfig).status().context("it does not start")?;
    ensure!(status.success(), "`{}` failed: {status}", words.join(" "));
    Ok(started.elapsed())
}

/// The peak of the resident memory in megabytes, as the kernel told it last.
fn memory(program: &Path, words: &[&str], kubeconfig: Option<&Path>) -> Result<f64> {
    let mut child = command(program, words, kubeconfig).spawn()?;
    let path = format!("/proc/{}/status", child.id());
    let mut peak = 0.0_f64;
    while child.try_wait()?.is_none() {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        peak = peak.max(kilobytes.unwrap_or(0.0) / 1e3);
    }
    Ok(peak)
}
