//! Annotations on a cluster that steer it.

use json_patch::Patch;

use super::{View, defaults};
use crate::admission::{Errors, FieldError, PodBuilder, annotation};
use crate::annotations;

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    type Check = fn(&View<'_>, &str) -> Option<(String, &'static str)>;
    const CHECKS: &[(&str, Check)] = &[
        (annotations::HIBERNATION, hibernation),
        (annotations::POD_PATCH, pod_patch),
        (annotations::LIVENESS_PINGER, liveness_pinger),
        (annotations::FAILOVER_QUORUM, failover_quorum),
    ];
    for (name, check) in CHECKS {
        if let Some(value) = annotation::get(&view.cluster.metadata, name)
            && let Some((problem, remedy)) = check(view, value)
        {
            errors.invalid(annotation::path(name), value, problem, remedy);
        }
    }
}

fn hibernation(_: &View<'_>, value: &str) -> Option<(String, &'static str)> {
    let known = [annotations::ON, annotations::OFF].contains(&value);
    (!known).then(|| ("it is neither `on` nor `off`".to_owned(), "write one of the two"))
}

fn pod_patch(_: &View<'_>, value: &str) -> Option<(String, &'static str)> {
    let error = serde_json::from_str::<Patch>(value).err()?;
    let remedy = "write a list of operations as RFC 6902 describes them";
    Some((format!("it is not a JSON patch: {error}"), remedy))
}

/// What is wrong with a patch that can be read, but leads to no pod.
pub(in crate::admission) fn inapplicable_patch(
    view: &View<'_>,
    builder: Option<&PodBuilder>,
) -> Vec<FieldError> {
    let mut errors = Errors::default();
    let name = annotations::POD_PATCH;
    if let Some(value) = annotation::get(&view.cluster.metadata, name)
        && pod_patch(view, value).is_none()
        && let (Some(builder), Some(version)) = (builder, view.version)
        && let Err(problem) = builder.attempt(view.cluster, version)
    {
        let remedy = "change only what the pods of the cluster have";
        errors.invalid(annotation::path(name), value, problem, remedy);
    }
    errors.into_vec()
}

fn liveness_pinger(_: &View<'_>, value: &str) -> Option<(String, &'static str)> {
    let error = defaults::liveness_pinger(value).err()?;
    let remedy = "write JSON with `enabled`, or use spec.probes.liveness.isolationCheck";
    Some((format!("it cannot be read: {error}"), remedy))
}

fn failover_quorum(view: &View<'_>, value: &str) -> Option<(String, &'static str)> {
    match annotation::boolean(value) {
        None => Some(("it is not a boolean".to_owned(), "write `true` or `false`")),
        Some(true) if view.spec.postgresql.synchronous.is_none() => Some((
            "the cluster has no synchronous replication".to_owned(),
            "configure spec.postgresql.synchronous, or remove the annotation",
        )),
        Some(_) => None,
    }
}
