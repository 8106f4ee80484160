//! The exporter beside a real PostgreSQL: the recorded metrics, and queries that misbehave.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use instance::metrics::Exporter;
use serde_json::{Value, json};

use crate::manager::{LIMIT, Manager};
use crate::until::until;

const ROLE: &str =
    "create role cnpg_metrics_exporter login; grant pg_monitor to cnpg_metrics_exporter";

/// The kind of each family, and the label names of its samples.
fn families(page: &str) -> BTreeMap<String, (String, BTreeSet<Vec<String>>)> {
    let mut families: BTreeMap<String, (String, BTreeSet<Vec<String>>)> = BTreeMap::new();
    for line in page.lines() {
        if let Some((name, kind)) =
            line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' '))
        {
            families.insert(name.to_owned(), (kind.to_owned(), BTreeSet::new()));
        } else if line.starts_with("cnpg_") {
            let (name, labels) =
                line.split_once('{').unwrap_or((line.split(' ').next().unwrap(), ""));
            let labels = labels.split("=\"").map(|part| part.rsplit([',', '"']).next().unwrap());
            let mut labels: Vec<_> = labels.map(str::to_owned).collect();
            labels.pop();
            families.get_mut(name).unwrap().1.insert(labels);
        }
    }
    families
}

fn queries(manager: &Manager, name: &str, text: &str) {
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name},
        "data": {"queries": text}});
    manager.api.put(&format!("/api/v1/namespaces/default/configmaps/{name}"), map);
}

fn monitoring(names: &[&str], ttl: &str) -> Value {
    let names: Vec<_> = names.iter().map(|name| json!({"name": name, "key": "queries"})).collect();
    json!({"instances": 3, "bootstrap": {"initdb": {"database": "app"}},
        "monitoring": {"customQueriesConfigMap": names, "metricsQueriesTTL": ttl}})
}

