//! Whether jobs, pods and volumes are as they should be.

use api::phases::cluster as phases;
use api::{annotations, labels};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::event::Reason;
use super::next::Next;
use super::plan::{Action, Grace, WhyDelete};
use super::pods::{self, JobState};
use super::seen::Answer;
use super::status;
use super::view::{Maintenance, View};

/// A job that has failed for good needs a person.
pub(super) fn failed_jobs(view: &View<'_>) -> Option<Next> {
    let failed = view.seen.jobs.iter().filter(|job| pods::job_state(job) == JobState::Failed);
    let failed: Vec<&str> = failed.map(|job| pods::name(&job.metadata)).collect();
    if failed.is_empty() {
        return None;
    }
    let told = status::recovery_failure(&view.status);
    let why = told.map(|why| format!(": {why}")).unwrap_or_default();
    Some(Next::unrecoverable(format!("The following jobs have failed: {}{why}", failed.join(", "))))
}

/// Volumes are being filled.
pub(super) fn running_jobs(view: &View<'_>) -> Option<Next> {
    let job = view.seen.jobs.iter().find(|job| pods::job_state(job) == JobState::Running)?;
    let name = pods::name(&job.metadata);
    let instance = pods::label(&job.metadata, labels::INSTANCE_NAME).unwrap_or_default();
    let first = view.current().is_none() && view.target() == Some(instance);
    Some(if first {
        Next::wait(5).stage(phases::SETTING_UP_PRIMARY, creating_primary(view, instance))
    } else {
        Next::wait(5).stage(phases::CREATING_REPLICA, format!("Creating replica {name}"))
    })
}

/// That the first instance is made, and why it was not yet.
pub(super) fn creating_primary(view: &View<'_>, instance: &str) -> String {
    let creating = format!("Creating primary instance {instance}");
    match status::recovery_failure(&view.status) {
        Some(why) => format!("{creating}; the last attempt failed: {why}"),
        None => creating,
    }
}

/// A pod that has ended never comes back: make room for another.
pub(super) fn ended_pods(view: &View<'_>) -> Option<Next> {
    let mut pods = view.seen.pods.iter();
    let pod = pods.find(|pod| pods::ended(pod) && !pods::going(&pod.metadata))?;
    let name = pods::name(&pod.metadata);
    let note = format!("Deleting pod {name}, which has ended ({})", pods::phase(pod));
    let why = WhyDelete::Ended;
    let pod = pods::object(&pod.metadata);
    Some(
        Next::wait(1)
            .action(Action::DeletePod { pod, grace: Grace::Usual, why })
            .event(Reason::DeletePod, note),
    )
}

/// In a maintenance window without waiting, what no node can take is made anew elsewhere.
pub(super) fn unschedulable(view: &View<'_>) -> Option<Next> {
    if view.maintenance() != Maintenance::Replace {
        return None;
    }
    let stuck = view.seen.pods.iter().filter(|pod| pods::unschedulable(pod));
    let pod = { stuck }.find(|pod| !view.leads(pods::name(&pod.metadata)))?;
    let name = pods::name(&pod.metadata);
    let grace = Grace::Usual;
    Some(
        Next::wait(1)
            .action(delete_instance(view, name, grace))
            .event(Reason::DeletePod, format!("Deleting pod {name}, which no node can take"))
            .event(Reason::DeletePvcs, format!("Deleting the volumes of {name}")),
    )
}

/// An instance that a person has given up.
pub(super) fn unrecoverable(view: &View<'_>) -> Option<Next> {
    let given_up = |meta: &&ObjectMeta| {
        pods::annotation(meta, annotations::UNRECOVERABLE) == Some(annotations::TRUE)
            && !view.leads(pods::name(meta))
    };
    let meta = view.seen.pods.iter().map(|pod| &pod.metadata).find(given_up)?;
    let name = pods::name(meta);
    let late = meta.deletion_timestamp.as_ref().is_some_and(|until| until.0 < view.seen.now);
    let grace = if late { Grace::None } else { Grace::Usual };
    let next = Next::wait(5);
    if pods::going(meta) && !late && !view.instances.iter().any(|one| one.name == name) {
        return Some(next); // on its way
    }
    Some(next.action(delete_instance(view, name, grace)).event(
        Reason::DeleteUnrecoverableInstance,
        format!("Deleting instance {name}, which is marked as unrecoverable"),
    ))
}

/// Everything of an instance.
pub(super) fn delete_instance(view: &View<'_>, name: &str, grace: Grace) -> Action {
    let claims = view.seen.claims.iter().map(|claim| &claim.metadata);
    let of = |meta: &&ObjectMeta| {
        pods::label(meta, labels::INSTANCE_NAME) == Some(name) && !pods::going(meta)
    };
    Action::DeleteInstance {
        instance: name.to_owned(),
        claims: claims.filter(of).map(pods::object).collect(),
        pod: view.pod(name).map(|pod| pods::object(&pod.metadata)),
        jobs: view.jobs_of(name).map(|job| pods::object(&job.metadata)).collect(),
        grace,
    }
}

