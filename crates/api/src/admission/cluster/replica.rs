//! Replica clusters.

use super::View;
use super::view::Role;
use crate::admission::Errors;
use crate::cluster::replica::Replica;
use crate::duration::Span;
use crate::promotion_token::PromotionToken;

/// Errors call the section so, and not `spec.replica`.
const REPLICA: &str = "spec.replicaCluster";

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    let Some(replica) = &view.spec.replica else { return };
    if replica.enabled.is_some() && replica.primary.is_some() {
        errors.invalid(
            format!("{REPLICA}.enabled"),
            replica.enabled,
            "`primary` already tells which part this cluster plays",
            "keep one of enabled and primary",
        );
    }
    if view.role == Role::Replica {
        check_bootstrap(view, errors);
    }
    check_names(view, replica, errors);
    check_token(view, replica, errors);
    if let Some(delay) = &replica.min_apply_delay
        && let Err(error) = delay.parse::<Span>()
    {
        let remedy = "write a duration such as 8h";
        errors.invalid(format!("{REPLICA}.minApplyDelay"), delay, error.to_string(), remedy);
    }
}

/// A new replica cluster starts as a copy; what an existing one started as does not matter.
fn check_bootstrap(view: &View<'_>, errors: &mut Errors) {
    let stored = &view.cluster.metadata.resource_version;
    let exists = stored.as_ref().is_some_and(|version| !version.is_empty());
    let bootstrap = view.spec.bootstrap.as_ref();
    let copy = bootstrap.is_some_and(|one| one.recovery.is_some() || one.pg_basebackup.is_some());
    if bootstrap.is_none() || (!copy && !exists) {
        errors.invalid(
            REPLICA,
            "",
            "a replica cluster starts as a copy of another",
            "bootstrap it with pg_basebackup or recovery",
        );
    }
}

fn check_names(view: &View<'_>, replica: &Replica, errors: &mut Errors) {
    let names = [
        ("primaryServerName", Some(&replica.source)),
        ("self", replica.self_name.as_ref()),
        ("primary", replica.primary.as_ref()),
    ];
    for (field, name) in names {
        if let Some(name) = name
            && !view.knows_external(name)
        {
            errors.invalid(
                format!("{REPLICA}.{field}"),
                name,
                "spec.externalClusters has no server of this name",
                "add it there, or name another",
            );
        }
    }
}

fn check_token(view: &View<'_>, replica: &Replica, errors: &mut Errors) {
    let Some(token) = &replica.promotion_token else { return };
    let path = format!("{REPLICA}.token");
    match (view.role, PromotionToken::parse(token)) {
        (Role::Replica, _) => errors.invalid(
            path,
            token,
            "a replica cluster is not promoted",
            "remove the token, or make this cluster the primary one",
        ),
        (Role::Primary, Err(error)) => errors.invalid(
            path,
            token,
            error.to_string(),
            "copy status.demotionToken of the demoted cluster",
        ),
        (Role::Primary, Ok(_)) => {}
    }
    if let Some(delay) = &replica.min_apply_delay {
        errors.invalid(
            format!("{REPLICA}.minApplyDelay"),
            delay,
            "a delayed cluster cannot catch up with a promotion token",
            "remove minApplyDelay or the token",
        );
    }
}