fn line<'a>(page: &'a str, start: &str) -> &'a str {
    let found = page.lines().find(|line| line.starts_with(start));
    found.unwrap_or_else(|| panic!("no {start} in\n{page}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_recorded_metric_is_there() -> Result<()> {
    let shared = std::env::var_os("CNPG_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let recorded = shared.join("compat/recorded/basic");
    if !recorded.is_dir() {
        let _ = writeln!(std::io::stderr(), "left out: no recordings at {}", recorded.display());
        return Ok(());
    }
    let maps = std::fs::read_to_string(recorded.join("configmap-all.yaml"))?;
    let maps: Value = serde_saphyr::from_str(&maps)?;
    let maps = maps["items"].as_array().context("a list")?;
    let defaults = maps.iter().find_map(|map| map["data"]["queries"].as_str());

    let manager = Manager::new(&[])?;
    manager.sql("postgres", ROLE)?;
    manager.sql("postgres", "create database app")?;
    queries(&manager, "cnpg-default-monitoring", defaults.context("queries")?);
    let status = json!({"currentPrimary": "pg-1", "topology": {"nodesUsed": 3}});
    manager.cluster(1, monitoring(&["cnpg-default-monitoring", "gone"], "30s"), status);
    let exporter = Exporter::new(manager.state.clone());
    exporter.page().await;
    let page = exporter.page().await;
    let ours = families(&page);

    let text = std::fs::read_to_string(recorded.join("http/pg-1-metrics.txt"))?;
    for (name, (kind, labels)) in families(&text) {
        // This server is older than the recorded one, and has neither replicas nor slots.
        let elsewhere = ["cnpg_pg_stat_bgwriter_", "cnpg_pg_stat_checkpointer_"];
        let absent = ["cnpg_pg_stat_replication_", "cnpg_pg_replication_slots_"];
        let differs = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
        if !name.starts_with("cnpg_") || differs(&elsewhere) || differs(&absent) {
            continue;
        }
        let Some(found) = ours.get(&name) else { panic!("{name} is missing in\n{page}") };
        assert_eq!(found.0, kind, "{name}");
        assert!(labels.is_subset(&found.1), "{name}: {labels:?}, and ours {:?}", found.1);
    }
    assert_eq!(line(&page, "cnpg_collector_up"), "cnpg_collector_up{cluster=\"pg\"} 1");
    assert!(line(&page, "cnpg_collector_postgres_version").contains("full=\"15."));
    assert_eq!(line(&page, "cnpg_collector_pg_wal{value=\"keep\"}").rsplit(' ').next(), Some("0"));
    assert_eq!(line(&page, "cnpg_collector_pg_wal{value=\"max\"}").rsplit(' ').next(), Some("64"));
    assert_eq!(line(&page, "cnpg_last_error"), "cnpg_last_error 0");
    assert_eq!(line(&page, "cnpg_cache_hits"), "cnpg_cache_hits 1");
    assert!(page.contains("cnpg_collector_lo_pages{datname=\"app\"} "));
    assert!(ours.contains_key("cnpg_pg_stat_bgwriter_buffers_backend"));

    manager.state.set_flags(|flags| flags.fenced = true);
    let page = exporter.page().await;
    assert_eq!(line(&page, "cnpg_collector_fencing_on"), "cnpg_collector_fencing_on 1");
    assert_eq!(line(&page, "cnpg_collector_up"), "cnpg_collector_up{cluster=\"pg\"} 1", "the last");
    manager.state.set_flags(|flags| flags.fenced = false);
    drop(manager.server);
    let page = exporter.page().await;
    assert_eq!(line(&page, "cnpg_collector_up"), "cnpg_collector_up{cluster=\"pg\"} 0");
    assert_eq!(line(&page, "cnpg_collector_last_collection_error").rsplit(' ').next(), Some("1"));
    Ok(())
}

const MIXED: &str = r#"
kinds:
  query: |
    select 'a'::text as word, true as flag, timestamptz '1970-01-01 00:00:01+00' as since,
      '1m'::text as took, 'up'::text as state, null::int as nothing, 'x'::text as odd,
      array[1, 2.5]::float8[] as h, array[3, 4]::bigint[] as h_bucket, 9.5 as h_sum, 5 as h_count
  metrics:
    - word: {usage: LABEL}
    - flag: {usage: GAUGE, description: "A flag"}
    - since: {usage: COUNTER, name: start}
    - took: {usage: DURATION}
    - state: {usage: MAPPEDMETRIC, metric_mapping: {up: 2}}
    - nothing: {usage: GAUGE}
    - odd: {usage: GAUGE}
    - h: {usage: HISTOGRAM}
broken: {query: "select 1/0 as n", metrics: [{n: {usage: GAUGE}}]}
missing: {query: "select 1 as n", target_databases: [nowhere], metrics: [{n: {usage: GAUGE}}]}
narrow: {query: "select 1 as n, 2 as m", metrics: [{n: {usage: GAUGE}}]}
writing: {query: "create table t ()", metrics: []}
two: {query: "select 1 as n; select 2 as n", metrics: [{n: {usage: GAUGE}}]}
skipped: {query: "select 1 as n", predicate_query: "select 1 = 2", metrics: [{n: {usage: GAUGE}}]}
asked: {query: "select 1 as n", predicate_query: "select 1 = 1", metrics: [{n: {usage: GAUGE}}]}
later: {query: "select 1 as n", runonserver: ">=99.0.0", metrics: [{n: {usage: GAUGE}}]}
everywhere:
  query: "select current_database() as db, 1 as n"
  target_databases: ["*"]
  metrics: [{db: {usage: LABEL}}, {n: {usage: GAUGE}}]
slow: {query: "select 1 as n from pg_sleep(2.5)", metrics: [{n: {usage: GAUGE}}]}
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_query_harms_another_or_holds_up_a_scrape() -> Result<()> {
    let manager = Manager::new(&[])?;
    manager.sql("postgres", ROLE)?;
    manager.sql("postgres", "create database app")?;
    queries(&manager, "mixed", MIXED);
    manager.cluster(1, monitoring(&["mixed"], "1s"), json!({}));
    let exporter = Exporter::new(manager.state.clone());
    let began = Instant::now();
    let page = exporter.page().await;
    assert!(began.elapsed().as_secs_f64() < 9.0, "a scraper waits ten seconds");
    for expected in [
        "cnpg_kinds_flag{word=\"a\"} 1",
        "cnpg_kinds_start{word=\"a\"} 1",
        "cnpg_kinds_took_milliseconds{word=\"a\"} 60000",
        "cnpg_kinds_state{word=\"a\"} 2",
        "cnpg_kinds_nothing{word=\"a\"} NaN",
        "cnpg_kinds_h_bucket{word=\"a\",le=\"2.5\"} 4",
        "cnpg_kinds_h_bucket{word=\"a\",le=\"+Inf\"} 5",
        "cnpg_kinds_h_sum{word=\"a\"} 9.5",
        "cnpg_asked_n 1",
        "cnpg_everywhere_n{db=\"app\"} 1",
        "cnpg_everywhere_n{db=\"postgres\"} 1",
        "cnpg_last_error 1",
        "# TYPE cnpg_kinds_start counter",
        "# HELP cnpg_kinds_flag A flag",
    ] {
        assert_eq!(line(&page, expected), expected);
    }
    for (query, why) in [
        ("broken", "division by zero"),
        ("missing on db nowhere", "does not exist"),
        ("narrow", "2 columns"),
        ("writing", "read-only"),
        ("two", "multiple commands"),
        ("slow", ""),
    ] {
        let found = page.lines().find(|line| {
            line.starts_with(&format!("cnpg_errors_total{{errorUserQueries=\"{query}"))
        });
        let found = found.with_context(|| format!("no error of {query} in\n{page}"))?;
        assert!(found.contains(why), "{found}");
    }
    for absent in ["cnpg_skipped", "cnpg_later", "cnpg_kinds_odd", "cnpg_slow_n"] {
        assert!(!page.contains(&format!("\n{absent}")), "{absent}");
    }
    assert_eq!(manager.sql("app", "select count(*) from pg_class where relname = 't'")?, "0");

    // Run aside, the slow one gets its time, and nobody waits for it.
    until("told", LIMIT, async || {
        let began = Instant::now();
        let page = exporter.page().await;
        assert!(began.elapsed().as_secs_f64() < 2.0, "who waits?");
        ensure!(page.contains("\ncnpg_slow_n 1\n"), "{page}");
        Ok(())
    })
    .await
}
