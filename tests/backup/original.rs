//! An archive that the original wrote, restored by us to every target that was tried with it.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use testkit::rig::cluster::Living;
use testkit::rig::s3::Scheme;

use super::{Ground, PATIENCE, column};

const ID: &str = "20261121T070134";
const BIG: &str = "f86e54348abbf3021a0afd06685574d6";

#[tokio::test]
async fn an_archive_of_the_original_is_restored_to_every_target() -> Result<()> {
    let Some(folder) = recorded() else { return Ok(()) };
    let ground = Ground::new("original").await?;
    upload(&ground, &folder).await?;
    let with_id = |mut target: Value| {
        target["backupID"] = ID.into();
        target
    };
    let all = "1,2,3,4,5";
    let targets = [
        ("time", json!({"targetTime": "2026-11-21 07:02:00.127484+00"}), "1,2"),
        ("xid", with_id(json!({"targetXID": "759"})), "1,2,3"),
        ("before-xid", with_id(json!({"targetXID": "759", "exclusive": true})), "1,2"),
        ("point", with_id(json!({"targetName": "rp1"})), "1,2,3,4"),
        ("lsn", json!({"targetLSN": "0/463D528"}), "1,2,3,4"),
        ("at-once", with_id(json!({"targetImmediate": true})), "1"),
        ("first-timeline", json!({"targetTLI": "1"}), all),
        ("latest", Value::Null, "1,2,3,4,5,34,35"),
    ];
    // Some at a time: each mostly waits.
    for targets in targets.chunks(4) {
        let mut restored = Vec::new();
        for (name, target, rows) in targets {
            restored.push((restore(&ground, name, target)?, rows));
        }
        for (living, rows) in restored {
            living.healthy(1, PATIENCE).await?;
            let name = living.name();
            let ledger = column(&living, "select id from ledger order by id")?;
            ensure!(ledger == *rows, "{name}: {ledger} instead of {rows}");
            let big = "select count(*) || ' ' || md5(string_agg(v, '' order by g)) from big";
            ensure!(column(&living, big)? == format!("60000 {BIG}"), "{name}: big differs");
            ensure!(column(&living, "select count(*) from in_tbs")? == "1000", "{name}: in_tbs");
            let namespace = ground.scratch.name();
            ground.rig.kubectl(["delete", "cluster", name, "-n", namespace, "--wait=false"])?;
        }
    }
    Ok(())
}

/// Applies a cluster that is recovered to a target.
fn restore(ground: &Ground, name: &str, target: &Value) -> Result<Living> {
    let mut recovery = json!({"source": "src"});
    if !target.is_null() {
        recovery["recoveryTarget"] = target.clone();
    }
    let more = json!({
        "bootstrap": {"recovery": recovery},
        "externalClusters": [{"name": "src", "barmanObjectStore": ground.store()}],
        "tablespaces": [{"name": "tbs1", "storage": {"size": "1Gi"}}],
    });
    ground.cluster(name, 1, &more)
}

/// The bucket that was recorded; without it says so in one line.
fn recorded() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared =
        std::env::var_os("CNPG_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let folder = shared.join("compat/objectstore");
    if folder.join("src/base").is_dir() {
        return Some(folder);
    }
    // Written past the capture of the test runner, so that it is seen.
    let what = format!("left out: an archive of the original: {} is not there", folder.display());
    let _ = writeln!(std::io::stderr(), "{what}");
    None
}

async fn upload(ground: &Ground, folder: &Path) -> Result<()> {
    let client = ground.rig.s3().client(Scheme::Http)?;
    let mut folders = vec![folder.join("src")];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let key = path.strip_prefix(folder)?.display().to_string();
                client.put(&ground.bucket, &key, std::fs::read(&path)?).await?;
            }
        }
    }
    Ok(())
}
