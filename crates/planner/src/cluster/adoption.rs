//! A cluster restored with its volumes: they belong to nobody, and become its own.

use api::phases::cluster as phases;
use api::{annotations, labels};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};

use crate::manifests::names;

use super::claims;
use super::next::{Change, Next};
use super::plan::Action;
use super::pods;
use super::status;
use super::view::View;

/// Whether the tool that restores has filled the volumes, by init containers of the pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Restore {
    Done,
    Running,
    Failed,
}

fn restore(pod: &Pod) -> Restore {
    let states =
        pod.status.iter().flat_map(|status| status.init_container_statuses.iter().flatten());
    let codes: Vec<Option<i32>> =
        states.map(|one| Some(one.state.as_ref()?.terminated.as_ref()?.exit_code)).collect();
    let declared =
        pod.spec.as_ref().and_then(|spec| spec.init_containers.as_ref()).map_or(0, Vec::len);
    match () {
        () if codes.iter().flatten().any(|code| *code != 0) => Restore::Failed,
        () if codes.len() < declared || codes.contains(&None) => Restore::Running,
        () => Restore::Done,
    }
}

/// Takes over what was there before the cluster.
pub(super) fn adopt(view: &View<'_>) -> Option<Next> {
    if status::is_initialized(&view.status) {
        return None;
    }
    let all = view.seen.orphan_claims.iter();
    let all: Vec<&PersistentVolumeClaim> = all
        .filter(|claim| claims::serial(claim).is_some() && !pods::going(&claim.metadata))
        .collect();
    let labelled =
        all.iter().find(|claim| claims::role(claim) == Some(labels::ROLE_PRIMARY)).copied();
    let first =
        labelled.or_else(|| all.iter().copied().max_by_key(|claim| claims::serial(claim)))?;
    let primary = names::instance(view.name, claims::serial(first)?);
    let stage = |next: Next| {
        next.stage(phases::SETTING_UP_PRIMARY, format!("Taking over the volumes of {primary}"))
    };
    let pods = &view.seen.orphan_pods;
    let restores: Vec<Restore> = pods.iter().map(restore).collect();
    if restores.contains(&Restore::Failed) {
        return Some(stage(Next::wait(10)));
    }
    if restores.contains(&Restore::Running) {
        return Some(stage(Next::wait(5)));
    }
    if !pods.is_empty() {
        let delete = pods.iter().filter(|pod| !pods::going(&pod.metadata));
        let actions =
            delete.map(|pod| Action::DeleteOrphanPod(pods::object(&pod.metadata))).collect();
        return Some(stage(Next { actions, ..Next::wait(1) }));
    }
    // As the original does: else nobody of those who come back could lead.
    let fenced = view.seen.cluster.metadata.annotations.as_ref();
    if fenced.is_some_and(|all| all.contains_key(annotations::FENCED_INSTANCES)) {
        return Some(stage(Next::wait(0).action(Action::LiftFencing)));
    }
    if view.target() != Some(&primary) {
        return Some(
            stage(Next::wait(0)).change(Change::Target { name: primary.clone(), election: None }),
        );
    }
    let actions =
        all.iter().map(|claim| Action::AdoptClaim(pods::object(&claim.metadata))).collect();
    Some(stage(Next { actions, ..Next::wait(1) }))
}
