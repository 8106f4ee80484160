use super::*;

const NOW: &str = "2026-11-21T12:00:00Z";

#[derive(Default)]
struct Case {
    scheduled: ScheduledBackup,
    backups: Vec<Backup>,
    cluster: Option<Cluster>,
}

fn time(text: &str) -> Time {
    Time(text.parse().unwrap())
}

fn daily() -> Case {
    let mut case = Case::default();
    case.scheduled.metadata.name = Some("night".to_owned());
    case.scheduled.spec.cluster.name = "c".to_owned();
    case.scheduled.spec.schedule = "0 0 0 * * *".to_owned();
    case
}

impl Case {
    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn checked(self, at: &str) -> Self {
        let at = time(at);
        self.with(|case| {
            case.scheduled.status.get_or_insert_default().last_check_time = Some(at);
        })
    }

    fn backup(self, name: &str, parent: Option<&str>, phase: Option<&str>) -> Self {
        let mut backup = Backup::new(name, BackupSpec::default());
        backup.metadata.creation_timestamp = Some(time("2026-11-21T11:00:00Z"));
        let labels = parent.into_iter().flat_map(|parent| {
            [(labels::SCHEDULED_BACKUP, parent), (labels::IMMEDIATE_BACKUP, "true")]
        });
        let owned = labels.map(|(key, value)| (key.to_owned(), value.to_owned()));
        backup.metadata.labels = Some(owned.collect());
        backup.status.get_or_insert_default().phase = phase.map(str::to_owned);
        self.with(|case| case.backups.push(backup))
    }

    fn decide(&self) -> Verdict {
        let seen = Seen {
            scheduled: &self.scheduled,
            backups: &self.backups,
            cluster: self.cluster.as_ref(),
            now: NOW.parse().unwrap(),
            zone: &TimeZone::UTC,
        };
        decide(&seen, &self.scheduled.spec.schedule.parse().unwrap())
    }
}

/// One line that says all there is to compare.
fn told(verdict: &Verdict) -> String {
    let moment = |time: &Option<Time>| {
        time.as_ref().map_or_else(|| "-".to_owned(), |time| time.0.strftime("%d.%H:%M").to_string())
    };
    let status = |status: &ScheduledBackupStatus| {
        [&status.last_check_time, &status.last_schedule_time, &status.next_schedule_time]
            .map(moment)
            .join(" ")
    };
    let said = |event: &Option<Event>| {
        event.as_ref().map_or("quiet", |event| event.reason.as_str()).to_owned()
    };
    match verdict {
        Verdict::Rest(event) => format!("rest, {}", said(event)),
        Verdict::Look { after, status: written, event } => {
            let written = written.as_ref().map_or_else(|| "nothing".to_owned(), status);
            format!("{}s, {written}, {}", after.as_secs(), said(event))
        }
        Verdict::Create { due, status: written, event, after } => {
            let (Due { name, first }, event) = (due, event.reason.as_str());
            format!("{name} {first}, {}, {event}, {}s", status(written), after.as_secs())
        }
    }
}

