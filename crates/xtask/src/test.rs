//! `cargo xtask test`: every check and every test, and the count at the end.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};

use testkit::rig::progress::Progress;
use testkit::rig::{Options, Rig, packages};

use crate::check;
use crate::tree::{cargo, report, root, runtime};

/// Run every check and every test
#[derive(Debug, clap::Args)]
pub struct TestArgs {
    /// Words for the test binaries: a filter, --nocapture, ...
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// What the test binaries told, added up.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
    ignored: u64,
}

/// Fails when a check or a test does; the last line tells the count either way.
pub fn run(args: &TestArgs) -> Result<()> {
    check::run_all()?;
    packages::ensure_installed_for_tests(&Progress::on_stderr())?;
    // The tests share one rig and find it running.
    runtime()?.block_on(Rig::up(&Options::default()))?;
    let (count, succeeded) = run_tests(&args.words)?;
    report(format_args!("{} passed, {} failed", count.passed, count.failed));
    ensure!(
        count.ignored == 0,
        "{} tests are ignored: what does not run proves nothing",
        count.ignored
    );
    ensure!(count.passed > 0 || !args.words.is_empty(), "no test ran");
    if !succeeded {
        bail!("tests failed");
    }
    Ok(())
}

fn run_tests(words: &[String]) -> Result<(Count, bool)> {
    let mut child = cargo()
        .args(["test", "--workspace", "--no-fail-fast", "--"])
        .args(words)
        .current_dir(root())
        .stdout(Stdio::piped())
        .spawn()
        .context("failed to start cargo test")?;
    let stdout = child.stdout.take().expect("it is piped");
    let mut count = Count::default();
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        count.add(&line);
        report(format_args!("{line}"));
    }
    Ok((count, child.wait()?.success()))
}

impl Count {
    /// Adds the closing line of one test binary; any other line adds nothing.
    fn add(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("test result: ") else { return };
        for part in rest.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(what)) = (words.next(), words.next()) else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_lines_add_up() {
        let mut count = Count::default();
        for line in [
            "test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.07s",
            "test something ... ok",
            "test result: FAILED. 2 passed; 1 failed; 4 ignored; 0 measured; 0 filtered out",
        ] {
            count.add(line);
        }
        assert_eq!(count, Count { passed: 9, failed: 1, ignored: 4 });
    }
}
