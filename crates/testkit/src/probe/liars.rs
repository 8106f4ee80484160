//! The ledger against servers that lie: each lie must be in the report.

use std::net::SocketAddr;
use std::time::Duration;

use super::report::{Counts, Report};
use super::session::Answer;
use super::{Ledger, NodeNet, Pace, Route, Target};
use crate::fake_postgres::{Conduct, FakePostgres};

const LIMIT: Duration = Duration::from_secs(20);

fn target(address: SocketAddr) -> Target {
    Target::new(address, "app", "secret")
}

async fn start(server: &FakePostgres) -> (Ledger, Target) {
    let target = target(server.address());
    (Ledger::start(&NodeNet::Here, &target).await.unwrap(), target)
}

/// Writes with this conduct in the middle, and honestly before and after.
async fn lie(conduct: Conduct) -> Report {
    let server = FakePostgres::start(1).await.unwrap();
    let (ledger, target) = start(&server).await;
    ledger.acknowledges(5, LIMIT).await.unwrap();
    server.conduct(conduct);
    let before = ledger.progress().attempts;
    ledger.attempts_beyond(before + 5, LIMIT).await.unwrap();
    server.conduct(Conduct::Honest);
    ledger.acknowledges(5, LIMIT).await.unwrap();
    ledger.stop(&target).await.unwrap()
}

#[tokio::test]
async fn an_honest_server_keeps_every_promise() {
    let report = lie(Conduct::Honest).await;
    assert!(report.kept_every_promise(), "{report}");
    let Counts { attempts, acked, failed, unknown, foreign, .. } = report.counts;
    assert!(acked >= 15 && failed == 0 && foreign == 0, "{report}");
    assert_eq!(attempts, acked + unknown, "only the last one may be cut off: {report}");
    assert_eq!(report.reigns.len(), 1, "{report}");
}

#[tokio::test]
async fn an_acknowledged_row_that_is_dropped_is_missing() {
    let report = lie(Conduct::Forgets).await;
    assert!(report.missing.len() >= 5, "{report}");
    assert_eq!(report.reigns[0].missing, report.missing.len() as u64, "{report}");
    assert!(!report.kept_every_promise(), "{report}");
}

#[tokio::test]
async fn a_connection_that_dies_after_the_commit_is_unknown_and_not_lost() {
    for conduct in [Conduct::HangsUpAfterCommit, Conduct::DismissesAfterCommit, Conduct::Warns] {
        let report = lie(conduct).await;
        let Counts { unknown, unknown_present, .. } = report.counts;
        assert!(unknown >= 5 && unknown_present >= 5, "{conduct:?}: {report}");
        assert!(report.kept_every_promise(), "{conduct:?}: {report}");
    }
}

#[tokio::test]
async fn a_refused_row_is_a_failure_unless_it_is_there() {
    let report = lie(Conduct::ReadOnly).await;
    assert!(report.counts.failed >= 5 && report.kept_every_promise(), "{report}");
    let report = lie(Conduct::RefusesAndKeeps).await;
    assert!(report.refused_but_present.len() >= 5 && !report.kept_every_promise(), "{report}");
}

#[tokio::test]
async fn two_servers_that_acknowledge_at_once_are_an_overlap() {
    let (old, new) = (FakePostgres::start(1).await.unwrap(), FakePostgres::start(2).await.unwrap());
    let (mut ledger, target) = start(&new).await;
    let here = NodeNet::Here;
    ledger.hold(&here, "old", &self::target(old.address())).await.unwrap();
    ledger.acknowledges(25, LIMIT).await.unwrap();
    let report = ledger.stop(&target).await.unwrap();
    assert_eq!(report.overlaps.len(), 1, "{report}");
    let overlap = &report.overlaps[0];
    assert!(overlap.acked.iter().all(|acked| *acked >= 2), "{report}");
    assert!((report.overlap_seconds - overlap.seconds).abs() < 1e-9, "{report}");
    // Half of what 25 writes take at least.
    assert!(overlap.seconds > 0.25, "{report}");
    let lost = |row: &super::report::Row| row.session == "old";
    assert!(!report.missing.is_empty() && report.missing.iter().all(lost), "{report}");
}

#[tokio::test]
async fn a_held_session_stays_where_it_is_refused() {
    let (primary, standby) =
        (FakePostgres::start(1).await.unwrap(), FakePostgres::start(1).await.unwrap());
    standby.conduct(Conduct::ReadOnly);
    let (mut ledger, target) = start(&primary).await;
    ledger.hold(&NodeNet::Here, "standby", &self::target(standby.address())).await.unwrap();
    ledger.acknowledges(10, LIMIT).await.unwrap();
    let report = ledger.stop(&target).await.unwrap();
    assert!(report.counts.failed >= 1 && report.kept_every_promise(), "{report}");
    let refused = Answer::Refused(String::new());
    assert!(refused.leaves_open(Route::Held) && !refused.leaves_open(Route::Service));
}

#[tokio::test]
async fn a_stall_is_a_gap_of_its_length() {
    let server = FakePostgres::start(1).await.unwrap();
    let target = target(server.address());
    let folder = tempfile::tempdir().unwrap();
    let pace = Pace { statement: LIMIT, ..Pace::of(Route::Service) };
    let ledger = Ledger::start_in(folder.path(), &NodeNet::Here, &target, pace).await.unwrap();
    ledger.acknowledges(5, LIMIT).await.unwrap();
    server.delay(Duration::from_millis(1500));
    let before = ledger.progress().attempts;
    // The first of these may have begun before the stall.
    ledger.attempts_beyond(before + 2, LIMIT).await.unwrap();
    server.delay(Duration::ZERO);
    ledger.acknowledges(2, LIMIT).await.unwrap();
    let report = ledger.stop(&target).await.unwrap();
    let longest = report.longest_gap.as_ref().unwrap().seconds;
    let slowest = report.latency.unwrap().max / 1e3;
    assert!(slowest >= 1.5 && longest >= 1.5, "{report}");
    // A busy machine may make the stall itself longer, but not the gap longer than the stall.
    assert!(longest < slowest + 0.3, "{report}");
    assert!(report.kept_every_promise(), "{report}");
}

#[tokio::test]
async fn a_server_that_hangs_ends_neither_the_session_nor_the_report() {
    let server = FakePostgres::start(1).await.unwrap();
    let target = target(server.address());
    let folder = tempfile::tempdir().unwrap();
    let pace = Pace { statement: Duration::from_millis(200), ..Pace::of(Route::Service) };
    let ledger = Ledger::start_in(folder.path(), &NodeNet::Here, &target, pace).await.unwrap();
    server.conduct(Conduct::Hangs);
    let before = ledger.progress().attempts;
    ledger.attempts_beyond(before + 3, LIMIT).await.unwrap();
    server.conduct(Conduct::Honest);
    ledger.acknowledges(3, LIMIT).await.unwrap();
    let report = ledger.stop(&target).await.unwrap();
    assert!(report.counts.unknown >= 2 && report.counts.unknown_present == 0, "{report}");
    assert!(report.kept_every_promise(), "{report}");
}
