//! The primary changes, by order and by loss, while a ledger counts every promise.

use std::time::Duration;

use anyhow::{Context, Result};
use testkit::rig::faults::{PodName, Signal};

use super::{Fixture, PATIENCE, any_one};

/// No promise is broken, whatever happens to the primary; and somebody serves again soon.
#[tokio::test]
async fn no_acknowledged_row_is_lost_whoever_leads() -> Result<()> {
    let Fixture { rig, scratch, cluster } = Fixture::healthy("faults", 3, &any_one()).await?;
    let (ledger, service) = cluster.ledger(None).await?;

    // By order.
    cluster.promote("faults-2").await?;
    let led = cluster.healthy(3, PATIENCE).await?;
    assert_eq!(led.status.and_then(|status| status.current_primary).as_deref(), Some("faults-2"));
    ledger.acknowledges(20, PATIENCE).await?;

    // The server dies: it comes back where it was.
    let primary = PodName::new(scratch.name(), "faults-2");
    rig.faults().kill(&primary, "postgres", Signal::SIGKILL)?;
    ledger.acknowledges(20, PATIENCE).await?;
    cluster.healthy(3, PATIENCE).await?;
    assert_eq!(cluster.primary().await?, "faults-2", "restarted in place");

    // The pod is deleted by force: who leads then depends on whether its lease could be given back
    // in the two seconds it had. Whoever it is, the pod comes back and takes its part.
    cluster.lose_pod("faults-2", PATIENCE).await?;
    cluster.healthy(3, PATIENCE).await?;
    let leads = cluster.primary().await?;
    let follows = if leads == "faults-2" { "f" } else { "t" };
    assert_eq!(cluster.sql("faults-2", "select pg_is_in_recovery()")?, follows, "{leads} leads");
    ledger.acknowledges(20, PATIENCE).await?;

    let report = ledger.stop(&service).await?;
    assert!(report.kept_every_promise(), "{report}");
    let longest = report.longest_gap.as_ref().context("no gap at all?")?.seconds;
    assert!(longest < Duration::from_secs(60).as_secs_f64(), "{report}");
    Ok(())
}
