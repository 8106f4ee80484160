//! The ledger as a program: what it wrote down survives its being killed.

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use anyhow::{Result, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use testkit::fake_postgres::{Conduct, FakePostgres};
use testkit::probe::Report;
use testkit::probe::journal::{History, Outcome};
use testkit::until::until;

const PATIENCE: Duration = Duration::from_secs(30);

fn ledger(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
    command.args(words);
    command
}

/// Writes until so many writes are acknowledged in the journal.
async fn write(address: &str, journal: &Path, acked: usize) -> Result<Child> {
    let file = journal.to_str().expect("a path of text");
    let child = ledger(&["write", "--address", address, "--journal", file]).spawn()?;
    until("as many acknowledged writes as wanted", PATIENCE, async || {
        let promises = promises(&History::read(journal)?);
        ensure!(promises >= acked, "{promises} of {acked}");
        Ok(())
    })
    .await?;
    Ok(child)
}

fn promises(history: &History) -> usize {
    let attempts = history.attempts.iter();
    attempts.filter(|attempt| matches!(attempt.outcome, Outcome::Acked { .. })).count()
}

fn report(address: &str, journal: &Path) -> Result<(bool, Report)> {
    let file = journal.to_str().expect("a path of text");
    let output = ledger(&["report", "--json", "--address", address, file]).output()?;
    ensure!(!output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok((output.status.success(), serde_json::from_slice(&output.stdout)?))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_ledger_has_lost_nothing_it_was_promised() -> Result<()> {
    let (server, folder) = (FakePostgres::start(1).await?, tempfile::tempdir()?);
    let (address, journal) = (server.address().to_string(), folder.path().join("journal"));
    let mut child = write(&address, &journal, 10).await?;
    child.kill()?;
    child.wait()?;
    let history = History::read(&journal)?;
    assert_eq!(history.stop, None);
    let (kept, report) = report(&address, &journal)?;
    assert!(kept && report.counts.acked >= 10 && report.counts.foreign == 0, "{report}");
    // Every row of the server is known to the journal, at least as tried.
    assert!(server.rows() as u64 <= report.counts.attempts, "{report}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_promise_is_an_exit_code() -> Result<()> {
    let (server, folder) = (FakePostgres::start(1).await?, tempfile::tempdir()?);
    server.conduct(Conduct::Forgets);
    let (address, journal) = (server.address().to_string(), folder.path().join("journal"));
    let mut child = write(&address, &journal, 5).await?;
    kill(Pid::from_raw(i32::try_from(child.id())?), Signal::SIGTERM)?;
    assert!(child.wait()?.success(), "it stops when it is told to");
    assert!(History::read(&journal)?.stop.is_some());
    let (kept, report) = report(&address, &journal)?;
    assert!(!kept && report.missing.len() as u64 == report.counts.acked, "{report}");
    Ok(())
}
