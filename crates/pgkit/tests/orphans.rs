//! Orphans are reaped, and nobody's exit status is stolen.
//!
//! Orphans come to us because this process makes itself their reaper, as PID 1 is by nature. So no
//! other test may start programs in it: their ends would be taken by the reaper.

#[path = "../../testkit/src/until.rs"]
mod until;

use std::time::Duration;

use anyhow::{Result, ensure};
use pgkit::children::Children;
use pgkit::tool::Tool;

use until::until;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_status_is_stolen() -> Result<()> {
    nix::sys::prctl::set_child_subreaper(true)?;
    let children = Children::default();
    let reaper = tokio::spawn({
        let children = children.clone();
        async move { children.reap_orphans().await }
    });
    let folder = tempfile::tempdir()?;
    for round in 0..100 {
        // Each leaves an orphan that ends at about the same time as itself.
        let file = folder.path().join(round.to_string());
        let script = format!(
            "(sleep 0.0{} & echo $! >> {}) ; exit {}",
            round % 7,
            file.display(),
            round % 50
        );
        let tool = Tool::new("/bin/sh").arg("-c").arg(script).within(Duration::from_secs(10));
        let code = match tool.run(&children).await {
            Ok(_) => Some(0),
            Err(error) => error.status().and_then(|status| status.code()),
        };
        assert_eq!(code, Some(round % 50), "round {round}");
    }
    for round in 0..100 {
        let pid = std::fs::read_to_string(folder.path().join(round.to_string()))?;
        let stat = format!("/proc/{}/stat", pid.trim());
        until("free again", Duration::from_secs(20), async || {
            ensure!(!std::path::Path::new(&stat).exists(), "a zombie is left: {stat}");
            Ok(())
        })
        .await?;
    }
    reaper.abort();
    Ok(())
}
