use super::*;

use api::backup::{BackupSpec, BackupTarget};
use api::cluster::backup::BackupConfiguration;
use api::object_store::ObjectStore;
use serde_json::json;

const NOW: &str = "2026-11-21T12:00:00Z";

#[derive(Clone)]
struct Case {
    backup: Backup,
    cluster: Option<Cluster>,
    others: Vec<Backup>,
    pods: Vec<Pod>,
    session: Option<&'static str>,
}

fn time(text: &str) -> Time {
    Time(text.parse().unwrap())
}

fn backup(name: &str, created: &str, phase: Option<&str>) -> Backup {
    let mut backup = Backup::new(name, BackupSpec::default());
    backup.metadata.uid = Some(name.to_owned());
    backup.metadata.creation_timestamp = Some(time(created));
    backup.spec.cluster.name = "c".to_owned();
    backup.status.get_or_insert_default().phase = phase.map(str::to_owned);
    backup
}

fn pod(name: &str, ready: bool) -> Pod {
    serde_json::from_value(json!({
        "metadata": {"name": name},
        "spec": {"containers": [{"name": "postgres", "image": "pg:17"}]},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }}],
            "containerStatuses": [{
                "name": "postgres", "image": "", "imageID": "", "ready": ready, "restartCount": 0,
                "containerID": format!("containerd://{name}"),
            }],
        },
    }))
    .unwrap()
}

/// A new backup of a healthy cluster with one primary and two standbys.
fn new() -> Case {
    let mut cluster = Cluster::default();
    cluster.metadata.name = Some("c".to_owned());
    cluster.spec.backup = Some(BackupConfiguration {
        barman_object_store: Some(ObjectStore::default()),
        ..BackupConfiguration::default()
    });
    cluster.status = serde_json::from_value(json!({
        "targetPrimary": "c-1", "image": "pg:17",
        "pgDataImageInfo": {"image": "pg:17", "majorVersion": 17},
        "instancesStatus": {"healthy": ["c-1", "c-2", "c-3"]},
    }))
    .unwrap();
    Case {
        backup: backup("b", "2026-11-21T11:00:00Z", None),
        cluster: Some(cluster),
        others: Vec::new(),
        pods: vec![pod("c-1", true), pod("c-2", true), pod("c-3", true)],
        session: None,
    }
}

/// A backup that c-2 was told to take.
fn begun(phase: &'static str) -> Case {
    new().with(|case| {
        let status = case.backup.status.get_or_insert_default();
        status.phase = Some(phase.to_owned());
        status.reconciliation_started_at = Some(time("2026-11-21T11:59:50Z"));
        status.instance_id = Some(BackupInstance {
            container_id: Some("containerd://c-2".to_owned()),
            pod_name: Some("c-2".to_owned()),
            session_id: Some("life".to_owned()),
        });
        case.session = Some("life");
    })
}

impl Case {
    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn cluster(self, change: impl FnOnce(&mut Cluster)) -> Self {
        self.with(|case| change(case.cluster.as_mut().unwrap()))
    }

    fn method(self, method: BackupMethod) -> Self {
        self.with(|case| case.backup.spec.method = Some(method))
    }

    fn unready(self, name: &str) -> Self {
        self.with(|case| {
            let place = case.pods.iter().position(|one| pods_name(one) == name).unwrap();
            case.pods[place] = pod(name, false);
        })
    }

    fn told(&self) -> String {
        let seen = Seen {
            backup: &self.backup,
            cluster: self.cluster.as_ref(),
            others: &self.others,
            pods: &self.pods,
            session: self.session,
            volume_snapshots: false,
            now: NOW.parse().unwrap(),
        };
        match decide(&seen) {
            Verdict::Rest => "rest".to_owned(),
            Verdict::Look(after) => format!("look in {}s", after.as_secs()),
            Verdict::Pending { after, event } => {
                let said = event.map_or("quiet", |event| event.reason.as_str());
                format!("pending {}s {said}", after.as_secs())
            }
            Verdict::Fail { event, .. } => format!("fail {}", event.reason.as_str()),
            Verdict::Restart(event) => format!("restart {}", event.reason.as_str()),
            Verdict::Start(start) => format!("start {}", start.pod),
            Verdict::Tell(start) => format!("tell {}", start.pod),
        }
    }
}

fn pods_name(pod: &Pod) -> &str {
    pod.metadata.name.as_deref().unwrap_or_default()
}

#[test]
fn one_at_a_time_by_whoever_fits_best() {
    let older = "2026-11-21T10:00:00Z";
    let same = "2026-11-21T11:00:00Z";
    let another = |created: &'static str, phase: Option<&'static str>, name: &'static str| {
        new().with(|case| case.others.push(backup(name, created, phase)))
    };
    let primary = |case: &mut Case| case.backup.spec.target = Some(BackupTarget::Primary);
    for (row, case, expected) in [
        ("a new one", new(), "start c-2"),
        ("it is among the others", another(same, None, "b"), "start c-2"),
        ("another runs", another(older, Some("running"), "a"), "pending 10s quiet"),
        ("a newer one runs", another(NOW, Some("started"), "z"), "pending 10s quiet"),
        (
            "one looks whether WAL is archived",
            another(NOW, Some("walArchivingFailing"), "z"),
            "pending 10s quiet",
        ),
        ("an older one waits", another(older, Some("pending"), "z"), "pending 10s quiet"),
        ("a newer one waits", another(NOW, None, "a"), "start c-2"),
        ("of the same age, by name", another(same, None, "a"), "pending 10s quiet"),
        ("an older one is done", another(older, Some("completed"), "a"), "start c-2"),
        ("an older one failed", another(older, Some("failed"), "a"), "start c-2"),
        (
            "an older one was refused",
            another(older, Some("invalid backup definition"), "a"),
            "start c-2",
        ),
        ("asks for the primary", new().with(primary), "start c-1"),
        (
            "the cluster asks for the primary",
            new().cluster(|it| {
                it.spec.backup.as_mut().unwrap().target = Some(BackupTarget::Primary);
            }),
            "start c-1",
        ),
        ("the first standby is not ready", new().unready("c-2"), "start c-3"),
        ("no standby is ready", new().unready("c-2").unready("c-3"), "start c-1"),
        (
            "nobody is ready",
            new().unready("c-1").unready("c-2").unready("c-3"),
            "pending 30s BackupPending",
        ),
        ("no pod at all", new().with(|case| case.pods.clear()), "pending 30s FindingPod"),
        (
            "another version is on its way",
            new().cluster(|it| it.status.as_mut().unwrap().image = Some("pg:18".to_owned())),
            "start c-1",
        ),
        (
            "standbys run another image",
            new().with(|case| {
                for pod in &mut case.pods[1..] {
                    pod.spec.as_mut().unwrap().containers[0].image = Some("pg:16".to_owned());
                }
            }),
            "start c-1",
        ),
    ] {
        assert_eq!(case.told(), expected, "{row}");
    }
}

