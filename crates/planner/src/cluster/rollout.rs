//! Pods are replaced one at a time by newer ones: replicas first, the most lagging of them before
//! the others, and the primary last.

use std::collections::BTreeMap;
use std::time::Duration;

use api::annotations;
use api::cluster::primary::{PrimaryUpdateMethod, PrimaryUpdateStrategy};
use api::phases::cluster as phases;
use k8s_openapi::api::core::v1::Pod;

use crate::leadership::operator::may_switch;
use crate::manifests::{Drift, Living, ManagerUpdates};

use super::event::Reason;
use super::next::{Change, Next};
use super::plan::{Action, Again, Grace, Metadata, WhyDelete};
use super::pods;
use super::view::View;

/// How often a rollout that has to wait for its turn is looked at.
const TURN: Duration = Duration::from_secs(15);

fn updates(view: &View<'_>) -> ManagerUpdates {
    if view.seen.operator.in_place_updates {
        ManagerUpdates::InPlace
    } else {
        ManagerUpdates::Rollout
    }
}

/// Why a pod has to make way; nothing for one that does not say how it is, or is fenced.
fn drift(view: &View<'_>, pod: &Pod) -> Option<Drift> {
    let name = pods::name(&pod.metadata);
    let reported = view.reported(name)?;
    if !pods::ready(pod) || reported.might_be_unavailable || view.fenced(name) {
        return None;
    }
    let living = Living {
        pod,
        executable_hash: &reported.executable_hash,
        pending_restart: reported.pending_restart,
    };
    view.manifests().drift(&living, updates(view))
}

/// The next pod to replace.
pub(super) fn rollout(view: &View<'_>) -> Option<Next> {
    let primary = view.current().filter(|_| view.settled())?;
    let lagging_first = view.ranking().into_iter().rev();
    let mut replicas = lagging_first.filter(|pod| pods::name(&pod.metadata) != primary);
    if let Some((pod, why)) = replicas.find_map(|pod| Some((pod, drift(view, pod)?))) {
        return Some(replica(view, pod, &why));
    }
    let pod = view.pod(primary)?;
    let why = drift(view, pod)?;
    let decrease = view.reported(primary)?.pending_restart_for_decrease;
    if why == Drift::PendingRestart && decrease && !supervised(view) {
        // Its manager restarts PostgreSQL by itself: the replicas may only follow.
        let reason = "Decrease of hot standby sensitive parameters";
        return Some(Next::wait(1).stage(phases::APPLYING_CONFIGURATION, reason));
    }
    Some(primary_update(view, pod, &why))
}

fn because(pod: &Pod, why: &Drift) -> String {
    format!("Restarting instance {}, because: {why}", pods::name(&pod.metadata))
}

fn delete(next: Next, pod: &Pod, why: &Drift) -> Next {
    let note = format!("Upgrading instance {}: {why}", pods::name(&pod.metadata));
    let (pod, grace, why) = (pods::object(&pod.metadata), Grace::Usual, WhyDelete::Rollout);
    next.action(Action::DeletePod { pod, grace, why }).event(Reason::UpgradingInstance, note)
}

fn replica(view: &View<'_>, pod: &Pod, why: &Drift) -> Next {
    not_yet(view, pod).unwrap_or_else(|| {
        delete(Next::wait(1).stage(phases::UPGRADING, because(pod, why)), pod, why)
    })
}

/// Another rollout was not long enough ago.
fn not_yet(view: &View<'_>, pod: &Pod) -> Option<Next> {
    let left = view.seen.operator.rollout_in;
    if left.is_zero() {
        return None;
    }
    let name = pods::name(&pod.metadata);
    let note = format!("Rollout of {name} delayed: another one is too recent");
    let next = Next { again: Some(Again::After(left.min(TURN))), ..Next::default() };
    let told = view.status.phase.as_deref() == Some(phases::UPGRADE_DELAYED);
    let next = if told { next } else { next.event(Reason::RolloutDelayed, note.clone()) };
    Some(next.stage(phases::UPGRADE_DELAYED, note))
}

fn supervised(view: &View<'_>) -> bool {
    let several = view.instances.len() > 1;
    several && view.spec.primary_update_strategy == Some(PrimaryUpdateStrategy::Supervised)
}

/// Settings have reached some instances and not all: what waits for a restart is not known of
/// those, and one that is restarted before its turn may stop the others.
pub(super) fn settings_arrive(view: &View<'_>) -> Option<Next> {
    let reports = view.ready_pods().filter_map(|pod| view.reported(pods::name(&pod.metadata)));
    let loaded = reports.filter(|one| !one.loaded_configuration_hash.is_empty());
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    // Two versions of the manager may write two configurations of one cluster.
    let other = |one: &super::Reported, known: &str| one.loaded_configuration_hash != known;
    loaded
        .map(|one| {
            (*known.entry(&one.executable_hash).or_insert(&one.loaded_configuration_hash), one)
        })
        .any(|(known, one)| other(one, known))
        .then(|| Next::wait(1))
}

/// The primary restarts PostgreSQL in its pod: its manager does it, and says when it is done.
pub(super) fn in_place(view: &View<'_>) -> Option<Next> {
    restarts_in_place(view).then(|| Next::wait(1))
}

fn restarts_in_place(view: &View<'_>) -> bool {
    view.settled() && view.status.phase.as_deref() == Some(phases::RESTARTING_IN_PLACE)
}

