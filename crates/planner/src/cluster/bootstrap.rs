//! How instances come to life: the first one, replicas, and pods on volumes that are there.

use api::labels;
use api::phases::cluster as phases;
use jiff::{SignedDuration, Timestamp};

use crate::manifests::names;

use super::claims;
use super::event::Reason;
use super::next::{Change, Next};
use super::plan::{Action, JobKind, Volume};
use super::pods::{self, JobState};
use super::resources;
use super::seen::Source;
use super::status;
use super::view::{Instance, Maintenance, PENDING, View};

/// How long a primary that starts is waited for, before replicas may start without it.
const RISING: SignedDuration = SignedDuration::from_secs(60);

/// No instance exists: name the first, then make it.
pub(super) fn first_primary(view: &View<'_>) -> Option<Next> {
    if !view.instances.is_empty() {
        return None;
    }
    if status::is_initialized(&view.status) {
        return Some(Next::unrecoverable("All volumes of the cluster are lost"));
    }
    if let Source::NotReady(why) = &view.seen.source {
        return Some(Next::wait(30).stage(phases::SETTING_UP_PRIMARY, why));
    }
    let named = view.target().and_then(|target| names::serial(view.name, target));
    let serial = named.unwrap_or(1);
    let name = names::instance(view.name, serial);
    let next = Next::wait(1)
        .stage(phases::SETTING_UP_PRIMARY, format!("Creating primary instance {name}"));
    if named.is_none() {
        // Whoever finds the volumes has to know that they are those of the first primary.
        return Some(next.change(Change::Target { name, election: None }));
    }
    if view.jobs_of(&name).next().is_some() {
        return Some(next); // of a life before; it goes first
    }
    Some(create_first(view, next, serial, view.expected_volumes()))
}

fn create_first(view: &View<'_>, next: Next, serial: u32, volumes: Vec<Volume>) -> Next {
    let job = first_job(view);
    let how = match job {
        JobKind::InitDb | JobKind::Import | JobKind::Join | JobKind::MajorUpgrade => "initdb",
        JobKind::FullRecovery => "from backup",
        JobKind::SnapshotRecovery { .. } => "from volumeSnapshots",
        JobKind::PgBasebackup => "from physical backup",
    };
    next.action(Action::CreateInstance { serial, volumes, job })
        .event(Reason::CreatingInstance, format!("Primary instance ({how})"))
}

fn first_job(view: &View<'_>) -> JobKind {
    let Some(bootstrap) = &view.spec.bootstrap else { return JobKind::InitDb };
    match () {
        () if bootstrap.recovery.is_some() && view.seen.source == Source::Snapshots => {
            JobKind::SnapshotRecovery { first: true }
        }
        () if bootstrap.recovery.is_some() => JobKind::FullRecovery,
        () if bootstrap.pg_basebackup.is_some() => JobKind::PgBasebackup,
        () if bootstrap.initdb.as_ref().is_some_and(|initdb| initdb.import.is_some()) => {
            JobKind::Import
        }
        () => JobKind::InitDb,
    }
}

/// Instances without a pod, those that led before the others.
fn without_pod<'a, 'v>(view: &'v View<'a>) -> Vec<&'v Instance<'a>> {
    let mut all: Vec<&Instance<'_>> =
        view.instances.iter().filter(|instance| instance.pod.is_none()).collect();
    let led = |instance: &Instance<'_>| {
        let labelled = |claim: &&_| claims::role(claim) == Some(labels::ROLE_PRIMARY);
        view.leads(&instance.name) || instance.claims.iter().any(labelled)
    };
    all.sort_by_key(|instance| (!led(instance), instance.name.clone()));
    all
}

fn all_ready(instance: &Instance<'_>) -> bool {
    instance.claims.iter().all(|claim| claims::status(claim) == claims::READY)
}

fn has_data(instance: &Instance<'_>) -> bool {
    let data = Volume::Data.name(&instance.name);
    instance.claims.iter().any(|claim| pods::name(&claim.metadata) == data)
}

/// A pod for an instance whose volumes are in order; whoever leads, this harms nobody.
pub(super) fn missing_pod(view: &View<'_>) -> Option<Next> {
    let all = without_pod(view);
    let ready = |instance: &&&Instance<'_>| {
        has_data(instance) && all_ready(instance) && !view.claims_going(&instance.name)
    };
    let instance = all.iter().find(ready)?;
    if !view.leads(&instance.name) && primary_rises(view) {
        return None;
    }
    let serial = instance.serial;
    let volumes = view.missing_volumes(&instance.name);
    let mut next = Next::wait(1);
    if !volumes.is_empty() {
        next = next.action(Action::CreateClaims { serial, volumes });
    }
    Some(next.action(Action::CreatePod { serial }))
}

/// The primary has only begun to run, as after a sleep: had the others come first, one of them
/// would take over.
fn primary_rises(view: &View<'_>) -> bool {
    let Some(current) = view.current().filter(|_| view.settled()) else { return false };
    let failing = view.status.current_primary_failing_since_timestamp.as_deref();
    let since: Option<Timestamp> = failing.and_then(|text| text.parse().ok());
    let new = since.is_none_or(|since| view.seen.now.duration_since(since) < RISING);
    let others = view.active_pods().any(|pod| pods::name(&pod.metadata) != current);
    view.reported(current).is_none() && new && !others
}

