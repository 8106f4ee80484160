//! The primary leaves a node that is being emptied, before it is evicted.

use api::phases::cluster as phases;
use k8s_openapi::api::core::v1::{Node, Pod};

use crate::leadership::operator::may_switch;

use super::event::Reason;
use super::next::{Change, Next};
use super::pods;
use super::view::View;

/// No new pods go there, or those that are there are about to leave.
fn drained(view: &View<'_>, node: &Node) -> bool {
    let Some(spec) = &node.spec else { return false };
    let taints = &view.seen.operator.drain_taints;
    spec.unschedulable == Some(true)
        || spec.taints.iter().flatten().any(|taint| taints.contains(&taint.key))
}

/// Hands the role over to a replica on another node.
pub(super) fn drain(view: &View<'_>) -> Option<Next> {
    let leadership = view.seen.leadership.as_ref()?;
    let primary = view.current().filter(|name| view.settled() && !view.fenced(name))?;
    let pod = view.pod(primary).filter(|pod| pods::active(pod))?;
    if !view.reported(primary)?.is_primary {
        return None;
    }
    let from = pods::node(pod)?;
    if !drained(view, view.node(from)?) {
        return None;
    }
    let elsewhere = |pod: &&&Pod| pods::node(pod).is_some_and(|node| node != from);
    let ranking = view.ranking();
    let failed = view.seen.pods.iter().any(pods::ended);
    let others = view.instances.iter().filter(|instance| instance.name != primary);
    let moved = |instance: &super::view::Instance<'_>| {
        instance.pod.is_some_and(|pod| pods::ready(pod) && elsewhere(&&pod))
    };
    if !failed && !{ others }.all(moved) {
        return None; // the replicas move first
    }
    let able = |pod: &&&Pod| {
        let name = pods::name(&pod.metadata);
        let node = pods::node(pod).and_then(|node| view.node(node));
        name != primary
            && pods::ready(pod)
            && node.is_some_and(|node| !drained(view, node))
            && view.reported(name).is_some_and(|one| one.is_wal_receiver_active)
            && may_switch(leadership, &name.into()).is_ok()
    };
    let to = ranking.iter().filter(elsewhere).find(able)?;
    let to = pods::name(&to.metadata);
    let note = format!(
        "Primary {primary} is on node {from}, which is being emptied: switching over to {to}"
    );
    Some(
        Next::wait(1)
            .stage(phases::SWITCHOVER, format!("Switching over to {to}"))
            .change(Change::Target { name: to.to_owned(), election: None })
            .event(Reason::SwitchingOver, note),
    )
}
