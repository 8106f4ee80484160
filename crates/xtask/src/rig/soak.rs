//! Up and down, again and again: what a rig leaves behind is found here.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use testkit::rig::{Rig, down, images, operator, slot};

use crate::tree::report;

/// One round: what is killed, and when, before the machine has to be clean again.
#[derive(Debug, Clone, Copy)]
enum Round {
    /// Up, pods with volumes, down.
    Whole,
    /// `up` is killed; `down` clears away.
    UpKilled(Duration),
    /// `up` is killed; the next `up` clears away.
    UpKilledAndRepeated(Duration),
    /// `down` is killed in a rig with pods; the next one goes on.
    DownKilled(Duration),
}

/// Everything that can go wrong comes first; all further rounds are whole ones.
const ROUNDS: [Round; 6] = [
    Round::UpKilled(Duration::from_millis(300)),
    Round::DownKilled(Duration::from_millis(150)),
    Round::UpKilledAndRepeated(Duration::from_millis(1500)),
    Round::UpKilled(Duration::from_millis(4500)),
    Round::DownKilled(Duration::from_millis(500)),
    Round::UpKilledAndRepeated(Duration::from_millis(8000)),
];

/// Fails at the first round after which anything of the rig is left on the machine.
pub fn run(times: u32) -> Result<()> {
    Rig::down()?;
    nothing_left()?;
    let rounds = ROUNDS.into_iter().chain(std::iter::repeat(Round::Whole));
    for (number, round) in (1..=times).zip(rounds) {
        let started = Instant::now();
        play(round).with_context(|| format!("round {number}, {round:?}"))?;
        let up = started.elapsed();
        Rig::down().with_context(|| format!("round {number}, {round:?}"))?;
        let down = started.elapsed() - up;
        nothing_left().with_context(|| format!("round {number}, {round:?}"))?;
        report(format_args!(
            "round {number}, {round:?}: {:.1} s, down {:.1} s, nothing left",
            up.as_secs_f64(),
            down.as_secs_f64()
        ));
    }
    Ok(())
}

fn play(round: Round) -> Result<()> {
    match round {
        Round::Whole => {
            succeed("up")?;
            load()
        }
        Round::UpKilled(after) => kill("up", after),
        Round::UpKilledAndRepeated(after) => {
            kill("up", after)?;
            succeed("up")
        }
        Round::DownKilled(after) => {
            succeed("up")?;
            load()?;
            kill("down", after)
        }
    }
}

/// Gives each node a pod with a volume: namespaces, mounts, cgroups and loop devices to clear away.
fn load() -> Result<()> {
    super::runtime()?.block_on(async {
        let rig = Rig::attach().await?;
        operator::apply(&rig, &pods())?;
        rig.kubectl(["rollout", "status", "statefulset/soak", "--timeout=60s"]).map(drop)
    })
}

fn pods() -> String {
    let image = images::POSTGRESQL_17;
    format!(
        "\
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: soak, namespace: default}}
spec:
  serviceName: soak
  replicas: 3
  podManagementPolicy: Parallel
  selector: {{matchLabels: {{app: soak}}}}
  template:
    metadata: {{labels: {{app: soak}}}}
    spec:
      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: kubernetes.io/hostname
        whenUnsatisfiable: DoNotSchedule
        labelSelector: {{matchLabels: {{app: soak}}}}
      containers:
      - name: main
        image: {image}
        command: [sleep, infinity]
        volumeMounts: [{{name: data, mountPath: /data}}]
  volumeClaimTemplates:
  - metadata: {{name: data}}
    spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 400Mi}}}}}}
"
    )
}

fn succeed(command: &str) -> Result<()> {
    let output = this_program(command)?.stderr(Stdio::piped()).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command} failed: {}", said.trim());
    Ok(())
}

fn kill(command: &str, after: Duration) -> Result<()> {
    let mut child = this_program(command)?.spawn()?;
    thread::sleep(after);
    child.kill()?;
    child.wait()?;
    Ok(())
}

fn this_program(command: &str) -> Result<Command> {
    let mut program = Command::new(std::env::current_exe()?);
    program.args(["rig", command]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(program)
}

fn nothing_left() -> Result<()> {
    let layout = slot::find(&slot::cache()?, &slot::checkout()?)?;
    let Some(layout) = layout else { return Ok(()) };
    let traces = down::traces(&layout)?;
    if !traces.is_empty() {
        bail!("left behind:\n{}", traces.join("\n"));
    }
    Ok(())
}
