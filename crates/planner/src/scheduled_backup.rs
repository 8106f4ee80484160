//! What to do about a schedule of backups.
//!
//! A Backup is made under a name that follows from the moment it is due, before the status says so:
//! a pass that was cut short in between finds it and goes on.

use std::time::Duration;

use api::backup::{Backup, BackupMethod, BackupSpec};
use api::phases::{backup, cluster};
use api::schedule::Schedule;
use api::scheduled_backup::{ScheduledBackup, ScheduledBackupStatus};
use api::{Cluster, labels};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

use crate::backup::event::{Event, Reason};
use crate::schedule::next;

/// How often a backup that is under way is looked at.
const UNDER_WAY: Duration = Duration::from_secs(60);
/// How often a cluster that is not ready for its first snapshot is looked at.
const UNREADY: Duration = Duration::from_secs(5);

/// What a pass saw of a schedule.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    pub scheduled: &'a ScheduledBackup,
    /// The backups that carry the label of the schedule, and those of the name that is due.
    pub backups: &'a [Backup],
    pub cluster: Option<&'a Cluster>,
    pub now: Timestamp,
    /// The zone of the operator.
    pub zone: &'a TimeZone,
}

/// What to do about a schedule.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Nothing until the schedule changes.
    Rest(Option<Event>),
    /// Look again, after writing down what is known now.
    Look { after: Duration, status: Option<ScheduledBackupStatus>, event: Option<Event> },
    /// Make this backup, then write down the status.
    Create { due: Due, status: ScheduledBackupStatus, event: Event, after: Duration },
}

/// A backup that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub name: String,
    pub first: bool,
}

/// Decides about a schedule that passed the checks of admission.
pub fn decide(seen: &Seen<'_>, schedule: &Schedule) -> Verdict {
    let spec = &seen.scheduled.spec;
    if spec.suspend == Some(true) {
        return Verdict::Rest(None);
    }
    if seen.children().any(|child| !is_over(child)) {
        return Verdict::Look { after: UNDER_WAY, status: None, event: None };
    }
    let status = seen.scheduled.status.clone().unwrap_or_default();
    let checked = status.last_check_time.as_ref().map(|time| time.0);
    let immediate = spec.immediate == Some(true);
    let snapshots = spec.method == Some(BackupMethod::VolumeSnapshot);
    if let (true, true, None) = (immediate, snapshots, checked)
        && let Some(event) = seen.unready()
    {
        return Verdict::Look { after: UNREADY, status: None, event: Some(event) };
    }
    let now = seen.now;
    let Some(after_now) = next(schedule, now, seen.zone) else {
        let note = format!("The schedule {:?} is never due", spec.schedule);
        return Verdict::Rest(Some(Event::new(Reason::NoSchedule, note)));
    };
    let wait = |until: Timestamp| {
        let left = until.duration_since(now);
        Duration::try_from(left).unwrap_or_default().max(Duration::from_secs(1))
    };
    match checked {
        None if immediate => seen.first(after_now, wait(after_now)),
        // A clock that went back makes no schedule sleep until it has caught up.
        Some(checked) if checked > now => Verdict::Look {
            after: wait(after_now),
            status: Some(ScheduledBackupStatus { last_check_time: Some(Time(now)), ..status }),
            event: None,
        },
        None => {
            let note = format!("Scheduled first backup by {after_now}");
            Verdict::Look {
                after: wait(after_now),
                status: Some(ScheduledBackupStatus { last_check_time: Some(Time(now)), ..status }),
                event: Some(Event::new(Reason::BackupSchedule, note)),
            }
        }
        Some(checked) => match next(schedule, checked, seen.zone) {
            Some(due) if due <= now => seen.due(due, after_now, wait(after_now), &status),
            _ => Verdict::Look { after: wait(after_now), status: None, event: None },
        },
    }
}

