//! What an instance says of itself in its status.

use super::super::candidate::Fitness;
use super::super::clock::BootTime;
use super::super::operator::{Receiver, Report, Standing};
use super::super::records::Position;
use super::{Data, Member, Role, Server};

impl Member {
    /// The answer to a status request.
    #[must_use]
    pub fn report(&self, now: BootTime) -> Report {
        let fitness = if self.broken || self.terminating {
            Fitness::Broken
        } else if self.fenced {
            Fitness::Fenced
        } else {
            Fitness::Fit
        };
        let behind_hand_over = match (&self.server, self.handed_over()) {
            (Server::Standby { position, upstream, .. }, Some(end)) => {
                let streaming = upstream.as_ref().is_some_and(|upstream| upstream.streaming);
                self.is_target() && *position < end && !streaming
            }
            _ => false,
        };
        let outdated = self.outdated;
        Report { standing: self.standing(now), fitness, behind_hand_over, outdated }
    }

    fn standing(&self, now: BootTime) -> Standing {
        match &self.server {
            Server::Primary { .. } | Server::Promoting | Server::Starting(Role::Primary)
                if self.stop.is_some() =>
            {
                Standing::Stopping
            }
            Server::Primary { .. } if self.right.entitled(now) => Standing::Leading,
            Server::Primary { .. } => Standing::NoRight,
            Server::Promoting | Server::Starting(Role::Primary) => Standing::Rising,
            Server::Standby { position, upstream, .. } => {
                let streaming = upstream.as_ref().map(|upstream| upstream.streaming);
                self.as_standby(*position, streaming)
            }
            Server::Down { end } if self.data == Data::Primary => self.closed(*end, now),
            Server::Down { .. } | Server::Starting(Role::Standby) | Server::Rejoining => {
                Standing::Rejoining
            }
        }
    }

    fn as_standby(&self, position: Position, streaming: Option<bool>) -> Standing {
        let cluster = self.cluster.record.as_ref();
        if self.holds() && cluster.is_some_and(|cluster| cluster.is_current(&self.me.name)) {
            return Standing::Rising;
        }
        let receiver = match (streaming, self.memory.ended) {
            (None, Some(ended)) => Receiver::Ended { under: ended.under },
            (Some(true), _) => Receiver::Streaming,
            _ => Receiver::Searching,
        };
        Standing::Standby { position, receiver }
    }

    fn closed(&self, end: Option<Position>, now: BootTime) -> Standing {
        let cluster = self.cluster.record.as_ref();
        if cluster.is_none_or(|cluster| !cluster.is_current(&self.me.name)) {
            return Standing::Rejoining;
        }
        if self.is_target() {
            return if self.holds() && !self.right.entitled(now) {
                Standing::NoRight
            } else {
                Standing::Rising
            };
        }
        Standing::FormerPrimary { end }
    }
}
