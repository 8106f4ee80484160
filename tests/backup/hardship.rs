//! One archive and all that befalls it: whoever takes a backup dies, old backups go, the store is
//! away while the primary changes. In the end it is restored, and nothing is missing.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use api::backup::Backup;
use api::phases::backup::{FAILED, RUNNING};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::Event;
use kube::api::ListParams;
use serde_json::json;
use testkit::rig::cluster::Living;
use testkit::rig::faults::{Mode, PodName, Signal};
use testkit::rig::operator::NAMESPACE;
use testkit::rig::s3::{Scheme, client::Client};
use testkit::until::until;

use super::{Ground, PATIENCE, archiving, column};

/// Every row of the ledger, in one line.
const ROWS: &str = "select count(*) || ' ' || md5(string_agg(t::text, ',' order by t::text)) \
                    from rig_ledger t";

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The cluster `origin`, and its bucket.
struct Archive {
    ground: Ground,
    origin: Living,
    bucket: Client,
}

#[tokio::test]
async fn an_archive_lives_through_all_that_befalls_it() -> Result<()> {
    // Nobody else can do without the operator and the store meanwhile.
    let ground = Ground::on(crate::operator::alone().await?, "hardship").await?;
    let bucket = ground.rig.s3().client(Scheme::Http)?;
    let mut store = ground.store();
    // So that there is time to break it.
    store["data"] = json!({
        "immediateCheckpoint": true,
        "additionalCommandArgs": ["--max-bandwidth=6M"],
    });
    let backup = json!({"barmanObjectStore": store, "retentionPolicy": "1d"});
    let origin = ground.cluster("origin", 2, &json!({"backup": backup}))?;
    origin.healthy(2, PATIENCE).await?;
    let archive = Archive { ground, origin, bucket };

    let led = archive.is_left_by_the_operator().await?;
    let next = archive.loses_who_takes_a_backup().await?;
    let kept = archive.forgets_what_is_old(&led, &next).await?;
    let rows = archive.loses_its_store().await?;

    let target = json!({"recoveryTarget": {"backupID": kept}});
    let restored = archive.ground.cluster("restored", 1, &archive.ground.recovery(&target))?;
    restored.healthy(1, PATIENCE).await?;
    ensure!(column(&restored, ROWS)? == rows, "{} instead of {rows}", column(&restored, ROWS)?);
    Ok(())
}

impl Archive {
    /// The operator is away from the middle to the end.
    async fn is_left_by_the_operator(&self) -> Result<String> {
        let _taker = self.is_copied("led").await?;
        let words = ["delete", "pods", "--all", "--force", "--grace-period=0", "-n", NAMESPACE];
        self.ground.rig.kubectl(words)?;
        let status = self.ground.backup_ends("led").await?;
        ensure!(self.restarts("led").await? == 0, "nobody began anew");
        status.backup_id.context("it has an id")
    }

    /// Its pod is deleted by force, the manager of another is killed; then the next one is well.
    async fn loses_who_takes_a_backup(&self) -> Result<String> {
        let complete = self.complete().await?;
        let taker = self.is_copied("torn").await?;
        self.origin.lose_pod(&taker, PATIENCE).await?;
        self.is_told_of("torn", &complete).await?;

        let taker = self.is_copied("killed").await?;
        let pod = PodName::new(self.ground.scratch.name(), &taker);
        self.ground.rig.faults().kill(&pod, "manager", Signal::SIGKILL)?;
        self.is_told_of("killed", &complete).await?;

        self.origin
            .patch(&json!({"spec": {"backup": {"barmanObjectStore": {"data": {
                "additionalCommandArgs": null,
            }}}}}))
            .await?;
        self.ground.ask_for_backup("origin", "next")?;
        let next = self.ground.backup_ends("next").await?.backup_id.context("it has an id")?;
        let keys = self.keys().await?;
        let torso = |key: &&String| key.ends_with("/cnpg-unfinished");
        ensure!(!keys.iter().any(|key| torso(&key)), "what was broken off is gone: {keys:?}");
        Ok(next)
    }

