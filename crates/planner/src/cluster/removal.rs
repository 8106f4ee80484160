//! How instances go: fewer are asked for, or a removal was left half done.

use api::labels;

use super::event::Reason;
use super::next::Next;
use super::plan::{Action, Grace, WhyDelete};
use super::pods;
use super::resources::delete_instance;
use super::view::{Instance, View};

/// More instances than asked for: one goes, never one that leads.
pub(super) fn scale_down(view: &View<'_>) -> Option<Next> {
    let wanted = usize::try_from(view.spec.instances).unwrap_or(0);
    if view.instances.len() <= wanted {
        return None;
    }
    let most = view.spec.max_sync_replicas.unwrap_or(0);
    if most > 0 && view.spec.instances < most + 1 {
        let back = i64::try_from(view.instances.len()).unwrap_or(i64::MAX);
        let note = format!(
            "Cannot scale down to {wanted}, which is below maxSyncReplicas + 1; going back to {back}"
        );
        return Some(
            Next::wait(1).action(Action::SetInstances(back)).event(Reason::NoScaleDown, note),
        );
    }
    let victim = victim(view)?;
    let name = &victim.name;
    let note = format!("Scaling down: removing instance {name}");
    Some(
        Next::wait(1)
            .action(delete_instance(view, name, Grace::Usual))
            .event(Reason::ScaleDown, note),
    )
}

/// One that does not run is missed least; else the youngest, once all the others run.
fn victim<'a, 'v>(view: &'v View<'a>) -> Option<&'v Instance<'a>> {
    let mut spare: Vec<&Instance<'_>> =
        view.instances.iter().filter(|instance| !view.leads(&instance.name)).collect();
    spare.sort_by_key(|instance| instance.serial);
    let lame = |instance: &&&Instance<'_>| {
        !instance.pod.is_some_and(|pod| pods::active(pod) && pods::ready(pod))
    };
    let lame = spare.iter().rfind(lame).copied();
    lame.or_else(|| spare.last().copied())
}

/// A pod whose volumes all go belongs to no instance any more.
pub(super) fn stray_pods(view: &View<'_>) -> Option<Next> {
    let stray = |meta: &&_| {
        let name = pods::name(meta);
        view.instance(name).is_none() && view.claims_going(name) && !view.leads(name)
    };
    let mut all = view.seen.pods.iter().map(|pod| &pod.metadata);
    let meta = all.find(|meta| stray(meta) && !pods::going(meta))?;
    let note = format!("Deleting pod {}, whose volumes are being deleted", pods::name(meta));
    let (pod, grace, why) = (pods::object(meta), Grace::Usual, WhyDelete::Ended);
    let delete = Action::DeletePod { pod, grace, why };
    Some(Next::wait(1).action(delete).event(Reason::DeletePod, note))
}

/// Jobs of instances that are gone.
pub(super) fn stray_jobs(view: &View<'_>) -> Vec<Action> {
    let stray = |meta: &&_| {
        let instance = pods::label(meta, labels::INSTANCE_NAME);
        !pods::going(meta) && instance.is_some_and(|name| view.instance(name).is_none())
    };
    let all = view.seen.jobs.iter().map(|job| &job.metadata);
    all.filter(stray).map(|meta| Action::DeleteJob(pods::object(meta))).collect()
}
