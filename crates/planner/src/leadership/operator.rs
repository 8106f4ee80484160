//! The operator's side: what one pass does about leadership.
//!
//! ```text
//!                 silent, broken, no right            reports in, quorum met
//!   target=current ------------------> target=pending -----------------> target=X, elected
//!        ^  ^  (label off first)           |    ^                            |  |
//!        |  +------ leads again, or -------+    +------- X fails ------------+  |
//!        |          nobody else may                                             |
//!        +----------------------- X leads: label on ----------------------------+
//!
//!   target=current --(a person, a drain)--> target=X --> X leads: label X on, then the old one off
//!        |                                  (X out of -ro)
//!        ^------------- refused, late, behind ---+ +--> X fails --> target=pending
//! ```
//!
//! Each verdict is at most one write, conditional on the version of what was read; after it, or
//! after a crash, the next pass looks again. Every read is a live one.

mod labels;
mod seen;
mod switchover;
#[cfg(test)]
mod tests;

pub use seen::{
    Hint, InstanceSeen, Label, Policy, Proof, Proven, Receiver, Report, Restart, Seen, Standing,
};
pub use switchover::{Refusal, may_switch};

use super::candidate::{Durability, Finalist, Fitness, Missing, choose};
use super::records::{InstanceName, Position, Stamp, Target, Version};

/// What to do about leadership now, and why.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Keep,
    Wait(Waiting),
    /// Nobody can be chosen without risking an acknowledged commit.
    Refuse(Missing),
    /// Keep in status when the primary began to fail, for the delay.
    NoteFailing(Hint),
    ClearFailing,
    /// In the name of a holder that is dead beyond doubt.
    ReleaseLease {
        expect: Version,
        proof: Proof,
    },
    Label {
        instance: InstanceName,
        label: Label,
    },
    /// `targetPrimary: pending`.
    Depose {
        expect: Version,
        hint: Hint,
    },
    /// `targetPrimary` and its election.
    Elect {
        expect: Version,
        target: InstanceName,
        floor: Position,
        quorum: Option<Version>,
    },
    /// `targetPrimary` back to the current primary.
    Return {
        expect: Version,
        to: InstanceName,
        why: WhyReturn,
    },
}

/// What a pass waits for: named in status, and bounded by `Policy` or by the instance itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// The first primary is not up yet.
    FirstPrimary,
    /// The failing primary has this much of the delay left, in milliseconds.
    Delay(u128),
    /// Only the operator cannot reach the primary: it renews its lease.
    Unreachable,
    /// The kubelet will have the container back before anyone else could lead.
    Restart,
    /// The instance is starting, promoting or recovering, and watches the time itself.
    Rising(InstanceName),
    /// These have not ended their WAL receivers.
    Receivers(Vec<InstanceName>),
    /// The old primary has not stopped.
    OldPrimary(InstanceName),
    /// The chosen one has not taken over: the lease is not free, or it is about to.
    Successor(InstanceName),
}

/// Why the target goes back to the one that led before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyReturn {
    /// It leads, and so nobody must be chosen.
    Leads,
    /// It can lead again, and has what no replica has.
    HasMore,
    /// It can lead again, and nobody else may.
    OnlyOne(Missing),
    /// The switchover is refused.
    Refused(Refusal),
    /// The old primary did not stop in time.
    Late,
    /// The one switched to has not received the end of the log.
    Behind,
}

type Question = fn(&Seen, &Policy) -> Option<Verdict>;

/// Asked in this order: each may assume that all before it had nothing to say.
const QUESTIONS: &[Question] = &[proven_dead, nobody_leads, taking_over, leading];

/// What to do now.
pub fn decide(seen: &Seen, policy: &Policy) -> Verdict {
    QUESTIONS.iter().find_map(|ask| ask(seen, policy)).unwrap_or(Verdict::Keep)
}

/// A holder known to be dead keeps nobody waiting, unless it is back sooner than anyone else.
fn proven_dead(seen: &Seen, _: &Policy) -> Option<Verdict> {
    let lease = seen.lease.as_ref()?;
    let holder = lease.holder.as_ref()?;
    let proof = seen.proof_of(&holder.session)?;
    let back_soon = proof == Proof::ContainerTerminated(Restart::Soon)
        && seen.cluster.settled()
        && seen.cluster.target.is(&holder.instance);
    (!back_soon).then_some(Verdict::ReleaseLease { expect: lease.version, proof })
}

/// `pending`: compare what the replicas have, and choose.
fn nobody_leads(seen: &Seen, policy: &Policy) -> Option<Verdict> {
    let cluster = &seen.cluster;
    if cluster.target != Target::Pending {
        return None;
    }
    if let Some(verdict) = labels::off_all_but(seen, None) {
        return Some(verdict);
    }
    let old = cluster.current.as_ref().and_then(|name| seen.instance(name));
    let back = |why| old.map(|old| seen.back_to(&old.name, why));
    if old.is_some_and(|old| seen.leads(old)) {
        return back(WhyReturn::Leads);
    }
    if seen.target_age < policy.report_wait
        && let Some(waiting) = still_moving(seen, old)
    {
        return Some(Verdict::Wait(waiting));
    }
    let able = old.and_then(|old| old.could_lead_again()); // it has all that was acknowledged
    let finalists: Vec<Finalist> =
        seen.instances.iter().filter_map(|one| one.finalist(cluster.stamp)).collect();
    let chosen = choose(&finalists, &seen.durability);
    match (chosen, able) {
        (Err(missing), Some(_)) => back(WhyReturn::OnlyOne(missing)),
        (Err(missing), None) => Some(Verdict::Refuse(missing)),
        (Ok(best), Some(end))
            if seen.durability == Durability::Async
                && end.is_none_or(|end| end > best.position) =>
        {
            back(WhyReturn::HasMore)
        }
        (Ok(best), _) => Some(Verdict::Elect {
            expect: cluster.version,
            target: best.name.clone(),
            floor: best.position,
            quorum: seen.quorum,
        }),
    }
}

