//! Our own backups: taken from a standby, restored whole, to a moment, and from the object.

use anyhow::{Context as _, Result, ensure};
use assert_cmd::Command;
use serde_json::{Value, json};
use testkit::rig::s3::Scheme;

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
    // A standby took it: nobody but us has waited for the primary to archive the end.
    let end = status.end_wal.clone().unwrap_or_default();
    let keys = ground.rig.s3().client(Scheme::Http)?.keys(&ground.bucket).await?;
    ensure!(keys.contains(&format!("origin/wals/{}/{end}.gz", &end[..16])), "{end}: {keys:?}");
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
    ground.archived(&origin).await?;

    let recovery = |recovery: Value| {
        let mut all = ground.recovery(&recovery);
        all["tablespaces"] = json!([{"name": "apart", "storage": {"size": "1Gi"}}]);
        all
    };
    let named = recovery(json!({"backup": {"name": "first"}}));
    let whole = ground.cluster("whole", 1, &named)?;
    let past = recovery(json!({"recoveryTarget": {"targetTime": moment}}));
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

/// The plugin as a user runs it.
fn plugin(ground: &Ground, words: &[&str]) -> Result<()> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-cnpg"));
    command.env("KUBECONFIG", ground.rig.kubeconfig());
    let output = command.args(["-n", ground.scratch.name()]).args(words).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