#[test]
fn what_the_cluster_lacks_is_said_at_once() {
    let note = |name: &'static str, value: &'static str| {
        move |case: &mut Case| {
            let meta = &mut case.cluster.as_mut().unwrap().metadata;
            let notes = meta.annotations.get_or_insert_default();
            notes.insert(name.to_owned(), value.to_owned());
        }
    };
    let snapshot = BackupMethod::VolumeSnapshot;
    for (row, case, expected) in [
        ("no cluster", new().with(|case| case.cluster = None), "pending 30s FindingCluster"),
        ("asleep", new().with(note(annotations::HIBERNATION, "on")), "fail ClusterIsHibernated"),
        (
            "no backup section",
            new().cluster(|it| it.spec.backup = None),
            "fail ClusterHasBackupConfigured",
        ),
        (
            "no store",
            new().cluster(|it| it.spec.backup = Some(BackupConfiguration::default())),
            "fail ClusterHasNoBarmanSection",
        ),
        ("no snapshots", new().method(snapshot), "fail ClusterHasNoVolumeSnapshotCRD"),
        ("no plugins", new().method(BackupMethod::Plugin), "fail ClusterHasNoBackupExecutorPlugin"),
        (
            "left alone",
            new().with(|case| {
                let note = (annotations::RECONCILIATION_LOOP, annotations::DISABLED);
                let note = [note].map(|(key, value)| (key.to_owned(), value.to_owned()));
                case.backup.metadata.annotations = Some(note.into());
            }),
            "rest",
        ),
        ("done", begun("completed"), "rest"),
        ("failed", begun("failed"), "rest"),
    ] {
        assert_eq!(case.told(), expected, "{row}");
    }
}

#[test]
fn who_takes_it_is_watched() {
    let healthy = |names: &'static [&'static str]| {
        move |cluster: &mut Cluster| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            let status = cluster.status.as_mut().unwrap();
            status.instances_status.insert("healthy".to_owned(), names);
        }
    };
    let primary = |case: &mut Case| case.backup.spec.target = Some(BackupTarget::Primary);
    let pod_gone = |case: &mut Case| drop(case.pods.remove(1));
    let ending = |case: &mut Case| case.pods[1].metadata.deletion_timestamp = Some(time(NOW));
    let replaced = |case: &mut Case| {
        let status = case.pods[1].status.as_mut().unwrap();
        let statuses = status.container_statuses.as_mut().unwrap();
        statuses[0].container_id = Some("containerd://new".to_owned());
    };
    for (row, case, expected) in [
        ("runs", begun("running"), "look in 600s"),
        ("checks the archive", begun("walArchivingFailing"), "look in 600s"),
        ("was told just now", begun("started"), "look in 30s"),
        (
            "was told long ago",
            begun("started").with(|case| {
                let status = case.backup.status.as_mut().unwrap();
                status.reconciliation_started_at = Some(time("2026-11-21T11:59:30Z"));
            }),
            "tell c-2",
        ),
        ("the pod is gone", begun("running").with(pod_gone), "fail InstanceManagerRestarted"),
        ("another container", begun("running").with(replaced), "fail InstanceManagerRestarted"),
        ("the pod ends", begun("running").with(ending), "fail InstanceManagerRestarted"),
        (
            "not the primary any more",
            begun("running").with(primary),
            "fail InstanceManagerRestarted",
        ),
        ("gone, and not begun", begun("started").with(pod_gone), "restart ReStarting"),
        ("replaced, and not begun", begun("started").with(replaced), "restart ReStarting"),
        ("ends, and not begun", begun("started").with(ending), "restart ReStarting"),
        ("a replica now, and not begun", begun("started").with(primary), "restart ReStarting"),
        (
            "another life of the manager",
            begun("running").with(|case| case.session = Some("another")),
            "fail InstanceManagerRestarted",
        ),
        (
            "the manager does not answer",
            begun("running").with(|case| case.session = None),
            "look in 600s",
        ),
        (
            "unhealthy",
            begun("running").unready("c-2").cluster(healthy(&["c-1"])),
            "fail TargetPodNotHealthy",
        ),
        ("listed as healthy still", begun("running").unready("c-2"), "look in 600s"),
        ("ready already", begun("running").cluster(healthy(&[])), "look in 600s"),
        (
            "others do not matter to it",
            begun("running").with(|case| case.others.push(backup("a", NOW, Some("running")))),
            "look in 600s",
        ),
    ] {
        assert_eq!(case.told(), expected, "{row}");
    }
}