/// The backup that a schedule asks for; whose it is, is decided with the cluster at hand.
#[must_use]
pub fn backup(scheduled: &ScheduledBackup, due: &Due) -> Backup {
    let spec = &scheduled.spec;
    let mut made = Backup::new(
        &due.name,
        BackupSpec {
            cluster: spec.cluster.clone(),
            method: spec.method.clone(),
            online: spec.online,
            online_configuration: spec.online_configuration.clone(),
            plugin_configuration: spec.plugin_configuration.clone(),
            target: spec.target.clone(),
        },
    );
    made.metadata.namespace.clone_from(&scheduled.metadata.namespace);
    let name = scheduled.metadata.name.clone().unwrap_or_default();
    let first = if due.first { "true" } else { "false" };
    made.metadata.labels = Some(
        [
            (labels::CLUSTER, spec.cluster.name.clone()),
            (labels::IMMEDIATE_BACKUP, first.to_owned()),
            (labels::SCHEDULED_BACKUP, name),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into(),
    );
    let deadline = api::annotations::VOLUME_SNAPSHOT_DEADLINE;
    let notes = scheduled.metadata.annotations.as_ref();
    if let Some(minutes) = notes.and_then(|notes| notes.get(deadline)) {
        let note = (deadline.to_owned(), minutes.clone());
        made.metadata.annotations = Some([note].into());
    }
    made
}

/// Whether nothing more will happen to a backup.
#[must_use]
pub fn is_over(one: &Backup) -> bool {
    let phase = one.status.as_ref().and_then(|status| status.phase.as_deref());
    matches!(phase, Some(backup::COMPLETED | backup::FAILED | backup::INVALID))
}

impl Seen<'_> {
    fn name(&self) -> &str {
        self.scheduled.metadata.name.as_deref().unwrap_or_default()
    }

    fn is_child(&self, backup: &Backup) -> bool {
        let parent = backup.metadata.labels.as_ref();
        let parent = parent.and_then(|all| all.get(labels::SCHEDULED_BACKUP));
        parent.is_some_and(|parent| parent == self.name())
    }

    fn children(&self) -> impl Iterator<Item = &Backup> {
        self.backups.iter().filter(|backup| self.is_child(backup))
    }

    /// Why the cluster cannot have its first snapshot yet.
    fn unready(&self) -> Option<Event> {
        let name = &self.scheduled.spec.cluster.name;
        let Some(cluster) = self.cluster else {
            let note = format!("Cluster {name} does not exist yet; its first backup waits");
            return Some(Event::new(Reason::InvalidCluster, note));
        };
        let phase = cluster.status.as_ref().and_then(|status| status.phase.as_deref());
        (phase != Some(cluster::HEALTHY)).then(|| {
            let note = format!("Cluster {name} is not healthy yet; its first backup waits");
            Event::new(Reason::ClusterNotHealthy, note)
        })
    }

    fn name_at(&self, moment: Timestamp) -> String {
        // The name tells the time of the operator, as the schedule does.
        let local = moment.to_zoned(self.zone.clone());
        format!("{}-{}", self.name(), local.strftime("%Y%m%d%H%M%S"))
    }

    /// The backup at once; one that an earlier pass has made is it.
    fn first(&self, after_now: Timestamp, after: Duration) -> Verdict {
        let is_first = |backup: &&Backup| {
            let all = backup.metadata.labels.as_ref();
            all.and_then(|all| all.get(labels::IMMEDIATE_BACKUP)).is_some_and(|it| it == "true")
        };
        let made = self.children().filter(is_first).min_by_key(|backup| {
            let meta = &backup.metadata;
            (meta.creation_timestamp.as_ref().map(|time| time.0), meta.name.clone())
        });
        let made_at = made.and_then(|backup| backup.metadata.creation_timestamp.clone());
        let name = made.and_then(|backup| backup.metadata.name.clone());
        let status = ScheduledBackupStatus {
            last_check_time: Some(Time(self.now)),
            last_schedule_time: Some(made_at.unwrap_or(Time(self.now))),
            next_schedule_time: Some(Time(after_now)),
            error: None,
        };
        let due = Due { name: name.unwrap_or_else(|| self.name_at(self.now)), first: true };
        let note = format!("Backup {} is taken right away, the next by {after_now}", due.name);
        Verdict::Create { due, status, event: Event::new(Reason::BackupSchedule, note), after }
    }

    /// One backup, however many moments were missed.
    fn due(
        &self,
        moment: Timestamp,
        after_now: Timestamp,
        after: Duration,
        before: &ScheduledBackupStatus,
    ) -> Verdict {
        let name = self.name_at(moment);
        let status = ScheduledBackupStatus {
            last_check_time: Some(Time(self.now)),
            last_schedule_time: Some(Time(moment)),
            next_schedule_time: Some(Time(after_now)),
            error: None,
        };
        let same = |backup: &&Backup| backup.metadata.name.as_ref() == Some(&name);
        let there = self.backups.iter().find(same);
        if there.is_some_and(|there| !self.is_child(there)) {
            let note = format!(
                "Backup {name} is not of this schedule, and is left alone: the backup that was due \
                 at {moment} is not taken; the next is due at {after_now}"
            );
            return Verdict::Look {
                after,
                status: Some(ScheduledBackupStatus {
                    last_schedule_time: before.last_schedule_time.clone(),
                    ..status
                }),
                event: Some(Event::new(Reason::BackupAdoptionRefused, note)),
            };
        }
        let note = format!("Backup {name} is due, the next by {after_now}");
        let due = Due { name, first: false };
        Verdict::Create { due, status, event: Event::new(Reason::BackupSchedule, note), after }
    }
}

#[cfg(test)]
mod tests;
