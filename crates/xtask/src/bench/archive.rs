//! The archive beside `barman-cloud` and pgBackRest, in one pod, into one store, with gzip: how
//! long it takes, how much of the processor and how much memory.
//!
//! The archiver of a living cluster is stopped while pgbench writes; the files that wait are copied
//! for the others. Then it goes on, and after it the others get the same files.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use api::backup::Backup;
use api::phases::backup::{COMPLETED, FAILED};
use kube::Api;
use serde_json::{Value, json};
use testkit::rig::cluster::Living;
use testkit::rig::load::{self, Ware};
use testkit::rig::progress::Progress;
use testkit::rig::s3::{SECRET, Scheme};
use testkit::rig::scratch::Scratch;
use testkit::rig::{Rig, operator};
use testkit::until::until;

use crate::tree::{report, runtime, tell};

mod others;
mod pod;

use others::Others;
use pod::{Cost, Pod};

const PATIENCE: Duration = Duration::from_secs(1800);
const NAME: &str = "archive";
const IMAGE: &str = "docker.io/rig/postgresql:17-archivers";
const RECIPE: &str = "postgresql-17-archivers";
/// Files that go to `barman-cloud`, which needs a second for each.
const FEW: usize = 8;

/// Measures on a rig with an operator; pgbench fills the database at this scale (15 MB each).
pub fn run(scale: u32) -> Result<()> {
    runtime()?.block_on(measure(scale))
}

async fn measure(scale: u32) -> Result<()> {
    let rig = Rig::attach_alone().await?;
    load::load(&rig, &Ware::Recipe(RECIPE.to_owned()), Progress::silent()).await?;
    let scratch = Scratch::create(&rig, NAME).await?;
    let (s3, bucket) = (rig.s3(), scratch.name().to_owned());
    s3.ready().await?;
    s3.publish(&rig.client(), scratch.name()).await?;
    s3.client(Scheme::Http)?.create_bucket(&bucket).await?;
    let cluster = Living::apply(&rig, scratch.name(), NAME, &spec(&bucket, scale))?;
    cluster.healthy(1, PATIENCE).await?;
    let pod = Pod::new(&rig, scratch.name(), &format!("{NAME}-1"));
    pod.write("/controller/tmp/ca.crt", &s3.authority()?)?;

    let files = waiting_files(&pod, &cluster, scale)?;
    let count = files.len();
    report(format_args!("WAL archive: {count} files of 16 MB, gzip, S3 with TLS"));
    let ours = drain(&pod, &cluster, files.last().context("no WAL was written")?).await?;
    ours.tell("ours", count);
    let others = Others::new(&pod, &bucket);
    let barman = others.barman_archives(&files[..FEW.min(count)])?;
    barman.tell("barman-cloud", FEW.min(count));
    let pgbackrest = others.pgbackrest_archives(&files)?;
    pgbackrest.tell("pgBackRest, asynchronous", count);
    let per = |cost: &Cost, count: usize| cost.seconds / count as f64;
    ratio(
        "  times as fast as barman-cloud",
        per(&barman, FEW.min(count)) / per(&ours, count),
        "≥ 30",
    );
    ratio("  times as fast as pgBackRest", per(&pgbackrest, count) / per(&ours, count), "≥ 1.5");
    ratio("  of pgBackRest's CPU", ours.cpu / pgbackrest.cpu, "≤ 0.6");
    let client = others.our_client()?;
    let middle = client.each[client.each.len() / 2] * 1e3;
    report(format_args!("archive_command  {middle:.1} ms (≤ 5), {:.1} MB (≤ 8)", client.megabytes));

    let size = cluster
        .sql(pod.name(), "select pg_size_pretty(sum(pg_database_size(oid))) from pg_database")?;
    report(format_args!("base backup of {size}, gzip, S3 with TLS"));
    let ours = base_backup(&rig, &scratch, &pod).await?;
    ours.tell("ours", 1);
    let pgbackrest = others.pgbackrest_backs_up()?;
    pgbackrest.tell("pgBackRest", 1);
    ratio("  of pgBackRest's time", ours.seconds / pgbackrest.seconds, "≤ 0.8");
    ratio("  of pgBackRest's CPU", ours.cpu / pgbackrest.cpu, "");
    Ok(())
}

