//! What the operator does about one cluster: what a pass saw in, what to do out.
//!
//! [`Seen`] is all that a pass has read; [`plan`] turns it into a [`Plan`]. Nothing is remembered
//! between passes: what must outlive one is in the API, and is written before its effect.

mod adoption;
mod bootstrap;
mod claims;
mod designated;
mod drain;
mod election;
mod event;
mod hibernation;
mod metadata;
mod next;
mod plan;
pub(crate) mod pods;
mod removal;
mod resources;
mod rollout;
mod seen;
mod setup;
mod status;
mod storage;
#[cfg(test)]
mod tests;
mod view;

use std::time::Duration;

use api::phases::cluster as phases;

pub use event::{Event, Kind, Reason};
pub use plan::{Action, Again, Grace, JobKind, Metadata, Object, Plan, Volume, WhyDelete};
pub use seen::{Answer, Kubernetes, Objects, Operator, Reported, Seen, Source, Trouble};

use next::Next;
use view::View;

type Question = fn(&View<'_>) -> Option<Next>;

/// Asked in this order: each may assume that all before it had nothing to say.
const QUESTIONS: &[Question] = &[
    setup::first_image,
    resources::disk_full,
    resources::unreachable,
    hibernation::hibernation,
    adoption::adopt,
    election::leadership,
    designated::succession,
    resources::two_primaries,
    drain::drain,
    setup::image,
    metadata::in_sync,
    removal::stray_pods,
    resources::failed_jobs,
    resources::ended_pods,
    resources::unschedulable,
    rollout::outdated_pending,
    resources::unrecoverable,
    bootstrap::first_primary,
    bootstrap::missing_pod,
    bootstrap::side_by_side,
    bootstrap::missing_job,
    resources::running_jobs,
    resources::unpullable,
    resources::not_active,
    resources::none_alive,
    removal::scale_down,
    bootstrap::all_report,
    bootstrap::scale_up,
    resources::all_well,
    storage::added,
    rollout::in_place,
    rollout::settings_arrive,
    rollout::rollout,
    rollout::managers,
    storage::growth,
];

/// How often a cluster in which nothing happens is looked at: a primary may fall silent without
/// any object telling so.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// What to do in this pass.
pub fn plan(seen: &Seen) -> Plan {
    let view = View::new(seen);
    if let Some(next) = setup::trouble(&view) {
        let mut status = view.status.clone();
        status::decided(&view, &next, &mut status);
        return finish(Vec::new(), next, status);
    }
    let mut status = status::seen(&view);
    let mut neutral = metadata::roles(&view);
    neutral.extend(removal::stray_jobs(&view));
    neutral.extend(rollout::restarted(&view));
    let next = QUESTIONS.iter().find_map(|ask| ask(&view)).unwrap_or_else(|| healthy(&view));
    status::decided(&view, &next, &mut status);
    finish(neutral, next, status)
}

/// Nothing is left to do.
fn healthy(view: &View<'_>) -> Next {
    let again = if view.instances.len() > 1 { Again::After(HEARTBEAT) } else { Again::OnChange };
    let actions = resources::completed_jobs(view);
    Next { actions, again: Some(again), ..Next::default() }.stage(phases::HEALTHY, "")
}

fn finish(neutral: Vec<Action>, next: Next, status: api::cluster::status::ClusterStatus) -> Plan {
    let mut actions = neutral;
    actions.extend(next.actions);
    let again = next.again.unwrap_or(Again::OnChange);
    Plan { actions, status, events: next.events, again }
}
