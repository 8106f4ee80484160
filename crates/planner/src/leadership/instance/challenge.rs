//! When an instance that is not the holder may claim the lease.

use super::super::clock::BootTime;
use super::super::records::LeaseRecord;
use super::{Data, Member};

/// Whether the lease can be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Its last holder has stopped, or was this pod in an earlier life.
    Now,
    /// Nothing has been seen of its holder for the whole lease when this moment comes.
    After(BootTime),
    /// The holder cannot have asked this instance for a promise: it was not known to it.
    NotAnElector,
}

impl Member {
    /// How the lease can be claimed, given its record.
    #[must_use]
    pub(super) fn claim(&self, record: &LeaseRecord) -> Claim {
        let Some(holder) = &record.holder else { return Claim::Now };
        let me = &self.me;
        // Same pod: the kubelet has buried the predecessor. The directory of a primary shows that
        // the lease was won before it, not by a claim that arrived late.
        let predecessor =
            holder.instance == me.name && holder.session.pod_uid == me.session.pod_uid;
        if predecessor && self.data == Data::Primary {
            return Claim::Now;
        }
        match &record.electors {
            Some(electors) if !electors.contains(&me.name) => Claim::NotAnElector,
            _ => Claim::After(self.lease.sign + self.bounds.terms.lease),
        }
    }

    /// When waiting will have been long enough.
    pub(super) fn claim_due(&self) -> Option<BootTime> {
        let record = self.lease.record.as_ref()?;
        if record.held_by(&self.me.session) {
            return None;
        }
        match self.claim(record) {
            Claim::After(due) => Some(due),
            Claim::Now | Claim::NotAnElector => None,
        }
    }
}
