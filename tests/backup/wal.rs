//! The WAL archive of a living cluster, as its bucket shows it.

use std::collections::BTreeSet;
use std::io::Read as _;

use anyhow::{Context, Result, ensure};
use flate2::read::MultiGzDecoder;
use serde_json::json;
use testkit::rig::cluster::Living;
use testkit::rig::faults::{PodName, Signal};
use testkit::rig::s3::{Scheme, client::Client};
use testkit::until::until;

use super::{Ground, PATIENCE, archiving};

/// What the segments of these clusters have.
const SEGMENT: usize = 16 << 20;

/// A cluster that archives into a bucket of its own.
struct Fixture {
    ground: Ground,
    cluster: Living,
    bucket: Client,
}

impl Fixture {
    async fn healthy(word: &str, instances: i64) -> Result<Self> {
        let ground = Ground::new(word).await?;
        let bucket = ground.rig.s3().client(Scheme::Http)?;
        let archived = json!({"backup": {"barmanObjectStore": ground.store()}});
        let cluster = ground.cluster(word, instances, &archived)?;
        cluster.healthy(instances, PATIENCE).await?;
        Ok(Self { ground, cluster, bucket })
    }

    /// A WAL file of the archive, as PostgreSQL wrote it.
    async fn archived(&self, name: &str) -> Result<Vec<u8>> {
        let folder = if name.ends_with(".history") { "" } else { &format!("{}/", &name[..16]) };
        let key = format!("{}/wals/{folder}{name}.gz", self.cluster.name());
        let packed = self.bucket.get(&self.ground.bucket, &key).await?;
        let mut plain = Vec::new();
        MultiGzDecoder::new(&packed[..]).read_to_end(&mut plain).context("unpack")?;
        Ok(plain)
    }

    /// Ends the segment, and waits until the archiver has seen it go.
    async fn switch(&self) -> Result<String> {
        let primary = self.cluster.primary().await?;
        let ended = "select pg_logical_emit_message(true, 'test', 'x'); \
                     select pg_walfile_name(pg_switch_wal())";
        let said = self.cluster.sql(&primary, ended)?;
        let name = said.lines().last().context("no name")?.to_owned();
        let archived = format!("select last_archived_wal >= '{name}' from pg_stat_archiver");
        until("archived", PATIENCE, async || {
            ensure!(self.cluster.sql(&primary, &archived)? == "t", "{name}");
            Ok(())
        })
        .await?;
        Ok(name)
    }
}

/// All that was reported is in the bucket, and a new primary goes on where the old one ended.
#[tokio::test]
async fn the_archive_has_no_hole_over_failovers() -> Result<()> {
    let fixture = Fixture::healthy("wal", 2).await?;
    let Fixture { ground, cluster, .. } = &fixture;
    let Ground { rig, scratch, .. } = ground;
    archiving(cluster, "True").await?;
    for _ in 0..5 {
        fixture.switch().await?;
    }
    let mut last = fixture.switch().await?;
    let first = segments(1, &last);
    ensure!(first.len() >= 6, "{first:?}");
    for name in &first {
        assert_eq!(fixture.archived(name).await?.len(), SEGMENT, "{name}");
    }
    let mut timelines = 1;
    for round in 0..3 {
        let primary = cluster.primary().await?;
        if round == 1 {
            rig.faults().kill(
                &PodName::new(scratch.name(), &primary),
                "postgres",
                Signal::SIGKILL,
            )?;
            // It is back before anybody has written down that it was away.
            until("back", PATIENCE, async || cluster.sql(&primary, "select 1")).await?;
            cluster.healthy(2, PATIENCE).await?;
            last = fixture.switch().await?;
            continue;
        }
        let other = if primary == "wal-1" { "wal-2" } else { "wal-1" };
        cluster.promote(other).await?;
        cluster.healthy(2, PATIENCE).await?;
        timelines += 1;
        let name = format!("{timelines:08X}.history");
        let history = until("archived", PATIENCE, async || fixture.archived(&name).await).await?;
        let history = String::from_utf8(history)?;
        let forks: Vec<&str> = history.lines().filter(|line| !line.is_empty()).collect();
        ensure!(forks.len() == timelines - 1, "{history}");
        let before = last;
        last = fixture.switch().await?;
        ensure!(last.starts_with(&format!("{timelines:08X}")), "{last}");
        // From where the new timeline begins, and on the old one up to there.
        let point = forks.last().and_then(|line| line.split('\t').nth(1));
        let point = segment_of(point.context("a history has positions")?)?;
        for number in segment_number(&before)?..point {
            fixture.archived(&name_of(timelines - 1, number)).await?;
        }
        for number in point..=segment_number(&last)? {
            let name = name_of(timelines, number);
            assert_eq!(fixture.archived(&name).await?.len(), SEGMENT, "{name}");
        }
    }
    archiving(cluster, "True").await?;
    let failed = cluster.sql(
        &cluster.primary().await?,
        "select count(*) from pg_ls_archive_statusdir() where name like '%.ready'",
    )?;
    assert_eq!(failed, "0", "nothing waits");

    // Another cluster must not mix its WAL with this one's.
    let mut foreign = ground.store();
    foreign["serverName"] = json!("wal");
    let other = json!({"backup": {"barmanObjectStore": foreign}});
    let other = ground.cluster("foreign", 1, &other)?;
    let why = other
        .until("refused", PATIENCE, |cluster| {
            let conditions = &cluster.status.as_ref()?.conditions;
            let found = conditions.iter().find(|it| it.type_ == "ContinuousArchiving")?;
            (found.status == "False").then(|| found.message.clone())
        })
        .await?;
    ensure!(why.contains("Expected empty archive"), "{why}");
    Ok(())
}

fn name_of(timeline: usize, number: u64) -> String {
    format!("{timeline:08X}{:08X}{:08X}", number / 256, number % 256)
}

fn segment_number(name: &str) -> Result<u64> {
    Ok(u64::from_str_radix(&name[8..16], 16)? * 256 + u64::from_str_radix(&name[16..24], 16)?)
}

/// The number of the segment that holds a position.
fn segment_of(position: &str) -> Result<u64> {
    let (high, low) = position.split_once('/').context("no position")?;
    let position = u64::from_str_radix(high, 16)? << 32 | u64::from_str_radix(low, 16)?;
    Ok(position / SEGMENT as u64)
}

fn segments(timeline: usize, last: &str) -> BTreeSet<String> {
    let last = segment_number(last).unwrap_or_default();
    (1..=last).map(|number| name_of(timeline, number)).collect()
}
