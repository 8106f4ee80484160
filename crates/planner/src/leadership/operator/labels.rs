//! In which order role labels are written: where -rw leads.
//!
//! A label goes off at once when somebody else is to lead: the old primary stops as soon as it sees
//! that, and kube-proxy holds a second change within a second back, so the first is made while
//! nobody serves anyway. Where two are labelled, the one that leads is first and the other goes off.

use super::super::records::InstanceName;
use super::{InstanceSeen, Label, Seen, Verdict};

fn write(one: &InstanceSeen, label: Label) -> Verdict {
    Verdict::Label { instance: one.name.clone(), label }
}

/// The next label to take off.
pub(super) fn off_all_but(seen: &Seen, keep: Option<&InstanceName>) -> Option<Verdict> {
    let mut labelled = seen.instances.iter().filter(|one| one.label == Label::Primary);
    labelled.find(|one| Some(&one.name) != keep).map(|one| write(one, Label::Replica))
}

/// The next label to write when `leader` leads.
pub(super) fn on_then_off(seen: &Seen, leader: &InstanceName) -> Option<Verdict> {
    let leader_seen = seen.instance(leader)?;
    if leader_seen.label != Label::Primary {
        return Some(write(leader_seen, Label::Primary));
    }
    off_all_but(seen, Some(leader))
}
