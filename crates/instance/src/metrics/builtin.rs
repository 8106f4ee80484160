//! The series that every instance has, whatever is asked for besides.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use api::Cluster;
use api::phases::cluster::WAITING_FOR_USER;
use api::quantity::Amount;
use jiff::Timestamp;
use pgkit::connection::Connection;
use tokio::time::timeout;

use super::exporter;
use super::page::{Kind, Page};
use super::range::ServerVersion;
use crate::files::synchronous;
use crate::http::document::chain;
use crate::state::State;

const MIB: f64 = 1_048_576.0;

/// The last figures.
#[derive(Debug, Default)]
pub(super) struct Builtin {
    pub(super) scrapes: u64,
    pub(super) fenced: bool,
    pub(super) queries_took: Option<Duration>,
    up: bool,
    took: Option<Duration>,
    failed: bool,
    errors: BTreeMap<&'static str, u64>,
    server: Option<Server>,
    wal_writes: Option<WalWrites>,
    segments: Option<u64>,
    marks: Option<(u64, u64)>,
}

/// What one query tells.
#[derive(Debug)]
struct Server {
    version: ServerVersion,
    full: String,
    standby: bool,
    segment: f64,
    min: f64,
    max: f64,
    keep: f64,
    slots_max: f64,
    observed: Option<f64>,
}

