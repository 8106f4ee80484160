//! What leadership decides, carried out: at most one write a pass.

use std::time::Duration;

use api::labels;
use api::phases::cluster as phases;
use jiff::{SignedDuration, Timestamp};

use crate::leadership::candidate::Missing;
use crate::leadership::operator::{
    self, Hint, Label, Policy, Refusal, Verdict, Waiting, WhyReturn,
};
use crate::leadership::records::{Election, InstanceName};

use super::bootstrap;
use super::event::Reason;
use super::metadata;
use super::next::{Change, Next};
use super::plan::{Action, Metadata};
use super::pods;
use super::resources;
use super::status::moment;
use super::view::{PENDING, View};

/// How long the primary may take to come back with a new pod, before another takes over.
const RESTART: SignedDuration = SignedDuration::from_mins(5);

/// Who leads, and whether that must change.
pub(super) fn leadership(view: &View<'_>) -> Option<Next> {
    let seen = view.seen.leadership.as_ref()?;
    carry_out(view, operator::decide(seen, &policy(view)))
}

fn policy(view: &View<'_>) -> Policy {
    let seconds = |number: Option<i32>| u64::try_from(number.unwrap_or(0)).unwrap_or(0);
    Policy {
        failover_delay: Duration::from_secs(seconds(view.spec.failover_delay)),
        isolation: Duration::from_secs(30),
        report_wait: Duration::from_secs(10),
        restart_wait: Duration::from_secs(10),
        take_over: Duration::from_secs(120),
    }
}

fn carry_out(view: &View<'_>, verdict: Verdict) -> Option<Next> {
    let current = view.current().unwrap_or_default();
    match verdict {
        Verdict::Keep => None,
        Verdict::Wait(waiting) => wait(view, &waiting),
        Verdict::Refuse(missing) => {
            Some(meanwhile(view).stage(phases::FAILING_OVER, refusal(&missing)))
        }
        Verdict::NoteFailing(hint) => {
            let next = Next::wait(0).change(Change::Failing);
            let ready = view.pod(current).is_some_and(pods::ready);
            Some(if hint == Hint::Silent && ready {
                let note = format!(
                    "Primary {current} is ready but does not answer the operator; it keeps its role \
                     as long as it renews its lease"
                );
                next.event(Reason::PrimaryStatusCheckFailed, note)
            } else {
                next
            })
        }
        Verdict::ClearFailing => Some(Next::wait(0).change(Change::NotFailing)),
        Verdict::ReleaseLease { expect, proof } => {
            Some(Next::wait(0).action(Action::ReleaseLease { expect, proof }))
        }
        Verdict::Label { instance, label } => Some(write_label(view, &instance, label)),
        // While no other runs nobody could take over, and it is as well to wait for this one.
        Verdict::Depose { .. } if view.settled() && !others_run(view, current) => {
            Some(meanwhile(view))
        }
        Verdict::Depose { .. } if restarts(view) => Some(meanwhile(view)),
        Verdict::Depose { hint, .. } => {
            let note =
                format!("Current primary isn't healthy, initiating a failover from {current}");
            let reason = format!("{note} ({})", why(hint));
            let target = Change::Target { name: PENDING.to_owned(), election: None };
            Some(
                Next::wait(0)
                    .stage(phases::FAILING_OVER, reason)
                    .change(target)
                    .event(Reason::FailingOver, note),
            )
        }
        Verdict::Elect { target, floor, quorum, .. } => {
            let note = format!("Failing over from {current} to {target}");
            let stamp = moment(view.seen.now);
            let election = Some(Election::status(&target, &stamp, floor, quorum));
            Some(
                Next::wait(0)
                    .stage(phases::FAILING_OVER, note.clone())
                    .change(Change::Target { name: target.to_string(), election })
                    .event(Reason::FailoverTarget, note),
            )
        }
        Verdict::Return { to, why, .. } => {
            let note = format!("{to} keeps the primary role: {}", kept(&why));
            let name = to.to_string();
            let failed_over = view.target() == Some(PENDING);
            let phase = if failed_over { phases::FAILING_OVER } else { phases::SWITCHOVER };
            Some(
                Next::wait(0)
                    .stage(phase, note.clone())
                    .change(Change::Target { name, election: None })
                    .event(Reason::SwitchingOver, note),
            )
        }
    }
}