/// Who must still come to rest before positions can be compared.
fn still_moving(seen: &Seen, old: Option<&InstanceSeen>) -> Option<Waiting> {
    let stamp = seen.cluster.stamp;
    let receiving = seen.instances.iter().filter(|one| one.receives_despite(stamp));
    let receiving: Vec<InstanceName> = receiving.map(|one| one.name.clone()).collect();
    if !receiving.is_empty() {
        return Some(Waiting::Receivers(receiving)); // choosing now would throw that WAL away
    }
    let old = old?;
    let report = old.report.as_ref()?;
    matches!(report.standing, Standing::Leading | Standing::Rising | Standing::Stopping)
        .then(|| Waiting::OldPrimary(old.name.clone()))
}

/// The target is not the current primary: a switchover, or the one that was elected.
fn taking_over(seen: &Seen, policy: &Policy) -> Option<Verdict> {
    let cluster = &seen.cluster;
    let Target::Instance(target) = &cluster.target else { return None };
    if cluster.settled() {
        return None;
    }
    let Some(current) = &cluster.current else {
        return Some(Verdict::Wait(Waiting::FirstPrimary));
    };
    let elected = cluster.mandate().is_some();
    if elected {
        if let Some(verdict) = labels::off_all_but(seen, Some(target)) {
            return Some(verdict);
        }
    } else if let Some(verdict) =
        withdraw(seen, policy, target, current).or_else(|| labels::aside(seen, target))
    {
        return Some(verdict);
    }
    let hint = match seen.instance(target).and_then(|one| one.report.as_ref()) {
        None => Hint::Silent,
        Some(report) if report.fitness != Fitness::Fit => Hint::Broken,
        Some(report) if report.outdated == Some(cluster.stamp) => {
            return Some(Verdict::Depose { expect: cluster.version, hint: Hint::Outdated });
        }
        Some(_) if seen.target_age >= policy.take_over => Hint::TookTooLong,
        Some(_) => return Some(Verdict::Wait(Waiting::Successor(target.clone()))),
    };
    Some(failing(seen, policy, hint))
}

/// A switchover that cannot come to a good end is taken back while the old primary can lead.
fn withdraw(
    seen: &Seen,
    policy: &Policy,
    target: &InstanceName,
    current: &InstanceName,
) -> Option<Verdict> {
    let old = seen.instance(current)?;
    let stopped = old.could_lead_again().is_some();
    if seen.leads(old) {
        if let Err(refusal) = may_switch(seen, target) {
            return Some(seen.back_to(current, WhyReturn::Refused(refusal)));
        }
        if seen.target_age >= policy.take_over {
            return Some(seen.back_to(current, WhyReturn::Late));
        }
    }
    let report = seen.instance(target)?.report.as_ref()?;
    (stopped && report.behind_hand_over).then(|| seen.back_to(current, WhyReturn::Behind))
}

/// Nothing is under way: is the primary well?
fn leading(seen: &Seen, policy: &Policy) -> Option<Verdict> {
    let Target::Instance(target) = &seen.cluster.target else { return None };
    let primary = seen.instance(target);
    if primary.is_some_and(|one| one.fenced) {
        return Some(Verdict::Keep); // a person wants it so
    }
    let hint = match primary.and_then(|one| one.report.as_ref()) {
        None if seen.renews(target) && !seen.isolated(target, policy) => {
            return Some(Verdict::Wait(Waiting::Unreachable));
        }
        None => Hint::Silent,
        Some(report) if report.fitness != Fitness::Fit => Hint::Broken,
        Some(report) if report.standing == Standing::Leading => {
            return labels::on_then_off(seen, target)
                .or_else(|| seen.failing_for.map(|_| Verdict::ClearFailing));
        }
        Some(report) if report.standing == Standing::NoRight => Hint::NoRight,
        Some(_) if seen.failing_for.is_some_and(|span| span >= policy.take_over) => {
            Hint::TookTooLong
        }
        Some(_) if seen.failing_for.is_none() => {
            return Some(Verdict::NoteFailing(Hint::NotServing));
        }
        Some(_) => return Some(Verdict::Wait(Waiting::Rising(target.clone()))),
    };
    Some(failing(seen, policy, hint))
}

/// The way to `pending`: note it, let the delay pass, take the label off, then the target.
fn failing(seen: &Seen, policy: &Policy, hint: Hint) -> Verdict {
    let Some(failing_for) = seen.failing_for else { return Verdict::NoteFailing(hint) };
    if failing_for < policy.failover_delay {
        let left = policy.failover_delay - failing_for;
        return Verdict::Wait(Waiting::Delay(left.as_millis()));
    }
    if seen.target_restarts_soon() && failing_for < policy.restart_wait {
        return Verdict::Wait(Waiting::Restart);
    }
    labels::off_all_but(seen, None)
        .unwrap_or(Verdict::Depose { expect: seen.cluster.version, hint })
}

/// How a pass asks whether an instance has stopped receiving for this act of naming a target.
impl InstanceSeen {
    fn receives_despite(&self, stamp: Stamp) -> bool {
        self.report.as_ref().is_some_and(|report| {
            matches!(report.standing, Standing::Standby { receiver, .. }
                if receiver != Receiver::Ended { under: stamp })
        })
    }
}
