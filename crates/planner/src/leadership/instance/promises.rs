//! Life without the API server: a holder that cannot renew asks all who could claim to refrain.
//!
//! A promise is nothing but a sign of the holder, seen by the one who gives it: it counts the
//! lease's duration anew from the moment it says yes, exactly as after a renewal, and starts that
//! count again after a restart. The holder counts its shorter deadline from before it asked. So
//! the same 10 < 15 that makes renewals safe makes promises safe.

use std::collections::BTreeSet;
use std::time::Duration;

use super::super::clock::BootTime;
use super::super::records::{Holder, InstanceName, LeaseRecord};
use super::{Effect, Member};

/// "Will you refrain from claiming for a lease's duration?"
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub round: u64,
    pub from: Holder,
}

/// The holder's rounds of asking, and the renewals they stand in for.
#[derive(Debug, Clone, Default)]
pub(super) struct Round {
    number: u64,
    began: BootTime,
    missing: BTreeSet<InstanceName>,
    last_renewal: Option<BootTime>,
    last_attempt: BootTime,
    /// Who may be among the electors if an unanswered write has been done.
    maybe: BTreeSet<InstanceName>,
}

impl Round {
    pub(super) fn renewed(&mut self, sent: BootTime) {
        self.last_renewal = Some(sent);
        self.missing.clear();
        self.maybe.clear();
    }

    pub(super) fn attempted(&mut self, now: BootTime, electors: BTreeSet<InstanceName>) {
        self.last_attempt = now;
        self.maybe.extend(electors);
    }

    pub(super) fn last_attempt(&self) -> BootTime {
        self.last_attempt
    }
}

const ASK_EVERY: Duration = Duration::from_secs(1);

impl Member {
    /// Those who may claim by waiting: all instances, and those a record already lists.
    pub(super) fn electors(&self, also: Option<&LeaseRecord>) -> BTreeSet<InstanceName> {
        let cluster = self.cluster.record.as_ref();
        let mut electors = cluster.map(|one| one.instances.clone()).unwrap_or_default();
        electors.insert(self.me.name.clone());
        if let Some(listed) = also.and_then(|record| record.electors.as_ref()) {
            electors.extend(listed.iter().cloned());
        }
        electors
    }

    /// Asks when two renewals are overdue, as long as the right lasts: once lost, only a renewal
    /// brings it back.
    pub(super) fn promise_work(&mut self, now: BootTime, effects: &mut Vec<Effect>) {
        let (Some(renewed), true) = (self.round.last_renewal, self.may_write()) else { return };
        let overdue = now >= renewed + 2 * self.bounds.terms.retry;
        if !overdue || !self.right.entitled(now) || now < self.round.began + ASK_EVERY {
            return;
        }
        let Some(record) = self.lease.record.as_ref().filter(|_| self.holds()) else { return };
        let Some(listed) = &record.electors else { return };
        let mut peers: BTreeSet<_> = listed.union(&self.round.maybe).cloned().collect();
        peers.remove(&self.me.name);
        self.round.number += 1;
        self.round.began = now;
        self.round.missing = peers;
        let peers: Vec<_> = self.round.missing.iter().cloned().collect();
        if peers.is_empty() {
            self.right.confirmed(now, now, &self.bounds.terms); // nobody else may claim
        } else {
            effects.push(Effect::Ask { round: self.round.number, peers });
        }
    }

    /// Only a yes from everyone extends the right, and only from when the round began.
    pub(super) fn answered(&mut self, round: u64, by: &InstanceName, promised: bool) {
        if round != self.round.number || !promised || !self.round.missing.remove(by) {
            return;
        }
        if self.round.missing.is_empty() && self.holds() {
            let began = self.round.began;
            self.right.confirmed(began, began, &self.bounds.terms);
        }
    }

    /// Yes, unless this instance knows another holder or target, or may have claimed already.
    pub(super) fn answer(&mut self, ask: Ask, now: BootTime) -> Effect {
        let Ask { round, from } = ask;
        // After a start it knows nothing, and will count from its first look at the lease.
        let same_holder = match &self.lease.record {
            Some(record) => record.holder.as_ref() == Some(&from) && !self.claim_unresolved(record),
            None => self.memory.claim.is_none(),
        };
        let cluster = self.cluster.record.as_ref();
        let same_target = cluster.is_none_or(|cluster| cluster.target.is(&from.instance));
        let promised = same_holder && same_target;
        if promised {
            self.lease.sign = now;
        }
        Effect::Answer { round, to: from.instance, promised }
    }
}
