//! Our own backups: taken from a standby, restored whole, to a moment, and from the object.

use anyhow::{Context as _, Result, ensure};
use assert_cmd::Command;
use serde_json::{Value, json};
use testkit::rig::cluster::Living;

use super::{Ground, PATIENCE, column};

const ROWS: &str = "select n from ledger order by n";

#[tokio::test]
async fn what_was_committed_comes_back_as_it_was_at_any_moment() -> Result<()> {
    let ground = Ground::new("backup").await?;
    let backup = json!({"barmanObjectStore": ground.store(), "retentionPolicy": "30d"});
    let more = json!({
        "backup": backup,
        "tablespaces": [{"name": "apart", "storage": {"size": "1Gi"}}],
    });
    let origin = ground.cluster("origin", 2, &more)?;
    origin.healthy(2, PATIENCE).await?;
    let primary = origin.primary().await?;
    // The volume is there; the tablespace itself is made by hand.
    let place = "/var/lib/postgresql/tablespaces/apart/data";
    origin.sql(&primary, &format!("create tablespace apart owner app location '{place}'"))?;
    origin.sql(
        &primary,
        "create table ledger (n int primary key, at timestamptz default clock_timestamp()); \
         create table far (n int) tablespace apart; \
         insert into far select generate_series(1, 1000); \
         insert into ledger values (1)",
    )?;

    plugin(&ground, &["backup", "origin", "--backup-name", "first", "--wait"])?;
    let status = ground.backup_ends("first").await?;
    let instance = status.instance_id.clone().context("who took it")?;
    ensure!(instance.pod_name.as_deref() != Some(&primary), "a standby takes it: {instance:?}");
    for (field, value) in [
        ("backupId", &status.backup_id),
        ("backupName", &status.backup_name),
        ("beginWal", &status.begin_wal),
        ("endWal", &status.end_wal),
        ("beginLSN", &status.begin_lsn),
        ("endLSN", &status.end_lsn),
        ("destinationPath", &status.destination_path),
    ] {
        ensure!(value.is_some(), "the status has no {field}: {status:?}");
    }
    ensure!(status.server_name.as_deref() == Some("origin"), "{status:?}");
    let cluster = origin
        .until("told of its backup", PATIENCE, |cluster| {
            let status = cluster.status.as_ref()?;
            let done = status.conditions.iter().any(|condition| {
                condition.type_ == "LastBackupSucceeded" && condition.status == "True"
            });
            (done && status.first_recoverability_point.is_some()).then(|| status.clone())
        })
        .await?;
    ensure!(cluster.last_successful_backup.is_some(), "{cluster:?}");

    origin.sql(&primary, "insert into ledger values (2)")?;
    let moment = origin.sql(&primary, "select clock_timestamp()")?;
    origin.sql(&primary, "select pg_sleep(0.1); insert into ledger values (3)")?;
    archived(&origin, &primary).await?;

    let external = json!([{"name": "origin", "barmanObjectStore": ground.store()}]);
    let recovery = |recovery: Value| {
        json!({
            "bootstrap": {"recovery": recovery},
            "externalClusters": external,
            "tablespaces": [{"name": "apart", "storage": {"size": "1Gi"}}],
        })
    };
    let named = recovery(json!({"backup": {"name": "first"}}));
    let whole = ground.cluster("whole", 1, &named)?;
    let past = recovery(json!({"source": "origin", "recoveryTarget": {"targetTime": moment}}));
    let past = ground.cluster("past", 1, &past)?;
    for (living, rows) in [(&whole, "1,2,3"), (&past, "1,2")] {
        living.healthy(1, PATIENCE).await?;
        ensure!(column(living, ROWS)? == rows, "{}: {}", living.name(), column(living, ROWS)?);
        ensure!(column(living, "select count(*) from far")? == "1000");
        let user = living.sql_through("rw", &format!("{}-1", living.name()), "select 1").await?;
        ensure!(user == "1", "the owner of the database logs in with the new secret");
    }
    let systems = [origin.get().await?, whole.get().await?]
        .map(|it| it.status.and_then(|status| status.system_id));
    ensure!(systems[0].is_some() && systems[0] == systems[1], "{systems:?}");
    Ok(())
}

/// All that was written so far is in the archive.
async fn archived(cluster: &Living, primary: &str) -> Result<()> {
    let segment = cluster.sql(primary, "select pg_walfile_name(pg_switch_wal())")?;
    let sql =
        format!("select coalesce(last_archived_wal >= '{segment}', false) from pg_stat_archiver");
    cluster
        .until("archived", PATIENCE, |_| (cluster.sql(primary, &sql).ok()? == "t").then_some(()))
        .await
}

/// The plugin as a user runs it.
fn plugin(ground: &Ground, words: &[&str]) -> Result<()> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-cnpg"));
    command.env("KUBECONFIG", ground.rig.kubeconfig());
    let output = command.args(["-n", ground.scratch.name()]).args(words).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
