//! What to do about a backup: who takes it, and what becomes of it when who takes it fails.
//!
//! ```text
//!  (new) --> pending --> started --> running --> completed
//!              ^  ^         |           |
//!              |  +---------+           +--> failed
//!              +-- another backup, no pod yet
//! ```
//! `started` is the intent, written before the instance is told; the instance writes the rest. What
//! it has begun is never begun anew: when it is lost, the backup has failed.

pub mod condition;
pub mod event;
mod place;
mod prerequisites;
mod progress;

use std::time::Duration;

use api::backup::status::{BackupInstance, BackupStatus};
use api::backup::{Backup, BackupMethod};
use api::phases::backup as phases;
use api::{Cluster, annotations};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

use event::{Event, Reason};

/// How soon a cluster or a pod that is not there is looked for again.
const MISSING: Duration = Duration::from_secs(30);
/// How soon it is looked whether it is a backup's turn.
const TURN: Duration = Duration::from_secs(10);

/// What a pass saw of a backup.
#[derive(Debug, Clone)]
pub struct Seen<'a> {
    pub backup: &'a Backup,
    pub cluster: Option<&'a Cluster>,
    /// All backups of the cluster; this one may be among them.
    pub others: &'a [Backup],
    /// The instances of the cluster, by name.
    pub pods: &'a [Pod],
    /// The life of the manager that was told to take the backup, as it tells now; none when it was
    /// not asked, or did not answer.
    pub session: Option<&'a str>,
    pub volume_snapshots: bool,
    pub now: Timestamp,
}

/// What to do about a backup.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Nothing until the backup changes.
    Rest,
    /// It goes on by itself; look again.
    Look(Duration),
    Pending {
        after: Duration,
        event: Option<Event>,
    },
    /// It has failed for good.
    Fail {
        error: String,
        event: Event,
    },
    /// Who was to take it is lost before he began: forget him, and begin anew.
    Restart(Event),
    /// Write down who is to take it, then tell him.
    Start(Start),
    /// Tell him again: he may never have heard of it.
    Tell(Start),
}

/// Who is to take a backup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    pub pod: String,
    pub container_id: Option<String>,
}

/// Decides about a backup that passed the checks of admission.
pub fn decide(seen: &Seen<'_>) -> Verdict {
    let status = seen.backup.status.as_ref();
    if matches!(seen.phase(), Some(phases::COMPLETED | phases::FAILED)) {
        return Verdict::Rest;
    }
    let notes = seen.backup.metadata.annotations.as_ref();
    let switch = notes.and_then(|notes| notes.get(annotations::RECONCILIATION_LOOP));
    if switch.is_some_and(|value| value == annotations::DISABLED) {
        return Verdict::Rest;
    }
    let Some(cluster) = seen.cluster else {
        let name = &seen.backup.spec.cluster.name;
        let note = format!("Cluster {name} does not exist; the backup waits for it");
        let event = Some(Event::new(Reason::FindingCluster, note));
        return Verdict::Pending { after: MISSING, event };
    };
    if let Some(event) = prerequisites::missing(seen, cluster) {
        return Verdict::Fail { error: event.note.clone(), event };
    }
    if !seen.is_executing() && !is_turn(seen) {
        return Verdict::Pending { after: TURN, event: None };
    }
    let instance = status.and_then(|status| status.instance_id.as_ref());
    if let (Some(instance), true) = (instance, seen.is_executing()) {
        return progress::look(seen, cluster, instance);
    }
    match place::choose(seen, cluster) {
        Ok(start) => Verdict::Start(start),
        Err(event) => Verdict::Pending { after: MISSING, event: Some(event) },
    }
}

/// The status of a backup that is about to be taken.
#[must_use]
pub fn started(seen: &Seen<'_>, start: &Start, session: Option<&str>) -> BackupStatus {
    let version = seen.cluster.and_then(|cluster| cluster.status.as_ref());
    let version = version.and_then(|status| status.pgdata_image_info.as_ref());
    BackupStatus {
        phase: Some(phases::STARTED.to_owned()),
        method: Some(seen.method().as_str().to_owned()),
        major_version: version.map(|info| info.major_version),
        instance_id: Some(BackupInstance {
            pod_name: Some(start.pod.clone()),
            container_id: start.container_id.clone(),
            session_id: session.map(str::to_owned),
        }),
        reconciliation_started_at: Some(Time(seen.now)),
        ..BackupStatus::default()
    }
}

impl Seen<'_> {
    fn phase(&self) -> Option<&str> {
        phase(self.backup)
    }

    fn method(&self) -> BackupMethod {
        self.backup.spec.method.clone().unwrap_or(BackupMethod::BarmanObjectStore)
    }

    fn is_executing(&self) -> bool {
        executes(self.backup)
    }

    fn pod(&self, name: &str) -> Option<&Pod> {
        self.pods.iter().find(|pod| pod.metadata.name.as_deref() == Some(name))
    }
}

fn phase(backup: &Backup) -> Option<&str> {
    backup.status.as_ref().and_then(|status| status.phase.as_deref())
}

/// Whether somebody is at it.
#[must_use]
pub fn executes(backup: &Backup) -> bool {
    matches!(
        phase(backup),
        Some(
            phases::STARTED | phases::RUNNING | phases::FINALIZING | phases::WAL_ARCHIVING_FAILING
        )
    )
}

/// One backup of a cluster at a time, the oldest first.
fn is_turn(seen: &Seen<'_>) -> bool {
    let uid = |backup: &Backup| backup.metadata.uid.clone();
    let own = uid(seen.backup);
    let others = || seen.others.iter().filter(|other| uid(other) != own);
    if others().any(executes) {
        return false;
    }
    let age = |backup: &Backup| {
        let meta = &backup.metadata;
        (meta.creation_timestamp.as_ref().map(|time| time.0), meta.name.clone())
    };
    let waits = |backup: &&Backup| matches!(phase(backup), None | Some(phases::PENDING));
    others().filter(waits).all(|other| age(seen.backup) < age(other))
}

#[cfg(test)]
mod tests;
