//! Becoming the primary: what entitles an instance to, and the steps.

use super::super::clock::BootTime;
use super::super::records::Position;
use super::{Data, Effect, Member, Role, Server};

/// Why this instance may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// It is the current primary, or the first one.
    Current,
    /// It was chosen among replicas that had stopped receiving.
    Elected,
    /// The old primary has stopped, and this one has its log to the end.
    HandedOver,
}

impl Member {
    /// Why this instance may lead, as far as it knows.
    pub(super) fn basis(&self) -> Option<Basis> {
        let cluster = self.cluster.record.as_ref()?;
        if !self.is_target() {
            return None;
        }
        match (self.data, cluster.is_current(&self.me.name)) {
            (_, true) => Some(Basis::Current),
            (Data::Primary, false) => cluster.current.is_none().then_some(Basis::Current),
            (Data::Standby, false) => {
                let position = self.position()?;
                match cluster.mandate() {
                    Some(election) => (position >= election.floor
                        && self.outdated != Some(election.stamp))
                    .then_some(Basis::Elected),
                    None => (position >= self.handed_over()?).then_some(Basis::HandedOver),
                }
            }
        }
    }

    /// The end of the log of a primary that handed over, while nobody led after it.
    pub(super) fn handed_over(&self) -> Option<Position> {
        let record = self.lease.record.as_ref()?;
        let cluster = self.cluster.record.as_ref()?;
        let free = record.holder.is_none() || self.holds();
        let hand_over = record.hand_over.as_ref().filter(|_| free)?;
        cluster.is_current(&hand_over.by).then_some(hand_over.position)
    }

    pub(super) fn position(&self) -> Option<Position> {
        match self.server {
            Server::Standby { position, .. } => Some(position),
            _ => None,
        }
    }

    /// With the lease, the right and a live read younger than the lease: start or promote.
    pub(super) fn rise_work(&mut self, now: BootTime, effects: &mut Vec<Effect>) {
        if self.fenced || self.terminating {
            if self.terminating && matches!(self.server, Server::Down { .. }) && self.released() {
                self.order(Effect::Exit, now, effects);
            }
            return;
        }
        self.count_crashes(now);
        if self.broken {
            if matches!(self.server, Server::Down { .. }) && self.released() {
                self.order(Effect::Exit, now, effects);
            }
            return;
        }
        if self.may_write() || !self.holds() || !self.right.entitled(now) || self.basis().is_none()
        {
            return;
        }
        let confirmed = self.cluster.confirmed;
        let young = confirmed.is_some() && confirmed >= self.right.acquired();
        if !young {
            self.read_cluster(now, effects);
            return;
        }
        // Nobody but the holder changes the record, so from here on it stays as it was read.
        if let Some(election) = self.cluster.record.as_ref().and_then(|one| one.mandate())
            && self.basis() == Some(Basis::Elected)
            && election.quorum != self.cluster.quorum
        {
            self.outdated = Some(election.stamp);
            return; // the lease goes back, and the operator looks again
        }
        match (&self.server, self.data) {
            (Server::Down { .. }, Data::Primary) => {
                self.take_over(Effect::Start(Role::Primary), now, effects);
            }
            (Server::Standby { upstream: Some(_), .. }, _) => {
                self.order(Effect::EndReceiver, now, effects);
            }
            (Server::Standby { upstream: None, .. }, _) => {
                self.take_over(Effect::Promote, now, effects);
            }
            _ => {}
        }
    }

    /// `currentPrimary` first: written on the very version that names this instance as the target,
    /// it is the live look at the target and the promise to lead in one.
    fn take_over(&mut self, then: Effect, now: BootTime, effects: &mut Vec<Effect>) {
        let Some(cluster) = &self.cluster.record else { return };
        if cluster.is_current(&self.me.name) {
            self.order(then, now, effects);
        } else if self.cluster.calling.is_none() {
            self.cluster.calling = Some(now);
            effects.push(Effect::WriteCurrent { expect: cluster.version });
        }
    }

    /// A primary that keeps dying is given up by its own manager.
    fn count_crashes(&mut self, now: BootTime) {
        if self.data == Data::Standby {
            self.crashes.clear(); // they were a primary's, and that has been given up
            self.broken = false;
            return;
        }
        let window = self.bounds.restart_window;
        self.crashes.retain(|crash| now - *crash < window);
        self.broken |= self.crashes.len() > self.bounds.restarts;
    }
}