/// A restart in place answers a restart that was asked for. Noted only once the phase has been
/// written: a pass that dies in between restarts it once too often rather than not at all.
pub(super) fn restarted(view: &View<'_>) -> Option<Action> {
    let pod = view.pod(view.current().filter(|_| restarts_in_place(view))?)?;
    let key = annotations::RESTARTED_AT;
    let asked = pods::annotation(&view.seen.cluster.metadata, key)?;
    let noted = pods::annotation(&pod.metadata, key) == Some(asked);
    let metadata = Metadata {
        annotations: [(key.to_owned(), Some(asked.to_owned()))].into(),
        ..Metadata::default()
    };
    (!noted).then(|| Action::PatchPod { pod: pods::object(&pod.metadata), metadata })
}

fn primary_update(view: &View<'_>, pod: &Pod, why: &Drift) -> Next {
    let several = view.instances.len() > 1;
    if supervised(view) {
        let reason = "User must issue a supervised switchover";
        return Next::wait(5).stage(phases::WAITING_FOR_USER, reason);
    }
    if let Some(next) = not_yet(view, pod) {
        return next;
    }
    if several && view.spec.primary_update_method == Some(PrimaryUpdateMethod::Switchover) {
        return switch(view, pod, why);
    }
    let restart = view.spec.primary_update_method != Some(PrimaryUpdateMethod::Switchover);
    if restart && why.in_place() {
        let note = because(pod, why);
        return Next::wait(1)
            .stage(phases::RESTARTING_IN_PLACE, note.clone())
            .event(Reason::UpgradingInstance, note);
    }
    delete(Next::wait(1).stage(phases::RESTARTING_PRIMARY, because(pod, why)), pod, why)
}

/// An updated replica takes over; the old primary is rolled as a replica then.
fn switch(view: &View<'_>, primary: &Pod, why: &Drift) -> Next {
    let from = pods::name(&primary.metadata);
    let ranking = view.ranking();
    let best = ranking.iter().map(|pod| pods::name(&pod.metadata)).find(|name| *name != from);
    let able = |name: &&str| {
        let receives = view.reported(name).is_some_and(|one| one.is_wal_receiver_active);
        let leadership = view.seen.leadership.as_ref();
        receives && leadership.is_none_or(|seen| may_switch(seen, &(*name).into()).is_ok())
    };
    let Some(to) = best.filter(able) else { return Next::wait(5) };
    let note = format!("Switching over from {from} to {to} to complete the upgrade: {why}");
    Next::wait(1)
        .stage(phases::UPGRADING, note.clone())
        .change(Change::Target { name: to.to_owned(), election: None })
        .event(Reason::Switchover, note)
}

/// A pod that has not started yet is made anew when it would be made differently by now.
pub(super) fn outdated_pending(view: &View<'_>) -> Option<Next> {
    let manifests = view.manifests();
    let outdated = |pod: &&Pod| {
        // What only a running instance can tell is not asked.
        let living = Living { pod, executable_hash: "unknown", pending_restart: false };
        pods::phase(pod) == "Pending"
            && !pods::going(&pod.metadata)
            && manifests.drift(&living, updates(view)).is_some()
    };
    let pod = view.seen.pods.iter().find(outdated)?;
    let name = pods::name(&pod.metadata);
    let note = format!("Deleting pod {name}, which cannot start and has an outdated definition");
    let (pod, grace, why) = (pods::object(&pod.metadata), Grace::Usual, WhyDelete::Unschedulable);
    let delete = Action::DeletePod { pod, grace, why };
    Some(Next::wait(1).action(delete).event(Reason::DeletePod, note))
}

/// New managers are sent into the pods, without a restart of PostgreSQL.
pub(super) fn managers(view: &View<'_>) -> Option<Next> {
    let reports = || view.active_pods().filter_map(|pod| view.reported(pods::name(&pod.metadata)));
    let busy = |one: &super::Reported| {
        one.is_instance_manager_upgrading || one.pending_restart_for_decrease
    };
    if reports().any(busy) {
        return Some(Next::wait(5));
    }
    let operator = &view.seen.operator;
    // Instances listen to the operator that the status names: a new one is written first.
    let known = view.status.operator_certificate_fingerprint.as_deref();
    if known.unwrap_or_default() != operator.certificate_fingerprint {
        return None;
    }
    if !operator.in_place_updates || reports().any(|one| one.executable_hash.is_empty()) {
        return None;
    }
    for pod in view.ranking().into_iter().rev() {
        let name = pods::name(&pod.metadata);
        let Some(reported) = view.reported(name).filter(|_| !view.fenced(name)) else { continue };
        let architecture = &reported.instance_arch;
        let known = operator.architectures.iter().find(|one| one.go_arch == *architecture);
        let Some(known) = known else {
            let reason =
                format!("There is no manager for the architecture {architecture} of {name}");
            return Some(Next::wait(10).stage(phases::MISSING_ARCHITECTURE, reason));
        };
        if known.hash != reported.executable_hash {
            let (hash, architecture) = (known.hash.clone(), architecture.clone());
            let update =
                Action::UpdateManager { pod: pods::object(&pod.metadata), architecture, hash };
            let reason = format!("Updating the manager of {name}");
            return Some(Next::wait(2).stage(phases::ONLINE_UPDATE, reason).action(update));
        }
    }
    None
}