    /// A backup that was broken off fails, whoever sees it first, and is no backup to anybody.
    async fn is_told_of(&self, name: &str, complete: &BTreeSet<String>) -> Result<()> {
        let over = self.ground.backup_is_over(name).await?;
        ensure!(over.phase.as_deref() == Some(FAILED), "{name}: {over:?}");
        ensure!(over.error.is_some_and(|why| !why.is_empty()), "{name}: no reason");
        ensure!(self.restarts(name).await? == 0, "{name} was begun anew");
        self.origin.healthy(2, PATIENCE).await?;
        let found = self.complete().await?;
        ensure!(found == *complete, "after {name}: {found:?} instead of {complete:?}");
        Ok(())
    }

    /// All before the one that reaches the beginning of the window go, with their WAL.
    async fn forgets_what_is_old(&self, oldest: &str, reaches: &str) -> Result<String> {
        self.age(oldest, DAY * 3).await?;
        self.age(reaches, DAY * 2).await?;
        let begin = self.info(reaches, "begin_wal").await?;
        let old = |keys: &[String]| {
            let names = keys.iter().filter_map(|key| key.strip_prefix("origin/wals/")?.get(17..41));
            names.filter(|name| *name < begin.as_str()).count()
        };
        ensure!(old(&self.keys().await?) > 0, "there is WAL before {begin}");
        self.ground.ask_for_backup("origin", "new")?;
        let new = self.ground.backup_ends("new").await?;
        until("forgotten", PATIENCE, async || {
            let backups = self.origin.objects::<Backup>().list(&ListParams::default()).await?;
            let names: BTreeSet<_> =
                backups.items.into_iter().filter_map(|it| it.metadata.name).collect();
            let there = |name: &str| names.contains(name);
            ensure!(there("new") && there("next") && !there("led"), "{names:?}");
            Ok(())
        })
        .await?;
        let new = new.backup_id.context("it has an id")?;
        let (found, kept) = (self.complete().await?, [reaches.to_owned(), new]);
        ensure!(found == BTreeSet::from(kept), "{found:?} are kept");
        let keys = self.keys().await?;
        let folder = format!("origin/base/{oldest}/");
        ensure!(!keys.iter().any(|key| key.starts_with(&folder)), "{oldest} is gone: {keys:?}");
        ensure!(old(&keys) == 0, "WAL before {begin} is gone: {keys:?}");
        let end = self.info(reaches, "end_time").await?;
        let first = end.replace(' ', "T");
        self.origin
            .until("told", PATIENCE, |cluster| {
                let told = cluster.status.as_ref()?.first_recoverability_point.clone()?;
                (told.get(..19) == first.get(..19)).then_some(())
            })
            .await?;
        Ok(reaches.to_owned())
    }

    /// It is away while others write and the primary changes, and nobody has to do anything after.
    async fn loses_its_store(&self) -> Result<String> {
        let primary = self.origin.primary().await?;
        let (ledger, service) = self.origin.ledger(None).await?;
        let second = Duration::from_secs(60);
        ledger.acknowledges(50, second).await?;
        let away = self.ground.rig.faults().stop("s3", Mode::Kill)?;
        self.origin.sql(&primary, "select pg_switch_wal()")?;
        ledger.acknowledges(50, second).await?;
        let other = if primary == "origin-1" { "origin-2" } else { "origin-1" };
        self.origin.promote(other).await?;
        // The old primary may wait for the store before it follows; nobody else may.
        let alone = "select not pg_is_in_recovery()";
        let soon = Duration::from_secs(45);
        until("promoted", soon, async || {
            ensure!(self.origin.sql(other, alone)? == "t", "{other} does not lead yet");
            Ok(())
        })
        .await?;
        ledger.acknowledges(50, second).await?;
        self.origin.sql(other, "select pg_switch_wal()")?;
        away.heal()?;
        self.ground.rig.s3().ready().await?;
        ledger.acknowledges(50, second).await?;
        let report = ledger.stop(&service).await?;
        ensure!(report.kept_every_promise(), "{report}");
        self.ground.archived(&self.origin).await?;
        archiving(&self.origin, "True").await?;
        self.origin.healthy(2, PATIENCE).await?;
        let timeline =
            self.origin.sql(other, "select substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)")?;
        let keys = self.keys().await?;
        let history = format!("origin/wals/{timeline}.history.gz");
        ensure!(keys.contains(&history), "{history}: {keys:?}");
        self.origin.sql(other, ROWS)
    }