#[test]
fn schedules_are_kept() {
    let immediate = |case: &mut Case| case.scheduled.spec.immediate = Some(true);
    let snapshots = |case: &mut Case| {
        case.scheduled.spec.immediate = Some(true);
        case.scheduled.spec.method = Some(BackupMethod::VolumeSnapshot);
    };
    let healthy = |case: &mut Case| {
        let cluster = case.cluster.get_or_insert_default();
        cluster.status.get_or_insert_default().phase = Some(cluster::HEALTHY.to_owned());
    };
    let due = "2026-11-20T23:00:00Z";
    for (row, case, expected) in [
        ("the first look", daily(), "43200s, 21.12:00 - -, BackupSchedule"),
        ("not due", daily().checked("2026-11-21T00:00:00Z"), "43200s, nothing, quiet"),
        (
            "due",
            daily().checked(due),
            "night-20261121000000 false, 21.12:00 21.00:00 22.00:00, BackupSchedule, 43200s",
        ),
        (
            "many missed",
            daily().checked("2026-10-01T10:00:00Z"),
            "night-20261002000000 false, 21.12:00 02.00:00 22.00:00, BackupSchedule, 43200s",
        ),
        (
            "made by a pass that was cut short",
            daily().checked(due).backup("night-20261121000000", Some("night"), Some("completed")),
            "night-20261121000000 false, 21.12:00 21.00:00 22.00:00, BackupSchedule, 43200s",
        ),
        (
            "made, and under way",
            daily().checked(due).backup("night-20261121000000", Some("night"), Some("running")),
            "60s, nothing, quiet",
        ),
        (
            "somebody else's of that name",
            daily().checked(due).backup("night-20261121000000", None, None),
            "43200s, 21.12:00 - 22.00:00, BackupAdoptionRefused",
        ),
        (
            "another schedule's",
            daily().checked(due).backup("night-20261121000000", Some("day"), Some("running")),
            "43200s, 21.12:00 - 22.00:00, BackupAdoptionRefused",
        ),
        (
            "suspended",
            daily().checked(due).with(|case| case.scheduled.spec.suspend = Some(true)),
            "rest, quiet",
        ),
        (
            "never due",
            daily().with(|case| case.scheduled.spec.schedule = "0 0 0 31 2 *".to_owned()),
            "rest, NoSchedule",
        ),
        (
            "the clock went back",
            daily().checked("2027-01-01T00:00:00Z"),
            "43200s, 21.12:00 - -, quiet",
        ),
        (
            "at once",
            daily().with(immediate),
            "night-20261121120000 true, 21.12:00 21.12:00 22.00:00, BackupSchedule, 43200s",
        ),
        (
            "at once, and made already",
            daily().with(immediate).backup("night-1", Some("night"), Some("failed")),
            "night-1 true, 21.12:00 21.11:00 22.00:00, BackupSchedule, 43200s",
        ),
        ("at once, no cluster", daily().with(snapshots), "5s, nothing, InvalidCluster"),
        (
            "at once, not healthy",
            daily().with(snapshots).with(|case| case.cluster = Some(Cluster::default())),
            "5s, nothing, ClusterNotHealthy",
        ),
        (
            "at once, healthy",
            daily().with(snapshots).with(healthy),
            "night-20261121120000 true, 21.12:00 21.12:00 22.00:00, BackupSchedule, 43200s",
        ),
    ] {
        assert_eq!(told(&case.decide()), expected, "{row}");
    }
}

#[test]
fn the_backup_is_what_the_schedule_says() {
    let case = daily().with(|case| {
        case.scheduled.metadata.namespace = Some("ns".to_owned());
        case.scheduled.spec.method = Some(BackupMethod::VolumeSnapshot);
        case.scheduled.spec.online = Some(true);
        let note = (api::annotations::VOLUME_SNAPSHOT_DEADLINE.to_owned(), "7".to_owned());
        case.scheduled.metadata.annotations = Some([note, ("x".into(), "y".into())].into());
    });
    let made = backup(&case.scheduled, &Due { name: "night-1".to_owned(), first: false });
    insta::assert_json_snapshot!(made, @r#"
    {
      "apiVersion": "postgresql.cnpg.io/v1",
      "kind": "Backup",
      "metadata": {
        "annotations": {
          "cnpg.io/volumeSnapshotDeadline": "7"
        },
        "labels": {
          "cnpg.io/cluster": "c",
          "cnpg.io/immediateBackup": "false",
          "cnpg.io/scheduled-backup": "night"
        },
        "name": "night-1",
        "namespace": "ns"
      },
      "spec": {
        "cluster": {
          "name": "c"
        },
        "method": "volumeSnapshot",
        "online": true
      }
    }
    "#);
}
