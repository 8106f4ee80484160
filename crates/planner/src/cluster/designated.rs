//! Who leads a replica cluster: nobody writes there, so nothing can be lost by a quick choice.

use api::phases::cluster as phases;
use jiff::{SignedDuration, Timestamp};

use super::event::Reason;
use super::next::{Change, Next};
use super::pods;
use super::view::View;

/// Another instance follows the source when the one that did is gone.
pub(super) fn succession(view: &View<'_>) -> Option<Next> {
    if !view.is_replica_cluster() {
        return None;
    }
    let current = view.current()?;
    let target = view.target()?;
    if current != target && view.pod(target).is_some_and(pods::active) {
        return Some(Next::wait(1)); // it takes over
    }
    let failing = view.status.current_primary_failing_since_timestamp.as_deref();
    if view.pod(target).is_some_and(pods::active) || view.fenced(current) {
        return failing.map(|_| Next::wait(0).change(Change::NotFailing));
    }
    let ranking = view.ranking();
    let best = pods::name(&ranking.first()?.metadata);
    let since: Option<Timestamp> = failing.and_then(|text| text.parse().ok());
    let Some(since) = since else { return Some(Next::wait(0).change(Change::Failing)) };
    let delay = SignedDuration::from_secs(view.spec.failover_delay.unwrap_or(0).into());
    if view.seen.now.duration_since(since) < delay {
        return Some(Next::wait(1));
    }
    let receives =
        |name: &String| view.reported(name).is_some_and(|one| one.is_wal_receiver_active);
    if view.seen.answers.keys().any(receives) {
        return Some(Next::wait(1));
    }
    let note = format!("Current primary isn't healthy, failing over from {target} to {best}");
    Some(
        Next::wait(1)
            .stage(phases::FAILING_OVER, note.clone())
            .change(Change::Target { name: best.to_owned(), election: None })
            .event(Reason::FailingOver, note),
    )
}
