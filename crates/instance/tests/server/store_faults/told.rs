//! What the cluster hears while a file is tried again and again.

use anyhow::{Result, ensure};
use instance::archive::Caller;
use testkit::s3::faults::{Fault, Proxy};
use testkit::until::until;

use super::*;

/// A condition, and what its message is about, within this time.
const SOON: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_fails_is_told_of_before_it_is_given_up() -> Result<()> {
    let server = server().await?;
    let proxy = Proxy::start(server.address(), 1).await?;
    proxy.plan(100, &[Fault::Error503, Fault::ResetBefore]);
    let home = tempfile::tempdir()?;
    let wal = home.path().join("data/pg_wal");
    std::fs::create_dir_all(&wal)?;
    std::fs::write(wal.join("000000010000000000000001"), vec![7; SEGMENT as usize])?;
    let api = archive(home.path(), &proxy.endpoint())?;
    let told = async |status: &str, word: &str| {
        until(status, SOON, async || {
            let writes = api.writes();
            let last = writes.last().context("nothing is told")?;
            let condition = &last["status"]["conditions"][0];
            let message = condition["message"].as_str().unwrap_or_default();
            ensure!(condition["type"] == "ContinuousArchiving", "{last}");
            ensure!(condition["status"] == status && message.contains(word), "{last}");
            Ok(())
        })
        .await
    };
    let caller = Caller::new(&paths(home.path()));
    let asked =
        tokio::task::spawn_blocking(move || caller.archive("pg_wal/000000010000000000000001"));
    told("False", "cannot archive 000000010000000000000001: cannot write").await?;
    ensure!(!asked.is_finished(), "it is tried again all the while");
    proxy.heal();
    asked.await??;
    told("True", "is working").await
}
