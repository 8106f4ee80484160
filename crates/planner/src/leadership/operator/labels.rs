//! In which order role labels are written: where -rw leads.
//!
//! A label goes off at once when somebody else is to be elected. When the new primary leads it is
//! labelled first and the old one after it: kube-proxy holds a second change within a second back,
//! and a service without any endpoint refuses connections.

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