/// Counters of the WAL since a moment.
#[derive(Debug)]
struct WalWrites {
    since: String,
    figures: Vec<(&'static str, f64)>,
}

impl Builtin {
    /// Asks the server and looks into the data directory, within a time.
    pub(super) async fn refresh(&mut self, state: &State, limit: Duration) {
        let began = Instant::now();
        self.failed = false;
        let target = exporter(state, "postgres");
        let asked = async {
            let session = Connection::open(&target, limit).await?;
            self.up = true;
            self.ask(&session).await;
            Ok::<_, pgkit::connection::ConnectError>(())
        };
        let answer = timeout(limit, asked).await;
        match answer {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = %chain(&error), "the metrics exporter gets no connection");
                (self.up, self.failed) = (false, true);
            }
            Err(_) => (self.up, self.failed) = (false, true),
        }
        self.took = Some(began.elapsed());
        let data = &state.paths().data;
        self.segments = match count(&data.join("pg_wal"), is_segment) {
            Ok(count) => Some(count),
            Err(error) => self.error("Collect.PGWalSettings", &error),
        };
        let marks = data.join("pg_wal/archive_status");
        let marks = count(&marks, |name| name.ends_with(".ready"))
            .and_then(|ready| Ok((ready, count(&marks, |name| name.ends_with(".done"))?)));
        self.marks = match marks {
            Ok(marks) => Some(marks),
            Err(error) => self.error("Collect.PgWALArchiveStats", &error),
        };
    }

    fn error<T>(&mut self, collector: &'static str, error: &dyn std::error::Error) -> Option<T> {
        tracing::warn!(collector, error = %chain(error), "metrics cannot be collected");
        self.failed = true;
        *self.errors.entry(collector).or_default() += 1;
        None
    }

    async fn ask(&mut self, session: &Connection) {
        self.server = match server(session).await {
            Ok(server) => Some(server),
            Err(error) => self.error("Collect.PGVersion", &error),
        };
        let Some(version) = self.server.as_ref().map(|server| server.version) else { return };
        if version.major() < 14 {
            return;
        }
        self.wal_writes = match wal_writes(session, version).await {
            Ok(writes) => Some(writes),
            Err(error) => self.error("Collect.PGWALStat", &error),
        };
    }

    /// Adds the last figures to a page.
    pub(super) fn show(&self, state: &State, page: &mut Page) {
        let name = state.identity().cluster.as_str();
        let mut to = To(page);
        #[expect(clippy::cast_precision_loss, reason = "nobody scrapes that often")]
        to.counter("collections_total", "Scrapes of this exporter", &[], self.scrapes as f64);
        for (collector, errors) in &self.errors {
            #[expect(clippy::cast_precision_loss, reason = "nobody scrapes that often")]
            to.counter(
                "collection_errors_total",
                "Errors while collecting, by collector",
                &[("collector", collector)],
                *errors as f64,
            );
        }
        to.flag("last_collection_error", "Whether the latest collection had errors", self.failed);
        let up = f64::from(u8::from(self.up));
        to.gauge("up", "Whether PostgreSQL is up", &[("cluster", name)], up);
        let took = [("Collect.up", self.took), ("Collect.cnpg", self.queries_took)];
        for (collector, took) in took {
            let Some(took) = took else { continue };
            to.gauge(
                "collection_duration_seconds",
                "How long collecting took, in seconds",
                &[("collector", collector)],
                took.as_secs_f64(),
            );
        }
        to.flag("fencing_on", "Whether the instance is fenced", self.fenced);
        if let Some(cluster) = state.cluster() {
            self.show_cluster(&cluster, &mut to);
        }
        if let Some(server) = &self.server {
            let minor = f64::from(server.version.major());
            let value = server.full.parse().unwrap_or(minor);
            let labels = [("full", server.full.as_str()), ("cluster", name)];
            to.gauge("postgres_version", "Version of PostgreSQL", &labels, value);
        }
        self.show_wal(state.cluster().as_deref(), &mut to);
    }

    fn show_cluster(&self, cluster: &Cluster, to: &mut To<'_>) {
        let status = cluster.status.clone().unwrap_or_default();
        let primary = self.server.as_ref().is_some_and(|server| !server.standby);
        let waits = primary && status.phase.as_deref() == Some(WAITING_FOR_USER);
        to.flag("manual_switchover_required", "Whether a switchover by a person is due", waits);
        let replica = cluster.is_replica_cluster();
        to.flag("replica_mode", "Whether the cluster follows a server elsewhere", replica);
        let nodes = status.topology.as_ref().and_then(|topology| topology.nodes_used);
        let nodes = nodes.map_or(-1.0, f64::from);
        to.gauge(
            "nodes_used",
            "Nodes that the instances run on; -1 when that is not known, and 1 means no protection \
             from the loss of a node",
            &[],
            nodes,
        );
        let times = [
            (
                "first_recoverability_point",
                "Earliest time that can be recovered to, in unix time (deprecated)",
                &status.first_recoverability_point,
            ),
            (
                "last_available_backup_timestamp",
                "When the latest backup was taken, in unix time (deprecated)",
                &status.last_successful_backup,
            ),
            (
                "last_failed_backup_timestamp",
                "When a backup failed last, in unix time (deprecated)",
                &status.last_failed_backup,
            ),
        ];
        for (name, help, time) in times {
            let time: Option<Timestamp> = time.as_deref().and_then(|time| time.parse().ok());
            #[expect(clippy::cast_precision_loss, reason = "seconds fit exactly")]
            let time = time.filter(|_| primary).map_or(0.0, |time| time.as_second() as f64);
            to.gauge(name, help, &[], time);
        }
        let wanted = cluster.spec.postgresql.synchronous.as_ref().map(|wanted| wanted.number);
        let wanted = wanted.or_else(|| {
            let standbys = synchronous::standbys(cluster)?;
            i64::try_from(standbys.number).ok()
        });
        #[expect(clippy::cast_precision_loss, reason = "as many as there are instances")]
        let number = |number: Option<i64>| Some(number.unwrap_or_default() as f64);
        for (value, number) in [
            ("min", number(cluster.spec.min_sync_replicas)),
            ("max", number(cluster.spec.max_sync_replicas)),
            ("expected", number(wanted)),
            ("observed", self.server.as_ref().and_then(|server| server.observed)),
        ] {
            let Some(number) = number else { continue };
            let help = "Synchronous standbys: asked for, and set in the server";
            to.gauge("sync_replicas", help, &[("value", value)], number);
        }
    }

    fn show_wal(&self, cluster: Option<&Cluster>, to: &mut To<'_>) {
        #[expect(clippy::cast_precision_loss, reason = "as many as there are files")]
        let number = |count: u64| count as f64;
        if let Some((ready, done)) = self.marks {
            let help = "WAL files by their mark for the archiver";
            for (value, count) in [("ready", ready), ("done", done)] {
                to.gauge("pg_wal_archive_status", help, &[("value", value)], number(count));
            }
        }
        if let (Some(server), Some(segments)) = (&self.server, self.segments) {
            let size = cluster.and_then(|cluster| cluster.spec.wal_storage.as_ref()?.size.clone());
            let size: Option<Amount> = size.and_then(|size| size.parse().ok());
            let volume = size.map_or(f64::NAN, Amount::as_f64);
            for (value, figure) in [
                ("count", number(segments)),
                ("size", number(segments) * server.segment),
                ("min", server.min),
                ("max", server.max),
                ("keep", server.keep),
                ("slots_max", server.slots_max),
                ("volume_size", volume),
                ("volume_max", (volume / server.segment).floor()),
            ] {
                let help = "WAL segments of the instance: how many there are and may be; sizes in \
                            bytes";
                to.gauge("pg_wal", help, &[("value", value)], figure);
            }
        }
        if let Some(writes) = &self.wal_writes {
            for (name, figure) in &writes.figures {
                let help = WAL_HELP.iter().find(|(known, _)| known == name);
                let help = help.map_or("", |(_, help)| help);
                to.gauge(name, help, &[("stats_reset", &writes.since)], *figure);
            }
        }
    }
}

