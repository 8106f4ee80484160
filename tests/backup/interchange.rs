//! Debian's `barman-cli-cloud` on our archives, and ours on its, in all that both can read.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use testkit::rig::cluster::Living;
use testkit::rig::load::{self, Ware};
use testkit::rig::progress::Progress;
use testkit::rig::s3::{SECRET, Scheme};

use super::{Ground, PATIENCE, column};

const IMAGE: &str = "docker.io/rig/postgresql:17-barman";
const RECIPE: &str = "postgresql-17-barman";
const ROWS: &str = "select mark from ledger order by n";

/// Restores a backup with the original's tools beside the running server, and asks for the rows.
const RESTORE: &str = r#"
set -eu
to=/var/lib/postgresql/data/theirs
barman-cloud-restore --endpoint-url "$1" "$2" origin "$3" $to >&2
chmod 700 $to
touch $to/recovery.signal
cat >> $to/postgresql.auto.conf <<END
restore_command = 'barman-cloud-wal-restore --endpoint-url $1 $2 origin %f %p'
END
pg_ctl -w -t 120 -D $to -l /controller/tmp/theirs.log -o "-p 5499 -c archive_mode=off -c ssl=off
    -c logging_collector=off -c log_destination=stderr -c listen_addresses=" start >&2 ||
    { cat /controller/tmp/theirs.log >&2; exit 1; }
ask() { psql -XAt -v ON_ERROR_STOP=1 -p 5499 -d app -c "$1"; }
until [ "$(ask 'select pg_is_in_recovery()')" = f ]; do sleep 0.1; done
ask "$4"
pg_ctl -m immediate -D $to stop >&2
rm -rf $to
"#;

/// Copies the WAL of the running server that a backup needs, each file in another compression.
const ARCHIVE: &str = r#"
set -eu
cd /var/lib/postgresql/data/pgdata/pg_wal
i=0
for file in 0*; do
    [ ${#file} = 24 ] || continue
    [ "$file" \< "$3" ] && continue
    [ "$file" \> "$4" ] && continue
    case $((i % 4)) in 0) how=--gzip;; 1) how=--bzip2;; 2) how=--xz;; *) how=;; esac
    barman-cloud-wal-archive --endpoint-url "$1" $how "$2" theirs "$file" >&2
    i=$((i + 1))
done
echo $i
"#;

#[tokio::test]
async fn barman_reads_what_we_write_and_we_what_it_writes() -> Result<()> {
    let ground = Ground::new("barman").await?;
    load::load(&ground.rig, &Ware::Recipe(RECIPE.to_owned()), Progress::silent()).await?;
    let key = |key: &str| json!({"secretKeyRef": {"name": SECRET, "key": key}});
    let mut store = ground.store();
    store["data"] = json!({"immediateCheckpoint": true});
    store["wal"]["compression"] = "xz".into();
    let origin = json!({
        "imageName": IMAGE,
        "backup": {"barmanObjectStore": store},
        "env": [
            {"name": "AWS_ACCESS_KEY_ID", "valueFrom": key("ACCESS_KEY_ID")},
            {"name": "AWS_SECRET_ACCESS_KEY", "valueFrom": key("ACCESS_SECRET_KEY")},
            {"name": "AWS_DEFAULT_REGION", "value": "us-east-1"},
        ],
    });
    let origin = ground.cluster("origin", 1, &origin)?;
    origin.healthy(1, PATIENCE).await?;
    let barman = Barman { ground: &ground, origin: &origin };
    barman.mark("begin")?;

    let mut ours = Vec::new();
    for packed in [None, Some("gzip"), Some("bzip2")] {
        let wal = packed.unwrap_or("xz");
        origin
            .patch(&json!({"spec": {"backup": {"barmanObjectStore": {
                "data": {"compression": packed}, "wal": {"compression": wal},
            }}}}))
            .await?;
        ground.ask_for_backup("origin", wal)?;
        let status = ground.backup_ends(wal).await?;
        ours.push(status.backup_id.context("it has an id")?);
        barman.mark(wal)?;
        ground.archived(&origin).await?;
    }
    let all = barman.rows()?;
    let listed: Value =
        serde_json::from_str(&barman.run(
            "barman-cloud-backup-list --format json --endpoint-url \"$1\" \"$2\" origin",
            &[],
        )?)?;
    let listed = listed["backups_list"].as_array().cloned().unwrap_or_default();
    let done: Vec<_> = listed.iter().filter(|it| it["status"] == "DONE").collect();
    for id in &ours {
        ensure!(done.iter().any(|it| it["backup_id"] == **id), "{id}: {listed:?}");
        let rows = barman.run(RESTORE, &[id, ROWS])?;
        ensure!(rows.lines().collect::<Vec<_>>().join(",") == all, "{id}: {rows}, not {all}");
    }
    barman.is_restored_by_us().await
}