/// A job for an instance whose volumes nobody fills.
pub(super) fn missing_job(view: &View<'_>) -> Option<Next> {
    let all = without_pod(view);
    let instance = all.into_iter().find(|instance| !has_data(instance) || !all_ready(instance))?;
    let name = &instance.name;
    if view.claims_going(name) {
        let waits = format!("Waiting for the volumes of {name} to be deleted");
        return Some(Next::wait(1).stage(phases::CREATING_REPLICA, waits));
    }
    if view.jobs_of(name).any(|job| pods::job_state(job) == JobState::Running) {
        let fails = status::recovery_failure(&view.status).is_some() && view.current().is_none();
        let told = || resources::creating_primary(view, name);
        let next = Next::wait(1);
        return Some(if fails { next.stage(phases::SETTING_UP_PRIMARY, told()) } else { next });
    }
    if view.jobs_of(name).next().is_some() {
        return None; // completed: the claims become ready in this pass
    }
    let serial = instance.serial;
    let volumes = view.missing_volumes(name);
    match view.current() {
        None if view.target().is_none_or(|target| target == PENDING || target == name) => {
            let next = Next::wait(1)
                .stage(phases::SETTING_UP_PRIMARY, format!("Creating primary instance {name}"));
            if view.target() == Some(name) {
                return Some(create_first(view, next, serial, volumes));
            }
            Some(next.change(Change::Target { name: name.clone(), election: None }))
        }
        Some(_) if view.leads(name) && view.instances.len() == 1 => {
            Some(Next::unrecoverable(format!("The data of {name}, the only instance, is lost")))
        }
        // Another may take over first; then this one becomes its replica.
        Some(_) if view.leads(name) || !primary_serves(view) => None,
        None => None,
        Some(_) => {
            let job = JobKind::Join;
            Some(
                Next::wait(1)
                    .stage(
                        phases::CREATING_REPLICA,
                        format!("Creating replica {name}-{}", job.role()),
                    )
                    .action(Action::CreateInstance { serial, volumes, job })
                    .event(Reason::CreatingInstance, format!("Recreating instance {name}")),
            )
        }
    }
}

/// A copy can be made of it.
fn primary_serves(view: &View<'_>) -> bool {
    let current = view.current().filter(|_| view.settled());
    current.is_some_and(|name| {
        view.pod(name).is_some_and(|pod| pods::active(pod) && pods::ready(pod))
            && (view.is_replica_cluster() || view.reported(name).is_some_and(|one| one.is_primary))
    })
}

/// Not all that exist run: nothing is added before they do.
pub(super) fn all_report(view: &View<'_>) -> Option<Next> {
    let waits = view.reporting() < view.instances.len() && view.maintenance() != Maintenance::Wait;
    waits.then(|| Next::wait(1))
}

/// Fewer instances than asked for.
pub(super) fn scale_up(view: &View<'_>) -> Option<Next> {
    let wanted = usize::try_from(view.spec.instances).unwrap_or(0);
    if view.instances.len() >= wanted || view.reporting() < view.instances.len() {
        return None;
    }
    if !primary_serves(view) {
        return Some(Next::wait(1));
    }
    Some(grow(view))
}

/// Replicas that have never run yet are made side by side: none of them waits for another.
pub(super) fn side_by_side(view: &View<'_>) -> Option<Next> {
    let wanted = usize::try_from(view.spec.instances).unwrap_or(0);
    if view.instances.len() >= wanted || !primary_serves(view) {
        return None;
    }
    let current = view.current()?;
    let mut others = view.instances.iter().filter(|one| one.name != current);
    let all_come = others.clone().all(|one| is_new(view, one) || runs(one));
    (all_come && others.any(|one| !runs(one))).then(|| grow(view))
}

fn runs(instance: &Instance<'_>) -> bool {
    instance.pod.is_some_and(|pod| pods::active(pod) && pods::ready(pod))
}

/// Its job fills its volumes, or its first container has not been ready yet.
fn is_new(view: &View<'_>, instance: &Instance<'_>) -> bool {
    let Some(pod) = instance.pod else {
        return view.jobs_of(&instance.name).any(|job| pods::job_state(job) == JobState::Running);
    };
    let status = pod.status.as_ref();
    let containers = status.and_then(|status| status.container_statuses.as_ref());
    let restarted = containers.into_iter().flatten().any(|one| one.restart_count > 0);
    let jobs = view.jobs_of(&instance.name).next().is_some(); // kept until all is well
    jobs && !restarted && !pods::going(&pod.metadata)
}

fn grow(view: &View<'_>) -> Next {
    let taken = |serial: &u32| view.instances.iter().any(|one| one.serial == *serial);
    let serial = (1..).find(|serial| !taken(serial)).unwrap_or(1);
    let name = names::instance(view.name, serial);
    let job = JobKind::Join;
    let next = Next::wait(1);
    if view.claims_going(&name) || view.pod(&name).is_some() {
        let waits = format!("Waiting for the volumes of {name} to be deleted");
        return next.stage(phases::CREATING_REPLICA, waits);
    }
    let next =
        next.stage(phases::CREATING_REPLICA, format!("Creating replica {name}-{}", job.role()));
    // Volumes are known to be filled by a job that is done: an old one must not vouch for new ones.
    let old: Vec<_> = view.jobs_of(&name).map(|job| pods::object(&job.metadata)).collect();
    if !old.is_empty() {
        return old.into_iter().fold(next, |next, job| next.action(Action::DeleteJob(job)));
    }
    let volumes = view.expected_volumes();
    next.action(Action::CreateInstance { serial, volumes, job })
        .event(Reason::CreatingInstance, format!("Creating instance {name}"))
}