/// A pod whose image nobody gives out: it waits, and so does everything that would restart another.
pub(super) fn unpullable(view: &View<'_>) -> Option<Next> {
    let mut pods = view.seen.pods.iter().filter(|pod| !pods::going(&pod.metadata));
    let (pod, (image, ..)) = pods.find_map(|pod| Some((pod, pods::unpullable(pod)?)))?;
    let name = pods::name(&pod.metadata);
    let told = format!("The image {image} of {name} cannot be pulled");
    let remedy = match view.spec.image_catalog_ref {
        Some(_) => "correct the image in the catalog",
        None => "correct spec.imageName",
    };
    let note = format!(
        "{told}: {remedy}, or make it available to the nodes (spec.imagePullSecrets names \
         credentials). No other pod is restarted until then"
    );
    // The reason changes to and fro while the kubelet backs off; the image does not.
    let phase = view.status.phase.as_deref().unwrap_or_default();
    let known = view.status.phase_reason.as_deref() == Some(&note);
    let next = Next::wait(10).stage(phases::WAITING_FOR_INSTANCES, note.clone());
    let news = !known || phase != phases::WAITING_FOR_INSTANCES;
    Some(if news { next.event(Reason::ImagePullFailed, note) } else { next })
}

/// Some pod starts or ends.
pub(super) fn not_active(view: &View<'_>) -> Option<Next> {
    let waits = view.seen.pods.iter().any(|pod| !pods::active(pod));
    // That the primary restarts is more than that a pod does.
    let phase = view.status.phase.as_deref().unwrap_or_default();
    let restarts = [phases::RESTARTING_IN_PLACE, phases::RESTARTING_PRIMARY].contains(&phase);
    waits.then(|| match restarts {
        true => Next::wait(1),
        false => Next::wait(1).stage(phases::WAITING_FOR_INSTANCES, ""),
    })
}

/// All pods crash.
pub(super) fn none_alive(view: &View<'_>) -> Option<Next> {
    let dead = !view.seen.pods.is_empty() && !view.seen.pods.iter().any(pods::alive);
    dead.then(|| Next::unrecoverable("No pods are active, the cluster needs manual intervention"))
}

/// Nobody can be asked to do anything before all that should run do, and say so.
pub(super) fn all_well(view: &View<'_>) -> Option<Next> {
    let wanted = usize::try_from(view.spec.instances).unwrap_or(0);
    let named = |pod: &&Pod| view.reported(pods::name(&pod.metadata)).is_some();
    let ready = view.ready_pods().filter(named).count();
    let away = view.reporting() - view.ready_pods().count().min(view.reporting());
    (ready + away != wanted).then(|| Next::wait(1))
}

/// Jobs are kept until nothing depends on them.
pub(super) fn completed_jobs(view: &View<'_>) -> Vec<Action> {
    let done =
        view.seen.jobs.iter().filter(|job| {
            pods::job_state(job) == JobState::Completed && !pods::going(&job.metadata)
        });
    done.map(|job| Action::DeleteJob(pods::object(&job.metadata))).collect()
}

/// PostgreSQL has stopped because a volume is full: more instances would not help.
pub(super) fn disk_full(view: &View<'_>) -> Option<Next> {
    let full = view.seen.pods.iter().filter(|pod| pods::disk_full(pod));
    let full: Vec<&str> = full.map(|pod| pods::name(&pod.metadata)).collect();
    let reason = || format!("Insufficient disk space detected in {}", full.join(", "));
    (!full.is_empty()).then(|| Next::wait(10).stage(phases::DISK_FULL, reason()))
}

/// The kubelets reach their pods and the operator reaches none: the fault is not theirs.
pub(super) fn unreachable(view: &View<'_>) -> Option<Next> {
    let answers = &view.seen.answers;
    let mut ready = view.ready_pods().peekable();
    ready.peek()?;
    let cut_off = ready
        .all(|pod| matches!(answers.get(pods::name(&pod.metadata)), Some(Answer::Unreachable(_))));
    if !cut_off {
        return None;
    }
    // One slow answer is no news: the pass before has to have failed as well.
    let mut before = view.status.instances_reported_state.values();
    if before.any(|state| state.is_primary) {
        return Some(Next::wait(1));
    }
    let reason = "The operator reaches no ready instance: network policies may forbid it";
    Some(Next::wait(5).stage(phases::UNREACHABLE, reason))
}

/// The old primary has not yet noticed that it is one.
pub(super) fn two_primaries(view: &View<'_>) -> Option<Next> {
    let names = view.seen.answers.keys();
    let several = names.filter(|name| view.reported(name).is_some_and(|one| one.is_primary));
    (several.count() > 1).then(|| Next::wait(5))
}
