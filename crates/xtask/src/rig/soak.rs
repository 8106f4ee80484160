//! Up and down, again and again: what a rig leaves behind is found here.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use testkit::rig::{Rig, down, slot};

use crate::tree::report;

/// The first round's `up` is killed at this point; each later one at another until all were hit.
const KILLS: [Duration; 4] = [
    Duration::from_millis(1500),
    Duration::from_millis(4500),
    Duration::from_millis(300),
    Duration::from_millis(8000),
];

/// Fails at the first round after which anything of the rig is left on the machine.
pub fn run(times: u32) -> Result<()> {
    Rig::down()?;
    nothing_left()?;
    let mut kills = KILLS.into_iter();
    for round in 1..=times {
        let killed = match kills.next() {
            Some(after) => {
                kill_up(after)?;
                format!("killed after {} ms, then ", after.as_millis())
            }
            None => String::new(),
        };
        let started = Instant::now();
        if round % 2 == 0 || killed.is_empty() {
            // Every second time `up` itself has to clear away what the killed one left.
            let status = this_program("up")?.status()?;
            ensure!(status.success(), "round {round}: up failed: {status}");
        }
        let up = started.elapsed();
        Rig::down().with_context(|| format!("round {round}"))?;
        let down = started.elapsed() - up;
        nothing_left().with_context(|| format!("round {round}"))?;
        report(format_args!(
            "round {round}: {killed}up {:.1} s, down {:.1} s, nothing left",
            up.as_secs_f64(),
            down.as_secs_f64()
        ));
    }
    Ok(())
}

fn kill_up(after: Duration) -> Result<()> {
    let mut up = this_program("up")?.spawn()?;
    thread::sleep(after);
    up.kill()?;
    up.wait()?;
    Ok(())
}

fn this_program(command: &str) -> Result<Command> {
    let mut program = Command::new(std::env::current_exe()?);
    program.args(["rig", command]).stdin(Stdio::null()).stderr(Stdio::null());
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
