//! The name of a cluster and the image it runs.

use postgres::version::Version;

use super::{View, view};
use crate::admission::Errors;
use crate::names;

/// Names of objects are made from the name of the cluster, so it is shorter than they may be.
const MAX_NAME: usize = 50;

pub(super) fn name(view: &View<'_>, errors: &mut Errors) {
    let name = view.name();
    if !names::is_dns_1035_label(name) {
        errors.invalid(
            "metadata.name",
            name,
            "services cannot be named after it",
            "start with a lower-case letter and use lower-case letters, digits and inner dashes",
        );
    }
    if name.len() > MAX_NAME {
        errors.invalid(
            "metadata.name",
            name,
            format!("it is longer than {MAX_NAME} characters"),
            "choose a shorter name",
        );
    }
}

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    let image = &view.spec.image_name;
    match view::version(view.cluster) {
        Err(error) => errors.invalid(
            "spec.imageName",
            image,
            error.to_string(),
            "use a tag that starts with the PostgreSQL version, such as 18.1",
        ),
        Ok(version) if version.major() < Version::OLDEST => errors.invalid(
            "spec.imageName",
            image,
            format!("PostgreSQL {} is not supported", version.major()),
            format!("use version {} or newer", Version::OLDEST),
        ),
        Ok(_) => {}
    }
    if let Some(policy) = &view.spec.image_pull_policy
        && !["Always", "Never", "IfNotPresent"].contains(&policy.as_str())
    {
        errors.invalid(
            "spec.imagePullPolicy",
            policy,
            "there is no such policy",
            "use Always, Never or IfNotPresent",
        );
    }
}
