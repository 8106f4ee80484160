//! Holding the lease: claim, renew, release.

use super::super::clock::BootTime;
use super::super::records::{HandOver, Holder, LeaseRecord, Target};
use super::rise::Basis;
use super::{Claim, Data, Effect, Member, Server, Written};

impl Member {
    pub(super) fn saw_lease(&mut self, record: LeaseRecord, now: BootTime) {
        let known = self.lease.record.as_ref();
        if known.is_some_and(|known| known.version > record.version) {
            return;
        }
        if known.is_none_or(|known| known.version < record.version) {
            self.lease.sign = now;
        }
        if !record.held_by(&self.me.session) {
            self.right.lost();
        }
        self.lease.record = Some(record);
        self.lease.reread = false;
    }

    pub(super) fn lease_written(&mut self, written: Written<LeaseRecord>, now: BootTime) {
        let sent = self.lease.calling.take();
        match written {
            Written::Done(record) => {
                let newest = self.lease.record.as_ref();
                let newest = newest.is_none_or(|known| known.version <= record.version);
                let mine = record.held_by(&self.me.session);
                self.saw_lease(record, now);
                if let (true, true, Some(sent)) = (newest, mine, sent) {
                    self.right.confirmed(sent, now, &self.bounds.terms);
                    self.round.renewed(sent);
                }
            }
            Written::Conflict => self.lease.reread = true,
            Written::Unknown => {
                self.lease.reread = true;
                self.lease.not_before = now + self.bounds.terms.retry / 4;
            }
        }
    }

    /// The lease is mine, as far as known; whether the right still lasts is another question.
    pub(super) fn holds(&self) -> bool {
        self.lease.record.as_ref().is_some_and(|record| record.held_by(&self.me.session))
    }

    /// At most one call at a time: read when in doubt, else renew, release or claim.
    pub(super) fn lease_work(&mut self, now: BootTime, effects: &mut Vec<Effect>) {
        if self.lease.calling.is_some() || now < self.lease.not_before {
            return;
        }
        let record = match &self.lease.record {
            Some(record) if !self.lease.reread => record.clone(),
            _ => {
                self.lease.calling = Some(now);
                self.lease.not_before = now + self.bounds.terms.retry / 4;
                effects.push(Effect::ReadLease);
                return;
            }
        };
        let basis = self.basis();
        if !record.held_by(&self.me.session) {
            self.claim_work(&record, basis, now, effects);
        } else if self.may_write() || (basis.is_some() && !self.terminating && !self.broken) {
            let due = self.round.last_attempt() + self.bounds.terms.retry;
            if now >= due || !self.right.entitled(now) {
                self.round.attempted(now, self.electors(Some(&record)));
                let renewed = LeaseRecord { electors: Some(self.electors(None)), ..record };
                self.write_lease(renewed, now, effects);
            }
        } else {
            self.release(record, now, effects);
        }
    }

    fn claim_work(
        &mut self,
        record: &LeaseRecord,
        basis: Option<Basis>,
        now: BootTime,
        effects: &mut Vec<Effect>,
    ) {
        let Some(basis) = basis else { return };
        if self.fenced || self.broken || self.terminating {
            return;
        }
        match self.claim(record) {
            Claim::Now => {}
            // The end of the log is known only when the old primary has released the lease.
            Claim::After(_) if basis == Basis::HandedOver => return,
            Claim::After(due) if now >= due => {
                self.memory.claim = Some(record.version);
                effects.push(Effect::Remember(self.memory.clone()));
            }
            Claim::After(_) | Claim::NotAnElector => return,
        }
        self.round.attempted(now, self.electors(Some(record)));
        let hand_over = record.hand_over.clone().filter(|_| basis == Basis::HandedOver);
        let claimed = LeaseRecord {
            holder: Some(Holder {
                instance: self.me.name.clone(),
                session: self.me.session.clone(),
            }),
            electors: Some(self.electors(None)),
            hand_over,
            transitions: record.transitions + 1,
            ..record.clone()
        };
        self.write_lease(claimed, now, effects);
    }

    /// Only when the server cannot acknowledge anything any more; with the end of its log, if a
    /// clean stop has told it.
    fn release(&mut self, record: LeaseRecord, now: BootTime, effects: &mut Vec<Effect>) {
        let end = match (&self.server, self.data) {
            (Server::Down { end }, Data::Primary) => *end,
            _ => None,
        };
        let hand_over = end
            .map(|position| HandOver { by: self.me.name.clone(), position })
            .or(record.hand_over.clone().filter(|_| self.data == Data::Standby));
        self.right.lost(); // with the sending: it may be done long before the answer is here
        self.write_lease(LeaseRecord { holder: None, hand_over, ..record }, now, effects);
    }

    fn write_lease(&mut self, record: LeaseRecord, now: BootTime, effects: &mut Vec<Effect>) {
        self.lease.calling = Some(now);
        self.lease.not_before = now + self.bounds.terms.retry / 20;
        effects.push(Effect::WriteLease(LeaseRecord { renewed: record.renewed + 1, ..record }));
    }

    /// Nothing is left to do before the process may end.
    pub(super) fn released(&self) -> bool {
        !self.may_write() && !self.holds() && self.lease.calling.is_none()
    }

    /// A claim by waiting, of this life or an earlier one, may still arrive.
    pub(super) fn claim_unresolved(&self, record: &LeaseRecord) -> bool {
        self.memory.claim.is_some_and(|sent| record.version <= sent)
    }

    /// Whether the status names this instance.
    pub(super) fn is_target(&self) -> bool {
        let record = self.cluster.record.as_ref();
        record.is_some_and(|cluster| cluster.target.is(&self.me.name))
    }

    /// Somebody else, or nobody, when the status does not name this instance.
    pub(super) fn others_target(&self) -> Option<&Target> {
        let cluster = self.cluster.record.as_ref()?;
        (!cluster.target.is(&self.me.name)).then_some(&cluster.target)
    }
}