fn wait(view: &View<'_>, waiting: &Waiting) -> Option<Next> {
    if *waiting == Waiting::FirstPrimary {
        return None; // its job and its pod are what is waited for
    }
    let next = meanwhile(view);
    Some(match waiting {
        Waiting::FirstPrimary => next,
        Waiting::Delay(_) | Waiting::Unreachable | Waiting::Restart | Waiting::Rising(_) => next,
        Waiting::Receivers(names) => {
            let names = names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            next.stage(phases::FAILING_OVER, format!("Waiting for {names} to stop receiving"))
        }
        Waiting::OldPrimary(name) => {
            next.stage(phases::FAILING_OVER, format!("Waiting for {name} to stop"))
        }
        Waiting::Successor(name) if elected(view) => {
            let from = view.current().unwrap_or_default();
            next.stage(phases::FAILING_OVER, format!("Failing over from {from} to {name}"))
        }
        Waiting::Successor(name) => {
            next.stage(phases::SWITCHOVER, format!("Switching over to {name}"))
        }
    })
}

/// The operator itself has just taken the primary's pod away, to give it a newer one. The phase is
/// where that is written down, as other programs know it.
fn restarts(view: &View<'_>) -> bool {
    let failing = view.status.current_primary_failing_since_timestamp.as_deref();
    let since: Option<Timestamp> = failing.and_then(|text| text.parse().ok());
    view.settled()
        && view.status.phase.as_deref() == Some(phases::RESTARTING_PRIMARY)
        && since.is_none_or(|since| view.seen.now.duration_since(since) < RESTART)
}

fn others_run(view: &View<'_>, primary: &str) -> bool {
    view.active_pods().any(|pod| pods::name(&pod.metadata) != primary)
}

/// The target comes from an election, and not from a person.
fn elected(view: &View<'_>) -> bool {
    let seen = view.seen.leadership.as_ref();
    seen.is_some_and(|seen| seen.cluster.mandate().is_some())
}

/// While nobody leads, instances still get their pods back: one of them may be the one needed.
fn meanwhile(view: &View<'_>) -> Next {
    let repair = resources::ended_pods(view).or_else(|| bootstrap::missing_pod(view));
    Next { stage: None, ..repair.unwrap_or_else(|| Next::wait(1)) }
}

fn write_label(view: &View<'_>, instance: &InstanceName, label: Label) -> Next {
    let name = instance.to_string();
    let role = match label {
        Label::Primary => labels::ROLE_PRIMARY,
        Label::Replica => labels::ROLE_REPLICA,
        Label::Neither => labels::ROLE_UNHEALTHY,
    };
    let next = Next::wait(0);
    let Some(pod) = view.pod(&name) else { return Next::wait(1) };
    let metadata = Metadata { labels: metadata::role(&pod.metadata, role), ..Metadata::default() };
    next.action(Action::PatchPod { pod: pods::object(&pod.metadata), metadata })
}

fn why(hint: Hint) -> &'static str {
    match hint {
        Hint::Silent => "it does not answer and does not renew its lease",
        Hint::Broken => "it says that it is broken",
        Hint::NoRight => "it has lost the right to lead",
        Hint::NotServing => "it does not serve",
        Hint::TookTooLong => "it took too long to lead",
        Hint::Outdated => "what commits wait for has changed since it was chosen",
    }
}

fn refusal(missing: &Missing) -> String {
    match missing {
        Missing::Candidate => "No replica that may lead answers".to_owned(),
        Missing::QuorumRecord => "Nobody can lead without the risk of losing commits: no record \
                                  tells which standbys confirmed them"
            .to_owned(),
        Missing::Standbys(names) => {
            let names = names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            format!(
                "Nobody can lead without the risk of losing commits: {names} may alone have some, \
                 and does not answer"
            )
        }
        Missing::Advanced(name) => {
            format!("Nobody can lead without losing commits: {name} has more and may not lead")
        }
    }
}

fn kept(why: &WhyReturn) -> String {
    match why {
        WhyReturn::Leads => "it leads".to_owned(),
        WhyReturn::HasMore => "it can lead again and has what no replica has".to_owned(),
        WhyReturn::OnlyOne(missing) => format!("it can lead again. {}", refusal(missing)),
        WhyReturn::Refused(refusal) => {
            let why = match refusal {
                Refusal::NoSuchInstance => "the chosen instance does not exist",
                Refusal::Fenced => "the chosen instance is fenced",
                Refusal::Silent => "the chosen instance does not answer",
                Refusal::Broken => "the chosen instance says that it is broken",
                Refusal::NotStreaming => "the chosen instance does not receive from it",
            };
            format!("the switchover is refused, as {why}")
        }
        WhyReturn::Late => "it did not stop in time for the switchover".to_owned(),
        WhyReturn::Behind => "the chosen instance has not received the end of its log".to_owned(),
    }
}
