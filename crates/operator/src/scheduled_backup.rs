//! The ScheduledBackup controller: makes a Backup whenever a schedule is due.

use std::sync::Arc;
use std::time::Duration;

use api::admission::{self, CheckedCluster, Kind, Operation};
use api::backup::Backup;
use api::scheduled_backup::{ScheduledBackup, ScheduledBackupOwner, ScheduledBackupStatus};
use api::{Cluster, annotations, labels};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::Api;
use kube::api::{ListParams, PostParams};
use kubekit::calls::{self, LIMIT, within};
use kubekit::events::Recorder;
use kubekit::queue::Ended;
use planner::backup::event::{Event, Reason};
use planner::manifests::Manifests;
use planner::scheduled_backup::{self as planned, Due, Seen, Verdict, decide};
use tracing::{error, info, warn};

use crate::backup::say;
use crate::cluster::context::Context as ClusterContext;
use crate::cluster::stores::Key;
use crate::status;

/// The pause after a backup could not be made.
const TROUBLED: Duration = Duration::from_secs(60);

/// Shared by all passes over all schedules.
#[derive(Debug)]
pub struct Context {
    pub cluster: Arc<ClusterContext>,
    pub recorder: Recorder,
    /// The zone in which schedules are read.
    pub zone: TimeZone,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to read {what}")]
    Read { what: &'static str, source: calls::Error },
    #[error("failed to make the backup")]
    Create(#[source] calls::Error),
    #[error("cluster {0}, which is to own the backup, does not exist or was refused")]
    Owner(String),
    #[error(transparent)]
    Status(#[from] status::Error),
    #[error("the object cannot be written down")]
    Encode(#[from] serde_json::Error),
}

/// One pass over one schedule.
pub async fn pass(cx: Arc<Context>, key: Key) -> Ended {
    match reconcile(&cx, &key).await {
        Ok(ended) => ended,
        Err(Error::Status(status::Error::Conflict)) => Ended::Again(Duration::from_millis(100)),
        Err(error) => {
            let error = calls::chain(&error);
            error!(schedule = key.name, namespace = key.namespace, error, "a pass failed");
            Ended::Failed
        }
    }
}

async fn reconcile(cx: &Context, key: &Key) -> Result<Ended, Error> {
    let client = || cx.cluster.client.clone();
    let schedules: Api<ScheduledBackup> = Api::namespaced(client(), &key.namespace);
    let read = |what| move |source| Error::Read { what, source };
    let found = within(LIMIT, schedules.get_opt(&key.name)).await.map_err(read("the schedule"))?;
    let Some(scheduled) = found.filter(|one| one.metadata.deletion_timestamp.is_none()) else {
        return Ok(Ended::Idle);
    };
    let refused = refusal(cx, &scheduled)?;
    let schedule = scheduled.spec.schedule.parse();
    let (None, Ok(schedule)) = (&refused, schedule) else {
        let error = refused.or(Some("spec.schedule cannot be read".to_owned()));
        let status = scheduled.status.clone().unwrap_or_default();
        write(cx, &scheduled, &ScheduledBackupStatus { error, ..status }).await?;
        return Ok(Ended::Idle);
    };
    let backups: Api<Backup> = Api::namespaced(client(), &key.namespace);
    let children =
        ListParams::default().labels(&format!("{}={}", labels::SCHEDULED_BACKUP, key.name));
    let listed = within(LIMIT, backups.list(&children)).await;
    let mut listed = listed.map_err(read("the backups of the schedule"))?.items;
    let clusters: Api<Cluster> = Api::namespaced(client(), &key.namespace);
    let name = &scheduled.spec.cluster.name;
    let cluster = within(LIMIT, clusters.get_opt(name)).await.map_err(read("the cluster"))?;
    loop {
        let seen = Seen {
            scheduled: &scheduled,
            backups: &listed,
            cluster: cluster.as_ref(),
            now: Timestamp::now(),
            zone: &cx.zone,
        };
        match decide(&seen, &schedule) {
            Verdict::Rest(event) => {
                say(&cx.recorder, &scheduled, event).await;
                return Ok(Ended::Idle);
            }
            Verdict::Look { after, status, event } => {
                if let Some(status) = status {
                    write(cx, &scheduled, &ScheduledBackupStatus { error: None, ..status }).await?;
                }
                say(&cx.recorder, &scheduled, event).await;
                return Ok(Ended::Again(after));
            }
            Verdict::Create { due, status, event, after } => {
                match create(cx, &backups, &scheduled, cluster.as_ref(), &due).await {
                    Ok(Made::Ours) => {}
                    // It is looked at with what is there.
                    Ok(Made::Foreign(other)) => {
                        listed.push(*other);
                        continue;
                    }
                    Err(error) => {
                        let text = calls::chain(&error);
                        warn!(schedule = key.name, error = text, "the backup cannot be made");
                        let event = Event::new(Reason::BackupCreation, text);
                        say(&cx.recorder, &scheduled, Some(event)).await;
                        return Ok(Ended::Again(TROUBLED));
                    }
                }
                info!(schedule = key.name, backup = due.name, "a backup is due");
                write(cx, &scheduled, &status).await?;
                say(&cx.recorder, &scheduled, Some(event)).await;
                return Ok(Ended::Again(after));
            }
        }
    }
}

/// What came of making a backup.
enum Made {
    /// It is there: made now, or by a pass that was cut short.
    Ours,
    /// Somebody else's has its name.
    Foreign(Box<Backup>),
}

async fn create(
    cx: &Context,
    api: &Api<Backup>,
    scheduled: &ScheduledBackup,
    cluster: Option<&Cluster>,
    due: &Due,
) -> Result<Made, Error> {
    let mut backup = planned::backup(scheduled, due);
    let name = scheduled.metadata.name.clone().unwrap_or_default();
    match &scheduled.spec.backup_owner_reference {
        Some(ScheduledBackupOwner::Schedule) => {
            backup.metadata.owner_references = Some(vec![OwnerReference {
                api_version: format!("{}/{}", api::GROUP, api::VERSION),
                kind: "ScheduledBackup".to_owned(),
                name: name.clone(),
                uid: scheduled.metadata.uid.clone().unwrap_or_default(),
                controller: Some(true),
                block_owner_deletion: None,
            }]);
        }
        Some(ScheduledBackupOwner::Cluster) => own(cx, cluster, scheduled, &mut backup)?,
        Some(ScheduledBackupOwner::None | ScheduledBackupOwner::Other(_)) | None => {}
    }
    match within(LIMIT, api.create(&PostParams::default(), &backup)).await {
        Ok(_) => Ok(Made::Ours),
        Err(error) if error.is_conflict() => {
            let there = within(LIMIT, api.get(&due.name)).await.map_err(Error::Create)?;
            let parent = there.metadata.labels.as_ref();
            let parent = parent.and_then(|all| all.get(labels::SCHEDULED_BACKUP));
            if parent == Some(&name) { Ok(Made::Ours) } else { Ok(Made::Foreign(Box::new(there))) }
        }
        Err(error) => Err(Error::Create(error)),
    }
}

/// Makes the cluster the owner, with all that its objects inherit.
fn own(
    cx: &Context,
    cluster: Option<&Cluster>,
    scheduled: &ScheduledBackup,
    backup: &mut Backup,
) -> Result<(), Error> {
    let missing = || Error::Owner(scheduled.spec.cluster.name.clone());
    let mut cluster = cluster.ok_or_else(missing)?.clone();
    admission::complete(&mut cluster, &cx.cluster.admission.defaults);
    let checked = CheckedCluster::check(cluster, &cx.cluster.admission).map_err(|_| missing())?;
    let manifests = Manifests::new(&checked, &cx.cluster.installation);
    let labels = backup.metadata.labels.take().unwrap_or_default();
    let name = backup.metadata.name.clone().unwrap_or_default();
    let notes = backup.metadata.annotations.take().unwrap_or_default();
    backup.metadata = manifests.metadata(name, labels);
    backup.metadata.annotations.get_or_insert_default().extend(notes);
    Ok(())
}

/// What admission has against the schedule, where no webhook said it.
fn refusal(cx: &Context, scheduled: &ScheduledBackup) -> Result<Option<String>, Error> {
    let notes = scheduled.metadata.annotations.as_ref();
    let checks = notes.and_then(|notes| notes.get(annotations::VALIDATION));
    if checks.is_some_and(|value| value == annotations::DISABLED) {
        return Ok(None);
    }
    let object = serde_json::to_value(scheduled)?;
    let (kind, operation) = (Kind::ScheduledBackup, Operation::Create);
    let outcome = admission::validate(kind, operation, &object, &cx.cluster.admission);
    let errors: Vec<_> = outcome.errors.iter().map(ToString::to_string).collect();
    Ok((!errors.is_empty()).then(|| errors.join("; ")))
}

async fn write(
    cx: &Context,
    scheduled: &ScheduledBackup,
    wanted: &ScheduledBackupStatus,
) -> Result<(), Error> {
    status::write(&cx.cluster.client, scheduled, scheduled.status.as_ref(), wanted).await?;
    Ok(())
}
