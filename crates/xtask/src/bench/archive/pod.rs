//! The pod in which everything is measured.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use testkit::rig::Rig;

use crate::tree::report;

const MEASURE: &str = include_str!("measure.py");

/// An instance, with what is beside PostgreSQL in its image.
#[derive(Debug)]
pub struct Pod {
    rig: Rig,
    namespace: String,
    name: String,
}

/// What some work took.
#[derive(Debug, Clone, Deserialize)]
pub struct Cost {
    pub seconds: f64,
    /// Seconds of the processor.
    pub cpu: f64,
    /// The most memory of one process.
    pub megabytes: f64,
    /// Seconds of each command, where there were commands.
    pub each: Vec<f64>,
}

impl Cost {
    /// One line of the report.
    pub fn tell(&self, who: &str, count: usize) {
        let one = |all: f64| all / count as f64;
        report(format_args!(
            "  {who:<26} {:7.2} s   CPU {:6.2} s   each {:6.3} s, CPU {:6.3} s   peak {:5.1} MB",
            self.seconds,
            self.cpu,
            one(self.seconds),
            one(self.cpu),
            self.megabytes,
        ));
    }
}

impl Pod {
    pub fn new(rig: &Rig, namespace: &str, name: &str) -> Self {
        Self { rig: rig.clone(), namespace: namespace.to_owned(), name: name.to_owned() }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    fn exec(&self, words: &[&str]) -> Command {
        let mut command = self.rig.kubectl_command();
        command.args(["exec", "-i", &self.name, "-n", &self.namespace, "-c", "postgres", "--"]);
        command.args(words);
        command
    }

    /// What a line of a shell prints; it has to succeed.
    pub fn shell(&self, line: &str) -> Result<String> {
        self.fed(&["sh", "-c", line], "")
    }

    /// A file of the pod.
    pub fn write(&self, path: &str, content: &str) -> Result<()> {
        self.fed(&["sh", "-c", "cat > \"$1\"", "sh", path], content).map(drop)
    }

    fn fed(&self, words: &[&str], input: &str) -> Result<String> {
        let mut command = self.exec(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("cannot start kubectl")?;
        let mut stdin = child.stdin.take().context("it is piped")?;
        stdin.write_all(input.as_bytes())?;
        drop(stdin);
        let output = child.wait_with_output()?;
        let heard = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{words:?}: {}: {heard}", output.status);
        Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
    }

    /// Runs commands one after another, with these variables.
    pub fn measure(&self, env: &Value, commands: &[Vec<String>]) -> Result<Cost> {
        let task = json!({"env": env, "commands": commands});
        let said = self.fed(&["python3", "-c", MEASURE], &task.to_string())?;
        serde_json::from_str(&said).with_context(|| format!("it said {said:?}"))
    }

    /// Seconds of the processor that the container has used so far.
    pub fn cpu(&self) -> Result<f64> {
        let nanoseconds = self.shell("cat /sys/fs/cgroup/cpuacct/cpuacct.usage")?;
        Ok(nanoseconds.parse::<f64>()? / 1e9)
    }

    /// The most memory that the instance manager has had since this was last reset.
    pub fn peak(&self) -> Result<f64> {
        let line = self.shell("grep VmHWM /proc/1/status")?;
        let kilobytes = line.split_whitespace().nth(1).context("no VmHWM")?;
        Ok(kilobytes.parse::<f64>()? / 1e3)
    }
}
