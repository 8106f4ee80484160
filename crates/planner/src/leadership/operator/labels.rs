//! In which order role labels are written: where -rw leads.
//!
//! A label goes off at once when somebody else is to be elected. When the new primary leads it is
//! labelled first and the old one after it: a service without any endpoint refuses connections.
//! kube-proxy holds a second change within a second back. Becoming the primary would be two, of -rw
//! and of -ro, so the one switched to leaves -ro while the old primary still stops.

use super::super::records::InstanceName;
use super::{InstanceSeen, Label, Seen, Verdict};

fn write(one: &InstanceSeen, label: Label) -> Verdict {
    Verdict::Label { instance: one.name.clone(), label }
}

/// The next label to take off while nobody leads.
pub(super) fn off_all_but(seen: &Seen, keep: Option<&InstanceName>) -> Option<Verdict> {
    former(seen, keep).map(|one| write(one, Label::Neither))
}

/// The one switched to leaves the service for reads.
pub(super) fn aside(seen: &Seen, target: &InstanceName) -> Option<Verdict> {
    let target = seen.instance(target).filter(|one| one.label == Label::Replica)?;
    Some(write(target, Label::Neither))
}

/// The next label to write when `leader` leads.
pub(super) fn on_then_off(seen: &Seen, leader: &InstanceName) -> Option<Verdict> {
    let leader_seen = seen.instance(leader)?;
    if leader_seen.label != Label::Primary {
        return Some(write(leader_seen, Label::Primary));
    }
    former(seen, Some(leader)).map(|one| write(one, Label::Replica))
}

fn former<'a>(seen: &'a Seen, keep: Option<&InstanceName>) -> Option<&'a InstanceSeen> {
    let mut labelled = seen.instances.iter().filter(|one| one.label == Label::Primary);
    labelled.find(|one| Some(&one.name) != keep)
}
