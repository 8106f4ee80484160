//! Starts the controllers of backups and of their schedules.

use std::sync::Arc;

use api::backup::Backup;
use api::labels;
use api::scheduled_backup::ScheduledBackup;
use jiff::tz::TimeZone;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::runtime::watcher::Config;
use kubekit::events::Recorder;
use kubekit::queue::{self, Observe};
use kubekit::stop::Stop;
use planner::scheduled_backup::is_over;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::Context;
use crate::cluster::context::Context as ClusterContext;
use crate::cluster::stores::watch::{Scope, Watcher};
use crate::cluster::stores::{Cache, Key};
use crate::scheduled_backup;

const BACKUPS: &str = "cloudnative-pg-backup";
const SCHEDULES: &str = "cloudnative-pg-scheduledbackup";

/// Who counts the passes of each controller.
#[derive(Debug, Clone)]
pub struct Observers {
    pub backups: Arc<dyn Observe>,
    pub schedules: Arc<dyn Observe>,
}

/// Runs until told to stop. What happens to a cluster, told by `happened`, concerns its backups.
pub async fn run(
    cluster: Arc<ClusterContext>,
    happened: UnboundedReceiver<Key>,
    observers: Observers,
    concurrency: usize,
    stop: Stop,
) {
    let scope = Scope::namespaces(&cluster.settings.watch_namespaces);
    let (due, events) = mpsc::unbounded_channel();
    let watcher = |due: &UnboundedSender<Key>| Watcher {
        client: cluster.client.clone(),
        due: due.clone(),
        stop: stop.clone(),
    };
    let (scheduled_due, scheduled_events) = mpsc::unbounded_channel();
    let parents = scheduled_due.clone();
    let backups =
        watcher(&due).watch(&scope, Config::default(), move |old: Option<&Backup>, new| {
            if let Some(parent) = new.filter(|one| is_over(one)).and_then(parent) {
                let _ = parents.send(parent); // nobody listens: the end is near
            }
            new.or(old).map(|one| key(&one.metadata)).into_iter().collect()
        });
    let schedules: Cache<ScheduledBackup> = watcher(&scheduled_due).watch(
        &scope,
        Config::default(),
        |old: Option<&ScheduledBackup>, new| {
            new.or(old).map(|one| key(&one.metadata)).into_iter().collect()
        },
    );
    let recorder = |component| Recorder::new(cluster.client.clone(), component);
    let taking = Arc::new(Context {
        cluster: Arc::clone(&cluster),
        backups: backups.clone(),
        recorder: recorder(BACKUPS),
    });
    let planning = Arc::new(scheduled_backup::Context {
        cluster: Arc::clone(&cluster),
        recorder: recorder(SCHEDULES),
        zone: TimeZone::system(),
    });
    let taken = queue::run(events, 1, observers.backups, stop.clone(), move |key| {
        super::pass(Arc::clone(&taking), key)
    });
    let planned =
        queue::run(scheduled_events, concurrency, observers.schedules, stop, move |key| {
            scheduled_backup::pass(Arc::clone(&planning), key)
        });
    tokio::join!(taken, planned, async {
        wake(happened, &backups, &due).await;
        // Without senders the queues would end.
        drop((due, scheduled_due, schedules));
    });
}

fn key(meta: &ObjectMeta) -> Key {
    Key::new(meta.namespace.clone().unwrap_or_default(), meta.name.clone().unwrap_or_default())
}

/// The schedule that a backup comes from, which waits for its end.
fn parent(backup: &Backup) -> Option<Key> {
    let name = backup.metadata.labels.as_ref()?.get(labels::SCHEDULED_BACKUP)?;
    Some(Key::new(backup.metadata.namespace.clone().unwrap_or_default(), name))
}

/// The backups of a cluster to which something happens are looked at.
async fn wake(
    mut happened: UnboundedReceiver<Key>,
    backups: &Cache<Backup>,
    due: &UnboundedSender<Key>,
) {
    while let Some(cluster) = happened.recv().await {
        for backup in backups.within(&cluster.namespace) {
            if backup.spec.cluster.name == cluster.name && !is_over(&backup) {
                let _ = due.send(key(&backup.metadata)); // nobody listens: the end is near
            }
        }
    }
}
