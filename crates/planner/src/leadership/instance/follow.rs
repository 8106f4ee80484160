//! Being a replica: whom to receive from, when to stop, how to become one again.

use std::time::Duration;

use super::super::clock::BootTime;
use super::super::records::ClusterRecord;
use super::{Data, Effect, Ended, Member, Role, Server};

/// What a replica does about its receiver.
enum Receiving {
    Nothing,
    End,
    From(super::InstanceName),
}

const EVERY: Duration = Duration::from_secs(1);

impl Member {
    pub(super) fn follow_work(&mut self, now: BootTime, effects: &mut Vec<Effect>) {
        let Some(cluster) = self.cluster.record.clone() else { return };
        if self.data == Data::Standby && cluster.electing() {
            self.remember_the_end(&cluster, effects);
        }
        if self.fenced || self.terminating || self.broken {
            return;
        }
        match (&self.server, self.data) {
            (Server::Down { .. }, Data::Standby) => {
                self.order(Effect::Start(Role::Standby), now, effects);
            }
            (Server::Down { .. }, Data::Primary) => self.rejoin_work(&cluster, now, effects),
            (Server::Standby { open, .. }, _) => {
                if !open && now >= self.label_read + EVERY / 4 {
                    self.label_read = now;
                    effects.push(Effect::ReadLabel);
                }
                self.receive_work(&cluster, now, effects);
            }
            _ => {}
        }
    }

    /// Durable before the receiver ends, and so before anyone counts on it.
    fn remember_the_end(&mut self, cluster: &ClusterRecord, effects: &mut Vec<Effect>) {
        let ended = Ended { under: cluster.stamp, version: cluster.version };
        if self.memory.ended.is_none_or(|known| known.under != ended.under) {
            self.memory.ended = Some(ended);
            effects.push(Effect::Remember(self.memory.clone()));
        }
    }

    fn receive_work(&mut self, cluster: &ClusterRecord, now: BootTime, effects: &mut Vec<Effect>) {
        match self.receiving(cluster) {
            Receiving::Nothing => {}
            Receiving::End => self.order(Effect::EndReceiver, now, effects),
            Receiving::From(from) => {
                if self.memory.ended.take().is_some() {
                    effects.push(Effect::Remember(self.memory.clone()));
                }
                self.order(Effect::Receive { from }, now, effects);
            }
        }
    }

    fn receiving(&self, cluster: &ClusterRecord) -> Receiving {
        let Server::Standby { upstream, .. } = &self.server else { return Receiving::Nothing };
        if cluster.electing() {
            return if upstream.is_some() { Receiving::End } else { Receiving::Nothing };
        }
        if let Some(ended) = self.memory.ended {
            // Only a younger status than the one that ended it, with a primary in place, lifts it.
            let lifted = cluster.settled() && cluster.version > ended.version;
            if !lifted {
                return if upstream.is_some() { Receiving::End } else { Receiving::Nothing };
            }
        }
        let leading = self.holds() && self.basis().is_some();
        match &cluster.current {
            Some(current)
                if !leading
                    && *current != self.me.name
                    && upstream.as_ref().is_none_or(|upstream| upstream.from != *current) =>
            {
                Receiving::From(current.clone())
            }
            _ => Receiving::Nothing,
        }
    }

    /// Somebody else has taken over, by a live read: this directory is never served as it is.
    fn rejoin_work(&mut self, cluster: &ClusterRecord, now: BootTime, effects: &mut Vec<Effect>) {
        let Some(current) = cluster.current.as_ref().filter(|_| cluster.settled()) else { return };
        if *current == self.me.name || self.holds() {
            return;
        }
        if self.cluster.confirmed.is_none() {
            self.read_cluster(now, effects);
        } else if now >= self.rejoin_tried + EVERY {
            self.rejoin_tried = now;
            effects.push(Effect::Rejoin { with: current.clone() });
        }
    }
}