    /// Asks for a backup, and waits until an instance is at it.
    async fn is_copied(&self, name: &str) -> Result<String> {
        // The webhook may be away as well.
        until("taken", PATIENCE, async || self.ground.ask_for_backup("origin", name)).await?;
        let backups = self.origin.objects::<Backup>();
        let taker = until("begun", PATIENCE, async || {
            let status = backups.get(name).await?.status.unwrap_or_default();
            ensure!(status.phase.as_deref() == Some(RUNNING), "{status:?}");
            status.instance_id.and_then(|it| it.pod_name).context("nobody takes it")
        })
        .await?;
        // The session that holds it open has asked where the backup begins.
        let open = "select count(*) from pg_stat_activity \
                    where state = 'idle' and query like '%clock_timestamp%'";
        until("open", PATIENCE, async || {
            ensure!(self.origin.sql(&taker, open)? == "1", "{taker} copies nothing yet");
            Ok(())
        })
        .await?;
        Ok(taker)
    }

    /// How often a backup was begun anew.
    async fn restarts(&self, name: &str) -> Result<usize> {
        let events = self.origin.objects::<Event>().list(&ListParams::default()).await?.items;
        let of = |event: &&Event| {
            event.involved_object.name.as_deref() == Some(name)
                && event.reason.as_deref() == Some("ReStarting")
        };
        Ok(events.iter().filter(of).count())
    }

    async fn keys(&self) -> Result<Vec<String>> {
        self.bucket.keys(&self.ground.bucket).await
    }

    /// The ids of the backups that say that they are done; one that failed has nothing but the word.
    async fn complete(&self) -> Result<BTreeSet<String>> {
        let (mut found, keys) = (BTreeSet::new(), self.keys().await?);
        let of = |key: &str, id: &str| key.starts_with(&format!("origin/base/{id}/"));
        for key in &keys {
            let id =
                key.strip_prefix("origin/base/").and_then(|it| it.strip_suffix("/backup.info"));
            let Some(id) = id else { continue };
            match self.info(id, "status").await?.as_str() {
                "DONE" => ensure!(found.insert(id.to_owned()), "{id} is there once"),
                "FAILED" => {
                    let objects = keys.iter().filter(|key| of(key, id)).count();
                    ensure!(objects == 1, "{id} failed, and left {objects} objects");
                }
                other => bail!("{id} is {other}"),
            }
        }
        Ok(found)
    }

    /// A value of the metadata of a backup.
    async fn info(&self, id: &str, key: &str) -> Result<String> {
        let text = self.text(id).await?;
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.map(str::to_owned).with_context(|| format!("{id} has no {key}"))
    }

    async fn text(&self, id: &str) -> Result<String> {
        let key = format!("origin/base/{id}/backup.info");
        Ok(String::from_utf8(self.bucket.get(&self.ground.bucket, &key).await?.to_vec())?)
    }

    /// Makes a backup as old as this.
    async fn age(&self, id: &str, age: SignedDuration) -> Result<()> {
        let then = Timestamp::now().checked_sub(age)?;
        let then = then.strftime("%Y-%m-%d %H:%M:%S%.6f+00:00").to_string();
        let line = |line: &str| match line.split_once('=') {
            Some((key @ ("begin_time" | "end_time"), _)) => format!("{key}={then}\n"),
            _ => format!("{line}\n"),
        };
        let text: String = self.text(id).await?.lines().map(line).collect();
        let key = format!("origin/base/{id}/backup.info");
        self.bucket.put(&self.ground.bucket, &key, text).await
    }
}
