//! The status as it should read, rendered from what was seen and what was decided.

mod conditions;
mod topology;

pub(super) use conditions::{is_initialized, recovery_failure};

use std::collections::BTreeMap;

use api::cluster::status::ClusterStatus;
use api::cluster::status::instances::ReportedState;
use api::labels;
use jiff::Timestamp;

use crate::manifests::names;

use super::claims::Class;
use super::next::{Change, Next};
use super::pods;
use super::view::View;

/// A moment as the status writes it: microseconds, UTC.
pub(super) fn moment(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// Everything that follows from what was seen.
pub(super) fn seen(view: &View<'_>) -> ClusterStatus {
    let mut status = view.status.clone();
    let seen = view.seen;
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let count_or_none = |number: usize| i32::try_from(number).ok().filter(|number| *number > 0);

    let operator = &seen.operator;
    status.available_architectures.clone_from(&operator.architectures);
    status.cloudnativepg_commit_hash = text(&operator.commit_hash);
    status.cloudnativepg_operator_hash = text(&operator.hash);
    status.operator_certificate_fingerprint = text(&operator.certificate_fingerprint);
    status.online_update_enabled = operator.in_place_updates.then_some(true);

    let objects = &seen.objects;
    status.certificates = Some(objects.certificates.clone());
    status.secrets_resource_version = Some(objects.secret_versions.clone());
    status.config_map_resource_version = Some(objects.config_map_versions.clone());
    status.pod_selector_refs.clone_from(&objects.pod_selector_refs);
    status.plugin_status.clone_from(&objects.plugins);
    let poolers = status.pooler_integrations.get_or_insert_default();
    poolers
        .pg_bouncer_integration
        .get_or_insert_default()
        .secrets
        .clone_from(&objects.pooler_secrets);
    status.managed_roles_status.get_or_insert_default();
    status.switch_replica_cluster_status.get_or_insert_default();

    status.read_service = Some(names::read_service(view.name));
    status.write_service = Some(names::read_write_service(view.name));
    let (cluster, role) = (labels::CLUSTER, labels::POD_ROLE);
    let instance = labels::POD_ROLE_INSTANCE;
    status.selector = Some(format!("{cluster}={},{role}={instance}", view.name));

    status.instances = Some(count(view.instances.len())).filter(|number| *number > 0);
    status.instance_names = view.instances.iter().map(|one| one.name.clone()).collect();
    status.ready_instances = Some(count(view.ready_pods().count())).filter(|ready| *ready > 0);
    status.instances_status = pods_by_state(view);
    status.job_count = count_or_none(seen.jobs.len());
    status.pvc_count = count_or_none(seen.claims.len());
    let of = |class: Class| -> Vec<String> {
        let those = view.classes.iter().filter(|(_, is)| **is == class);
        those.map(|(name, _)| (*name).to_owned()).collect()
    };
    status.healthy_pvc = of(Class::Healthy);
    status.dangling_pvc = of(Class::Dangling);
    status.initializing_pvc = of(Class::Initializing);
    status.resizing_pvc = of(Class::Resizing);
    status.unusable_pvc = of(Class::Unusable);
    status.topology = Some(topology::of(view));
    reports(view, &mut status);
    let token = view.spec.replica.as_ref().and_then(|replica| replica.promotion_token.as_ref());
    if token.is_none() {
        status.last_promotion_token = None;
    }
    if !view.is_replica_cluster() {
        status.demotion_token = None;
    }
    conditions::initialized(view, &mut status);
    conditions::recovered(&mut status);
    conditions::system_id(view, &mut status);
    conditions::hibernation(view, &mut status);
    status
}

/// What was decided goes on top.
pub(super) fn decided(view: &View<'_>, next: &Next, status: &mut ClusterStatus) {
    let now = view.seen.now;
    if let Some(stage) = &next.stage {
        status.phase = Some(stage.phase.to_owned());
        status.phase_reason = text(&stage.reason);
        conditions::ready(now, status);
    }
    for change in &next.changes {
        match change {
            Change::Target { name, election } => {
                status.target_primary = Some(name.clone());
                status.target_primary_timestamp = Some(moment(now));
                status.election = election.clone();
                // It was about the target before.
                status.current_primary_failing_since_timestamp = None;
            }
            // Never from before the target was named, whose namer's clock may be ahead: such a
            // note would be taken for one about the target before.
            Change::Failing => {
                let since = named(status).map_or(now, |named| named.max(now));
                status.current_primary_failing_since_timestamp = Some(moment(since));
            }
            Change::NotFailing => status.current_primary_failing_since_timestamp = None,
            Change::Image(image) => status.image = Some(image.clone()),
            Change::DataImage(info) => status.pgdata_image_info = Some(info.clone()),
        }
    }
}

/// When the target was named.
fn named(status: &ClusterStatus) -> Option<Timestamp> {
    status.target_primary_timestamp.as_deref()?.parse().ok()
}

/// What the instances told: the rest of the pass may not have been able to ask them.
fn reports(view: &View<'_>, status: &mut ClusterStatus) {
    let answers = &view.seen.answers;
    let state = |name: &String| {
        let pod = view.pod(name)?;
        let reported = view.reported(name);
        let timeline = reported.map_or(0, |one| one.timeline_id);
        let state = ReportedState {
            ip: pod.status.as_ref().and_then(|status| status.pod_ip.clone()),
            is_primary: reported.is_some_and(|one| one.is_primary),
            timeline_id: (timeline > 0).then_some(timeline.into()),
        };
        Some((name.clone(), state))
    };
    status.instances_reported_state = answers.keys().filter_map(state).collect();
    let primaries = answers
        .keys()
        .filter_map(|name| view.reported(name))
        .filter(|one| one.is_primary && one.timeline_id > 0);
    if let Some(timeline) = primaries.map(|one| one.timeline_id).max() {
        status.timeline_id = Some(timeline.into());
    }
}

fn pods_by_state(view: &View<'_>) -> BTreeMap<String, Vec<String>> {
    let mut states: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pod in view.seen.pods.iter().filter(|pod| !pods::going(&pod.metadata)) {
        let state = match () {
            () if pods::active(pod) && pods::ready(pod) => "healthy",
            () if pods::ended(pod) => "failed",
            () => "replicating",
        };
        let name = pods::name(&pod.metadata).to_owned();
        states.entry(state.to_owned()).or_default().push(name);
    }
    states
}

fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