struct Barman<'a> {
    ground: &'a Ground,
    origin: &'a Living,
}

impl Barman<'_> {
    /// Two base backups of its, and all WAL from the first on.
    async fn is_restored_by_us(&self) -> Result<()> {
        let (mut wanted, mut begin) = (Vec::new(), String::new());
        for packed in ["gzip", "bzip2"] {
            let take = format!(
                "barman-cloud-backup --{packed} --immediate-checkpoint --name {packed} \
                 --endpoint-url \"$1\" \"$2\" theirs >&2; \
                 barman-cloud-backup-list --format json --endpoint-url \"$1\" \"$2\" theirs"
            );
            let listed: Value = serde_json::from_str(&self.run(&take, &[])?)?;
            let all = listed["backups_list"].as_array().context("a list")?;
            let new =
                all.iter().find(|it| it["backup_name"] == packed).context("no such backup")?;
            let text = |key: &str| new[key].as_str().unwrap_or_default().to_owned();
            if begin.is_empty() {
                begin = text("begin_wal");
            }
            wanted.push((packed, text("backup_id")));
            self.mark(&format!("theirs in {packed}"))?;
            self.ground.archived(self.origin).await?;
        }
        self.mark("at last")?;
        let last = self.ground.archived(self.origin).await?;
        let count: u32 = self.run(ARCHIVE, &[&begin, &last])?.trim().parse()?;
        ensure!(count >= 4, "{count} files from {begin} to {last} are not all compressions");
        let all = self.rows()?;
        let mut restored = Vec::new();
        for (packed, id) in wanted {
            let recovery = json!({
                "bootstrap": {"recovery": {
                    "source": "theirs", "recoveryTarget": {"backupID": id},
                }},
                "externalClusters": [{"name": "theirs", "barmanObjectStore": self.ground.store()}],
            });
            restored.push(self.ground.cluster(packed, 1, &recovery)?);
        }
        for living in restored {
            living.healthy(1, PATIENCE).await?;
            ensure!(column(&living, ROWS)? == all, "{}: not {all}", column(&living, ROWS)?);
        }
        Ok(())
    }

    fn mark(&self, mark: &str) -> Result<()> {
        let table = "create table if not exists ledger (n serial, mark text)";
        self.origin
            .sql("origin-1", &format!("{table}; insert into ledger (mark) values ('{mark}')"))?;
        Ok(())
    }

    fn rows(&self) -> Result<String> {
        column(self.origin, ROWS)
    }

    /// Runs a script beside the server; its first words are the endpoint and the bucket.
    fn run(&self, script: &str, words: &[&str]) -> Result<String> {
        let namespace = self.ground.scratch.name();
        let bucket = format!("s3://{}/", self.ground.bucket);
        let url = Scheme::Http.url();
        let exec = ["exec", "origin-1", "-n", namespace, "-c", "postgres", "--"];
        let shell = ["sh", "-c", script, "sh", &url, &bucket];
        self.ground.rig.kubectl(exec.into_iter().chain(shell).chain(words.iter().copied()))
    }
}
