//! Recoveries that are cut short, or ask for what is not there: repeated until they are right.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::api::ListParams;
use serde_json::{Value, json};
use testkit::rig::cluster::Living;
use testkit::rig::faults::{Injected, PodName};
use testkit::until::until;

use super::{Ground, PATIENCE, column};

const ROWS: &str = "select count(*) || ' ' || md5(string_agg(v, '' order by n)) from ledger";

#[tokio::test]
async fn a_recovery_is_repeated_until_it_is_right() -> Result<()> {
    let ground = Ground::new("again").await?;
    let origin =
        ground.cluster("origin", 1, &json!({"backup": {"barmanObjectStore": ground.store()}}))?;
    origin.healthy(1, PATIENCE).await?;
    let sql = |sql: &str| origin.sql("origin-1", sql);
    sql("create table ledger (n int primary key, v text)")?;
    ground.ask_for_backup("origin", "first")?;
    let first = ground.backup_ends("first").await?;
    sql("insert into ledger select n, md5(n::text) from generate_series(1, 20000) n")?;
    ground.archived(&origin).await?;
    let moment = sql("select clock_timestamp()")?;
    let half = sql(ROWS)?;
    sql("select pg_sleep(0.1); \
         insert into ledger select n, md5(n::text) from generate_series(20001, 40000) n")?;
    let last = ground.archived(&origin).await?;
    let all = sql(ROWS)?;

    let cut = ground.cluster("cut", 1, &ground.recovery(&Value::Null))?;
    let late = json!({"recoveryTarget": {"targetTime": "2100-01-01T00:00:00Z"}});
    let late = ground.cluster("late", 1, &ground.recovery(&late))?;
    let id = first.backup_id.context("the backup has an id")?;
    tokio::try_join!(
        is_cut_short(&ground, &cut, &all),
        cannot_be_reached(&late, [&id, &last], &moment, &half),
    )?;
    Ok(())
}

/// The pod of the job goes twice; what somebody else has left in between is kept.
async fn is_cut_short(ground: &Ground, cut: &Living, rows: &str) -> Result<()> {
    let faults = ground.rig.faults();
    let claim = format!("{}/cut-1", ground.scratch.name());
    let volume = until("mounted", PATIENCE, async || faults.volume(&claim)).await?;
    let volume = volume.path(ground.rig.layout());
    let data = volume.join("pgdata");
    let (note, server) = (volume.join("restore-unfinished"), data.join("postmaster.pid"));

    let (extracted, _halted) = loses_its_pod(ground, cut, "", &data.join("PG_VERSION")).await?;
    ensure!(note.exists() && !server.exists(), "the files of the backup were still coming");
    let (replayed, _halted) = loses_its_pod(ground, cut, &extracted, &server).await?;
    ensure!(replayed != extracted && data.join("recovery.signal").exists(), "the log was replayed");
    // As if the volume had been another cluster's.
    std::fs::write(&note, "somebody")?;
    std::fs::write(data.join("theirs"), "precious")?;

    cut.healthy(1, PATIENCE).await?;
    ensure!(column(cut, ROWS)? == rows, "{} instead of {rows}", column(cut, ROWS)?);
    let there = |path: &Path| path.join("theirs").exists();
    ensure!(!there(&data) && !note.exists(), "the new data directory is all its own");
    let folders = std::fs::read_dir(&volume)?.filter_map(Result::ok).map(|entry| entry.path());
    let folders: Vec<_> = folders.filter(|path| path.join("PG_VERSION").exists()).collect();
    ensure!(folders.len() == 2 && folders.iter().any(|it| there(it)), "{folders:?}");
    Ok(())
}

/// Stops the time in another pod of the job than this once a file is there, and deletes it.
async fn loses_its_pod(
    ground: &Ground,
    cut: &Living,
    other_than: &str,
    once: &Path,
) -> Result<(String, Injected)> {
    let pods = cut.objects::<Pod>();
    let of_job = ListParams::default().labels("job-name=cut-1-full-recovery");
    let name = until("running", PATIENCE, async || {
        let all = pods.list(&of_job).await?.items.into_iter();
        let runs = |pod: &Pod| {
            let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
            phase == Some("Running") && pod.metadata.name.as_deref() != Some(other_than)
        };
        all.filter(runs).find_map(|pod| pod.metadata.name).context("no pod of the job runs")
    })
    .await?;
    until("at it", PATIENCE, async || {
        ensure!(once.exists(), "{} is not there", once.display());
        Ok(())
    })
    .await?;
    let pod = PodName::new(ground.scratch.name(), &name);
    let halted = ground.rig.faults().suspend(&pod, "manager")?;
    let words = ["delete", "pod", &name, "--force", "--grace-period=0", "--wait=false", "-n"];
    ground.rig.kubectl(words.into_iter().chain([ground.scratch.name()]))?;
    Ok((name, halted))
}

/// The owner is told why, and what can be reached; the next attempt reads what he corrects.
async fn cannot_be_reached(
    late: &Living,
    window: [&str; 2],
    moment: &str,
    rows: &str,
) -> Result<()> {
    let message = late
        .until("told", PATIENCE, |cluster| {
            let status = cluster.status.as_ref()?;
            let mut all = status.conditions.iter();
            let told = all.find(|it| it.type_ == "RecoveryFailing" && it.status == "True")?;
            let reason = status.phase_reason.as_deref().unwrap_or_default();
            let fits = told.reason == "TargetNotReached" && reason.contains(&told.message);
            fits.then(|| told.message.clone())
        })
        .await?;
    for part in window.into_iter().chain(["recoveryTarget", "the last transaction is 20"]) {
        ensure!(message.contains(part), "{part}: {message}");
    }
    let events = late.objects::<Event>().list(&ListParams::default()).await?.items;
    let told = |event: &Event| {
        event.involved_object.name.as_deref() == Some("late")
            && event.reason.as_deref() == Some("TargetNotReached")
            && event.message.as_deref() == Some(&message)
    };
    ensure!(events.iter().any(told), "no event says: {message}");

    late.patch(&json!({"spec": {"bootstrap": {"recovery": {"recoveryTarget": {
        "targetTime": moment,
    }}}}}))
    .await?;
    let healthy = late.healthy(1, PATIENCE).await?;
    ensure!(column(late, ROWS)? == rows, "{} instead of {rows}", column(late, ROWS)?);
    let conditions = healthy.status.unwrap_or_default().conditions;
    ensure!(!conditions.iter().any(|it| it.type_ == "RecoveryFailing"), "{conditions:?}");
    Ok(())
}