fn ratio(what: &str, ratio: f64, budget: &str) {
    report(format_args!("{what:<42} {ratio:6.2}   {budget}"));
}

fn spec(bucket: &str, scale: u32) -> Value {
    let key = |key: &str| json!({"name": SECRET, "key": key});
    let store = json!({
        "destinationPath": format!("s3://{bucket}/"),
        "endpointURL": Scheme::Https.url(),
        "endpointCA": key("ca.crt"),
        "s3Credentials": {
            "accessKeyId": key("ACCESS_KEY_ID"), "secretAccessKey": key("ACCESS_SECRET_KEY"),
        },
        "wal": {"compression": "gzip", "maxParallel": 4},
        "data": {"compression": "gzip", "immediateCheckpoint": true, "jobs": 4},
    });
    json!({
        "instances": 1,
        "imageName": IMAGE,
        "storage": {"size": format!("{}Mi", 2048 + 80 * scale)},
        "backup": {"barmanObjectStore": store},
    })
}

/// Stops the archiver, writes, and copies what waits for it to where the others read it.
fn waiting_files(pod: &Pod, cluster: &Living, scale: u32) -> Result<Vec<String>> {
    tell(format_args!("writing"));
    let archiver = "select pid from pg_stat_activity where backend_type = 'archiver'";
    let archiver = cluster.sql(pod.name(), archiver)?;
    pod.shell(&format!("kill -STOP {archiver}"))?;
    pod.shell(&format!("/usr/lib/postgresql/17/bin/pgbench -q -i -s {scale} app 2>&1"))?;
    cluster.sql(pod.name(), "select pg_switch_wal()")?;
    let listed = pod.shell(
        "set -e; cd /var/lib/postgresql/data/pgdata; b=../bench; \
         mkdir -p $b/pg_wal/archive_status $b/global $b/spool; \
         cp global/pg_control $b/global/; cp PG_VERSION $b/; cd pg_wal; \
         for mark in archive_status/*.ready; do name=${mark#*/}; name=${name%.ready}; \
         case $name in *.*) continue;; esac; \
         cp $name ../$b/pg_wal/; : > ../$b/pg_wal/archive_status/$name.ready; echo $name; done",
    )?;
    pod.shell(&format!("echo 5 > /proc/1/clear_refs; echo {archiver} > /controller/tmp/archiver"))?;
    Ok(listed.lines().map(str::to_owned).collect())
}

/// Lets the archiver go on, until it has sent the last file.
async fn drain(pod: &Pod, cluster: &Living, last: &str) -> Result<Cost> {
    let (cpu, began) = (pod.cpu()?, Instant::now());
    pod.shell("kill -CONT $(cat /controller/tmp/archiver)")?;
    let asked = format!("select last_archived_wal >= '{last}' from pg_stat_archiver");
    until("archived", PATIENCE, async || {
        ensure!(cluster.sql(pod.name(), &asked)? == "t", "{last} waits");
        Ok(())
    })
    .await?;
    let seconds = began.elapsed().as_secs_f64();
    Ok(Cost { seconds, cpu: pod.cpu()? - cpu, megabytes: pod.peak()?, each: Vec::new() })
}

async fn base_backup(rig: &Rig, scratch: &Scratch, pod: &Pod) -> Result<Cost> {
    pod.shell("echo 5 > /proc/1/clear_refs")?;
    let backup = json!({
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": "Backup",
        "metadata": {"name": "whole", "namespace": scratch.name()},
        "spec": {"cluster": {"name": NAME}},
    });
    let (cpu, began) = (pod.cpu()?, Instant::now());
    operator::apply(rig, &backup.to_string())?;
    let api: Api<Backup> = Api::namespaced(rig.client(), scratch.name());
    let status = until("backed up", PATIENCE, async || {
        let status = api.get("whole").await?.status.unwrap_or_default();
        ensure!(matches!(status.phase.as_deref(), Some(COMPLETED | FAILED)), "{status:?}");
        Ok(status)
    })
    .await?;
    ensure!(status.phase.as_deref() == Some(COMPLETED), "{:?}", status.error);
    let seconds = began.elapsed().as_secs_f64();
    Ok(Cost { seconds, cpu: pod.cpu()? - cpu, megabytes: pod.peak()?, each: Vec::new() })
}
