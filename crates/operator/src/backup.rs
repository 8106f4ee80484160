//! The Backup controller: has one instance take each backup, and watches over it.
//!
//! One worker: two backups of a cluster are never begun by two passes. The instance writes how the
//! backup goes; the operator writes who takes it, and the end of what nobody takes any more.

mod failure;
pub mod start;
mod tell;

use std::sync::Arc;

use api::admission::{self, Kind, Operation};
use api::backup::Backup;
use api::backup::status::{BackupInstance, BackupStatus};
use api::phases::backup as phases;
use api::{Cluster, annotations};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::api::ListParams;
use kube::{Api, Resource};
use kubekit::calls::{self, LIMIT, within};
use kubekit::events::{Note, Recorder};
use kubekit::queue::Ended;
use planner::backup::event::Event;
use planner::backup::{Seen, Start, Verdict, decide, executes, started};
use planner::cluster::Kind as Importance;
use std::time::Duration;
use tracing::{debug, error, info, warn};

use crate::cluster::context::Context as ClusterContext;
use crate::cluster::observe;
use crate::cluster::stores::{Cache, Key};
use crate::status;

/// The pause after the instance was told, or could not be told.
const SOON: Duration = Duration::from_secs(30);

/// Shared by all passes over all backups.
#[derive(Debug)]
pub struct Context {
    pub cluster: Arc<ClusterContext>,
    pub backups: Cache<Backup>,
    pub recorder: Recorder,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to read {what}")]
    Read { what: &'static str, source: calls::Error },
    #[error(transparent)]
    Status(#[from] status::Error),
    #[error("failed to tell the cluster")]
    Tell(#[source] calls::Error),
    #[error("the object cannot be written down")]
    Encode(#[from] serde_json::Error),
}

impl Error {
    fn is_conflict(&self) -> bool {
        match self {
            Self::Status(error) => matches!(error, status::Error::Conflict),
            Self::Tell(error) => error.is_conflict() || error.is_missing(),
            Self::Read { .. } | Self::Encode(_) => false,
        }
    }
}

/// One pass over one backup.
pub async fn pass(cx: Arc<Context>, key: Key) -> Ended {
    match reconcile(&cx, &key).await {
        Ok(ended) => ended,
        Err(error) if error.is_conflict() => Ended::Again(Duration::from_millis(100)),
        Err(error) => {
            let error = calls::chain(&error);
            error!(backup = key.name, namespace = key.namespace, error, "a pass failed");
            Ended::Failed
        }
    }
}

async fn reconcile(cx: &Context, key: &Key) -> Result<Ended, Error> {
    let backups: Api<Backup> = Api::namespaced(cx.cluster.client.clone(), &key.namespace);
    let found = within(LIMIT, backups.get_opt(&key.name)).await;
    let Some(backup) = found.map_err(|source| Error::Read { what: "the backup", source })? else {
        return Ok(Ended::Idle);
    };
    let phase = backup.status.as_ref().and_then(|status| status.phase.as_deref());
    let over = matches!(phase, Some(phases::COMPLETED | phases::FAILED));
    if over || backup.metadata.deletion_timestamp.is_some() || is_left_alone(&backup) {
        return Ok(Ended::Idle);
    }
    if let Some(why) = refusal(cx, &backup)? {
        let status = BackupStatus {
            phase: Some(phases::INVALID.to_owned()),
            error: Some(why),
            ..backup.status.clone().unwrap_or_default()
        };
        write(cx, &backup, &status).await?;
        return Ok(Ended::Idle);
    }
    let clusters: Api<Cluster> = Api::namespaced(cx.cluster.client.clone(), &key.namespace);
    let name = &backup.spec.cluster.name;
    let cluster = within(LIMIT, clusters.get_opt(name)).await;
    let cluster = cluster.map_err(|source| Error::Read { what: "the cluster", source })?;
    let others = others(cx, &backups, &backup).await?;
    let pods = pods(cx, cluster.as_ref());
    let instance = backup.status.as_ref().and_then(|status| status.instance_id.as_ref());
    let session = match (&cluster, instance) {
        (Some(cluster), Some(BackupInstance { pod_name: Some(pod), .. })) if executes(&backup) => {
            tell::session(&cx.cluster, cluster, &pods, pod).await
        }
        _ => None,
    };
    let seen = Seen {
        backup: &backup,
        cluster: cluster.as_ref(),
        others: &others,
        pods: &pods,
        session: session.as_deref(),
        volume_snapshots: cx.cluster.kubernetes.volume_snapshots,
        now: Timestamp::now(),
    };
    act(cx, &seen, decide(&seen)).await
}

async fn act(cx: &Context, seen: &Seen<'_>, verdict: Verdict) -> Result<Ended, Error> {
    let backup = seen.backup;
    let name = backup.metadata.name.as_deref().unwrap_or_default();
    let status = backup.status.clone().unwrap_or_default();
    match verdict {
        Verdict::Rest => Ok(Ended::Idle),
        Verdict::Look(after) => Ok(Ended::Again(after)),
        Verdict::Pending { after, event } => {
            let phase = Some(phases::PENDING.to_owned());
            write(cx, backup, &BackupStatus { phase, ..status }).await?;
            say(&cx.recorder, backup, event).await;
            Ok(Ended::Again(after))
        }
        Verdict::Fail { error, event } => {
            warn!(backup = name, error, "the backup failed");
            failure::write(cx, seen, &error, None).await?;
            say(&cx.recorder, backup, Some(event)).await;
            Ok(Ended::Idle)
        }
        Verdict::Restart(event) => {
            info!(backup = name, why = event.note, "the backup begins anew");
            let phase = Some(phases::PENDING.to_owned());
            write(cx, backup, &BackupStatus { phase, ..BackupStatus::default() }).await?;
            say(&cx.recorder, backup, Some(event)).await;
            Ok(Ended::Again(Duration::ZERO))
        }
        Verdict::Start(start) => begin(cx, seen, &start).await,
        Verdict::Tell(start) => hand_over(cx, seen, &start).await,
    }
}

/// Writes down who is to take the backup, and tells him.
async fn begin(cx: &Context, seen: &Seen<'_>, start: &Start) -> Result<Ended, Error> {
    let Some(cluster) = seen.cluster else { return Ok(Ended::Failed) };
    let Some(session) = tell::session(&cx.cluster, cluster, seen.pods, &start.pod).await else {
        debug!(pod = start.pod, "the instance does not say who it is, the backup waits");
        let phase = Some(phases::PENDING.to_owned());
        let status = seen.backup.status.clone().unwrap_or_default();
        write(cx, seen.backup, &BackupStatus { phase, ..status }).await?;
        return Ok(Ended::Again(Duration::from_secs(5)));
    };
    let status = started(seen, start, Some(&session));
    write(cx, seen.backup, &status).await?;
    let name = cluster.metadata.name.as_deref().unwrap_or_default();
    let note = format!("Starting backup for cluster {name} on instance {}", start.pod);
    say(
        &cx.recorder,
        seen.backup,
        Some(Event::new(planner::backup::event::Reason::Starting, note)),
    )
    .await;
    hand_over(cx, seen, start).await
}

async fn hand_over(cx: &Context, seen: &Seen<'_>, start: &Start) -> Result<Ended, Error> {
    match tell::tell(&cx.cluster, seen.backup, &start.pod).await {
        Ok(()) => Ok(Ended::Again(SOON)),
        Err(tell::Error::Refused { stderr, message }) => {
            let error = format!("the instance {} cannot take the backup: {message}", start.pod);
            failure::write(cx, seen, &error, Some(format!("with stderr: {stderr}"))).await?;
            let event = Event::new(planner::backup::event::Reason::Error, error);
            say(&cx.recorder, seen.backup, Some(event)).await;
            Ok(Ended::Idle)
        }
        Err(error) => {
            // Whether he heard it is not known: he is told again unless he begins.
            let error = calls::chain(&error);
            warn!(pod = start.pod, error, "the instance could not be told of the backup");
            Ok(Ended::Again(SOON))
        }
    }
}

fn is_left_alone(backup: &Backup) -> bool {
    let notes = backup.metadata.annotations.as_ref();
    let switch = notes.and_then(|notes| notes.get(annotations::RECONCILIATION_LOOP));
    switch.is_some_and(|value| value == annotations::DISABLED)
}

/// What admission has against the backup, where no webhook said it.
fn refusal(cx: &Context, backup: &Backup) -> Result<Option<String>, Error> {
    let object = serde_json::to_value(backup)?;
    let (kind, operation) = (Kind::Backup, Operation::Create);
    let outcome = admission::validate(kind, operation, &object, &cx.cluster.admission);
    let errors: Vec<_> = outcome.errors.iter().map(ToString::to_string).collect();
    Ok((!errors.is_empty()).then(|| errors.join("; ")))
}

/// The backups of the same cluster, read live when it has to be decided whose turn it is.
async fn others(cx: &Context, api: &Api<Backup>, backup: &Backup) -> Result<Vec<Backup>, Error> {
    let same = |other: &Backup| other.spec.cluster.name == backup.spec.cluster.name;
    if executes(backup) {
        return Ok(Vec::new());
    }
    let namespace = backup.metadata.namespace.as_deref().unwrap_or_default();
    let watched = cx.backups.within(namespace);
    if watched.iter().any(|other| same(other) && executes(other)) {
        return Ok(watched.iter().filter(|it| same(it)).map(|it| (**it).clone()).collect());
    }
    let listed = within(LIMIT, api.list(&ListParams::default())).await;
    let listed = listed.map_err(|source| Error::Read { what: "the other backups", source })?;
    Ok(listed.items.into_iter().filter(same).collect())
}

fn pods(cx: &Context, cluster: Option<&Cluster>) -> Vec<Pod> {
    let Some(cluster) = cluster else { return Vec::new() };
    let key = observe::key(cluster);
    let all = cx.cluster.stores.pods.within(&key.namespace);
    let uid = cluster.metadata.uid.as_deref();
    let owned = |pod: &&Arc<Pod>| {
        let owners = pod.metadata.owner_references.iter().flatten();
        owners.into_iter().any(|owner| Some(owner.uid.as_str()) == uid)
    };
    all.iter().filter(owned).map(|pod| (**pod).clone()).collect()
}

async fn write(cx: &Context, backup: &Backup, wanted: &BackupStatus) -> Result<(), Error> {
    status::write(&cx.cluster.client, backup, backup.status.as_ref(), wanted).await?;
    Ok(())
}

fn ended(status: BackupStatus, error: &str, command: Option<String>) -> BackupStatus {
    BackupStatus {
        phase: Some(phases::FAILED.to_owned()),
        error: Some(error.to_owned()),
        command_error: command,
        reconciliation_terminated_at: Some(Time(Timestamp::now())),
        ..status
    }
}

/// An event that cannot be written stops nothing.
pub(crate) async fn say<K>(recorder: &Recorder, about: &K, event: Option<Event>)
where
    K: Resource<DynamicType = ()>,
{
    let Some(event) = event else { return };
    let reason = event.reason.as_str();
    if let Err(error) = recorder.publish(about, note(event)).await {
        warn!(reason, %error, "failed to write an event");
    }
}

/// An event as it is written.
fn note(event: Event) -> Note {
    match event.reason.kind() {
        Importance::Normal => Note::normal(event.reason.as_str(), event.note),
        Importance::Warning => Note::warning(event.reason.as_str(), event.note),
    }
}