const WAL_HELP: &[(&str, &str)] = &[
    ("wal_records", "WAL records written (PostgreSQL 14 and later)"),
    ("wal_fpi", "Full page images written to the WAL (PostgreSQL 14 and later)"),
    ("wal_bytes", "Bytes of WAL written (PostgreSQL 14 and later)"),
    ("wal_buffers_full", "Writes because the WAL buffers were full (PostgreSQL 14 and later)"),
    ("wal_write", "Writes of WAL buffers (PostgreSQL 14 to 17)"),
    ("wal_sync", "Syncs of WAL files (PostgreSQL 14 to 17)"),
    ("wal_write_time", "Milliseconds spent writing WAL, if timed (PostgreSQL 14 to 17)"),
    ("wal_sync_time", "Milliseconds spent syncing WAL, if timed (PostgreSQL 14 to 17)"),
];

struct To<'a>(&'a mut Page);

impl To<'_> {
    fn put(&mut self, name: &str, help: &str, kind: Kind, labels: &[(&str, &str)], number: f64) {
        self.0.number(&format!("cnpg_collector_{name}"), help, kind, labels, number);
    }

    fn gauge(&mut self, name: &str, help: &str, labels: &[(&str, &str)], number: f64) {
        self.put(name, help, Kind::Gauge, labels, number);
    }

    fn counter(&mut self, name: &str, help: &str, labels: &[(&str, &str)], number: f64) {
        self.put(name, help, Kind::Counter, labels, number);
    }

    fn flag(&mut self, name: &str, help: &str, is: bool) {
        self.gauge(name, help, &[], f64::from(u8::from(is)));
    }
}

async fn server(session: &Connection) -> Result<Server, tokio_postgres::Error> {
    let row = session.client().query_one(include_str!("builtin.sql"), &[]).await?;
    let number: i32 = row.try_get("number")?;
    let full: String = row.try_get("full")?;
    let standby: bool = row.try_get("standby")?;
    let segment: f64 = row.try_get("segment")?;
    let names: String = row.try_get("names")?;
    let segments = |mib: f64| (mib * MIB / segment).floor();
    let slots_max: f64 = row.try_get("slots_max")?;
    Ok(Server {
        version: ServerVersion::from_number(number.unsigned_abs()),
        full: full.split(' ').next().unwrap_or_default().to_owned(),
        standby,
        segment,
        min: segments(row.try_get("min")?),
        max: segments(row.try_get("max")?),
        keep: segments(row.try_get("keep")?),
        slots_max: if slots_max < 0.0 { f64::NAN } else { segments(slots_max) },
        observed: (!standby).then(|| observed(&names)),
    })
}

async fn wal_writes(
    session: &Connection,
    version: ServerVersion,
) -> Result<WalWrites, tokio_postgres::Error> {
    let all = &WAL_HELP[..if version.major() < 18 { 8 } else { 4 }];
    let columns: Vec<_> = all.iter().map(|(name, _)| format!("{name}::float8")).collect();
    let query = format!(
        "select (extract(epoch from stats_reset) * 1000000)::bigint as since, {} from pg_stat_wal",
        columns.join(", ")
    );
    let row = session.client().query_one(&query, &[]).await?;
    let since: Option<i64> = row.try_get("since")?;
    let since = since.and_then(|since| Timestamp::from_microsecond(since).ok());
    let figures = all.iter().enumerate().map(|(at, (name, _))| Ok((*name, row.try_get(at + 1)?)));
    Ok(WalWrites {
        since: since.map(|since| since.to_string()).unwrap_or_default(),
        figures: figures.collect::<Result<_, tokio_postgres::Error>>()?,
    })
}

/// How many standbys commits wait for, as the server was told; -1 when that cannot be read.
fn observed(names: &str) -> f64 {
    let names = names.trim();
    if names.is_empty() {
        return 0.0;
    }
    let Some((head, _)) = names.split_once('(') else { return 1.0 };
    head.split_whitespace().next_back().and_then(|number| number.parse().ok()).unwrap_or(-1.0)
}

fn is_segment(name: &str) -> bool {
    name.as_bytes().get(..24).is_some_and(|start| start.iter().all(u8::is_ascii_hexdigit))
}

fn count(directory: &Path, counts: impl Fn(&str) -> bool) -> io::Result<u64> {
    let mut count = 0;
    for entry in std::fs::read_dir(directory)? {
        count += u64::from(counts(&entry?.file_name().to_string_lossy()));
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standbys_of_the_server() {
        for (names, expected) in [
            ("", 0.0),
            ("ANY 1 (\"pg-2\",\"pg-3\")", 1.0),
            ("FIRST 2 (a, b)", 2.0),
            ("3 (a, b, c)", 3.0),
            ("a, b", 1.0),
            ("ANY (a)", -1.0),
        ] {
            assert!((observed(names) - expected).abs() < f64::EPSILON, "{names:?}");
        }
    }

    #[test]
    fn segments_have_names_of_their_own() {
        for (name, expected) in [
            ("000000010000000000000001", true),
            ("000000010000000000000001.partial", true),
            ("00000002.history", false),
            ("archive_status", false),
        ] {
            assert_eq!(is_segment(name), expected, "{name}");
        }
    }
}
