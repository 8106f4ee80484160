//! What may stand in a Cluster, and the defaults it gets.

mod annotations;
mod backup;
mod bootstrap;
mod certificates;
mod defaults;
mod extensions;
mod external;
mod image;
mod managed;
mod parameters;
mod pod_selectors;
mod recovery;
mod replica;
mod resources;
mod scheduling;
mod slots;
mod storage;
mod synchronous;
mod update;
mod view;
mod wal;
mod warnings;

use serde_json::Value;

use super::annotation::Validation;
use super::{Errors, FieldError, Operation, OperatorDefaults, Outcome, annotation, document};
use crate::cluster::Cluster;

pub(super) use annotations::inapplicable_patch;
pub(super) use view::View;

/// A rule looks at one concern and tells all that is wrong with it.
type Rule = fn(&View<'_>, &mut Errors);

/// Every rule for a cluster, by the order in which errors are told.
const RULES: &[Rule] = &[
    image::name,
    annotations::check,
    bootstrap::check,
    recovery::check,
    image::check,
    synchronous::check,
    parameters::check,
    wal::check,
    storage::check,
    scheduling::check,
    replica::check,
    slots::check,
    managed::check,
    extensions::check,
    pod_selectors::check,
    certificates::check,
    external::check,
    backup::check,
    resources::check,
];

/// The cluster with its defaults, when it lacks some.
pub(super) fn default(object: &Value, defaults: &OperatorDefaults) -> Option<Value> {
    let given: Cluster = document::read(object).ok()?;
    let mut cluster = given.clone();
    defaults::apply(&mut cluster, defaults, defaults::Fixed::Keep);
    if cluster == given { None } else { document::write_over(object, &cluster) }
}

/// Fills in the defaults and takes back what only the operator may set.
pub(super) fn complete(cluster: &mut Cluster, defaults: &OperatorDefaults) {
    defaults::apply(cluster, defaults, defaults::Fixed::Drop);
}

/// Checks a cluster that has its defaults.
pub(super) fn validate(
    operation: Operation<'_>,
    object: &Value,
    context: &super::Context,
) -> Outcome {
    let cluster: Cluster = match document::read(object) {
        Ok(cluster) => cluster,
        Err(error) => return Outcome::unreadable(&error),
    };
    let switch = annotation::warning(&cluster.metadata);
    if annotation::validation(&cluster.metadata) == Validation::Disabled {
        return Outcome { errors: Vec::new(), warnings: switch.into_iter().collect() };
    }
    let view = View::new(&cluster);
    let mut errors = errors(&view);
    errors.extend(inapplicable_patch(&view, context.pods.as_ref()));
    if let Operation::Update { old } = operation
        && let Ok(mut old) = document::read::<Cluster>(old)
    {
        defaults::apply(&mut old, &context.defaults, defaults::Fixed::Keep);
        errors.extend(update::errors(&old, &view));
    }
    let warnings = switch.into_iter().chain(warnings::all(&view)).collect();
    Outcome { errors, warnings }
}

/// Everything that is wrong with a cluster by itself.
pub(super) fn errors(view: &View<'_>) -> Vec<FieldError> {
    let mut errors = Errors::default();
    for rule in RULES {
        rule(view, &mut errors);
    }
    errors.into_vec()
}
