//! Runs the queries, one pass at a time, and keeps what they found for a while.
//!
//! A query that takes too long is run aside from then on: with more time, on a session of its own,
//! and nobody waits for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use api::duration::Span;
use jiff::Timestamp;
use pgkit::connection::Connection;
use tokio::sync::watch;
use tokio::time::timeout;

use super::definition::{Definition, Definitions};
use super::exporter;
use super::page::{Kind, Page};
use super::query::{self, Found};
use super::server_facts::{ServerFacts, usual_database};
use super::sources::{self, Version};
use crate::http::document::chain;
use crate::state::State;

/// What a query may take while somebody may be waiting.
const QUICK: Duration = Duration::from_secs(2);
/// What a query may take aside.
const ASIDE: Duration = Duration::from_secs(60);
const CONNECT: Duration = Duration::from_secs(2);
/// How long results are kept unless the cluster says otherwise.
const KEEP: Duration = Duration::from_secs(30);

/// A query in a database.
type Place = (String, String);

#[derive(Debug, Clone)]
pub(super) struct Passes(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: State,
    known: Mutex<Known>,
    /// One pass at a time; and one series of queries aside.
    pass: Arc<tokio::sync::Mutex<()>>,
    aside: Arc<tokio::sync::Mutex<()>>,
    done: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Known {
    version: Option<Version>,
    definitions: Arc<Definitions>,
    found: BTreeMap<Place, Vec<Found>>,
    failed: BTreeMap<Place, String>,
    slow: BTreeSet<Place>,
    /// What is wrong with a query wherever it runs, or with the pass.
    broken: Vec<String>,
    updated: Option<(Instant, Timestamp)>,
    hits: u32,
    missed: bool,
}

/// One query to run.
struct Job {
    place: Place,
    definition: Definition,
}

impl Passes {
    pub(super) fn new(state: State) -> Self {
        Self(Arc::new(Inner {
            state,
            known: Mutex::default(),
            pass: Arc::default(),
            aside: Arc::default(),
            done: watch::Sender::new(0),
        }))
    }

    /// Sees to it that what is known is not too old; waits no longer than `patience`.
    pub(super) async fn refresh(&self, patience: Duration) {
        let cluster = self.0.state.cluster();
        let version = cluster.as_deref().map(Version::of);
        let ttl = cluster.as_deref().and_then(|cluster| {
            let ttl = cluster.spec.monitoring.as_ref()?.metrics_queries_ttl.as_deref()?;
            let ttl: Span = ttl.parse().ok()?;
            Some(Duration::from_nanos(u64::try_from(ttl.0).unwrap_or_default()))
        });
        let ttl = ttl.unwrap_or(KEEP);
        {
            let mut known = self.0.known();
            let fresh = known.updated.is_some_and(|(at, _)| at.elapsed() < ttl);
            if fresh && known.version == version {
                known.hits = known.hits.saturating_add(1);
                known.missed = false;
                return;
            }
            known.missed = true;
            known.hits = 0;
        }
        let mut done = self.0.done.subscribe();
        if let Ok(turn) = Arc::clone(&self.0.pass).try_lock_owned() {
            let inner = Arc::clone(&self.0);
            tokio::spawn(async move {
                inner.pass(version, ttl).await;
                drop(turn);
                inner.done.send_modify(|passes| *passes += 1);
            });
        }
        // Too late is no error: the page shows what is known.
        let _ = timeout(patience, done.changed()).await;
    }

    /// Adds what is known to a page.
    pub(super) fn show(&self, page: &mut Page) {
        let known = self.0.known();
        let mut errors: Vec<String> = known.broken.clone();
        errors.extend(
            known.failed.iter().map(|((key, db), error)| format!("{key} on db {db}: {error}")),
        );
        for ((key, database), found) in &known.found {
            for one in found {
                let added = page.add(&one.name, &one.help, one.kind, one.sample.clone());
                if let Err(unfit) = added {
                    errors.push(format!("{key} on db {database}: {unfit}"));
                }
            }
        }
        errors.sort();
        errors.dedup();
        let failed = f64::from(u8::from(!errors.is_empty()));
        for error in errors {
            page.number(
                "cnpg_errors_total",
                "Errors of queries in the latest pass, with the query and the reason",
                Kind::Counter,
                &[("errorUserQueries", &error)],
                1.0,
            );
        }
        let mut gauge = |name, help, number| page.number(name, help, Kind::Gauge, &[], number);
        gauge("cnpg_last_error", "Whether a query of the latest pass failed", failed);
        #[expect(clippy::cast_precision_loss, reason = "seconds fit exactly")]
        let updated = known.updated.map_or(0.0, |(_, at)| at.as_second() as f64);
        gauge("cnpg_last_update_timestamp", "When the queries ran last, in unix time", updated);
        let hits = f64::from(known.hits);
        gauge("cnpg_cache_hits", "Scrapes that were served from the present results", hits);
        let missed = f64::from(u8::from(known.missed));
        gauge("cnpg_cache_miss", "Whether this scrape found no recent results", missed);
    }
}

impl Inner {
    fn known(&self) -> MutexGuard<'_, Known> {
        // Every value in it is whole after a panic.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn pass(self: &Arc<Self>, version: Option<Version>, ttl: Duration) {
        let mut broken = self.load(version).await;
        let usual = usual_database(self.state.cluster().as_deref());
        let facts = match self.facts(&usual).await {
            Ok(facts) => facts,
            Err(error) => {
                let mut known = self.known();
                // What a server said that is gone is not told on.
                (known.found, known.failed) = Default::default();
                known.broken = vec![error];
                known.updated = Some((Instant::now(), Timestamp::now()));
                return;
            }
        };
        let definitions = Arc::clone(&self.known().definitions);
        let mut jobs: BTreeMap<String, Vec<Job>> = BTreeMap::new();
        for (key, definition) in definitions.iter() {
            match facts.targets(definition, &usual) {
                Err(error) => broken.push(format!("{key}: {error}")),
                Ok(targets) => {
                    for database in targets {
                        let place = (key.clone(), database.clone());
                        let job = Job { place, definition: definition.clone() };
                        jobs.entry(database).or_default().push(job);
                    }
                }
            }
        }
        let mut aside: BTreeMap<String, Vec<Job>> = BTreeMap::new();
        {
            let mut known = self.known();
            let places: BTreeSet<_> =
                jobs.values().flatten().map(|job| job.place.clone()).collect();
            known.found.retain(|place, _| places.contains(place));
            known.failed.retain(|place, _| places.contains(place));
            known.slow.retain(|place| places.contains(place));
            for (database, jobs) in &mut jobs {
                let (slow, quick) = std::mem::take(jobs)
                    .into_iter()
                    .partition(|job| known.slow.contains(&job.place));
                *jobs = quick;
                aside.insert(database.clone(), slow);
            }
        }
        for (database, jobs) in jobs {
            self.run(&database, jobs, QUICK).await;
        }
        {
            let mut known = self.known();
            known.broken = broken;
            known.updated = Some((Instant::now(), Timestamp::now()));
        }
        aside.retain(|_, jobs| !jobs.is_empty());
        if !aside.is_empty()
            && let Ok(turn) = Arc::clone(&self.aside).try_lock_owned()
        {
            let inner = Arc::clone(self);
            tokio::spawn(async move {
                for (database, jobs) in aside {
                    inner.run(&database, jobs, ASIDE.max(ttl)).await;
                }
                drop(turn);
            });
        }
    }

    /// Reads the definitions again when others are wanted; the old ones stay until that works.
    async fn load(&self, version: Option<Version>) -> Vec<String> {
        let Some(version) = version else { return Vec::new() };
        if self.known().version.as_ref() == Some(&version) {
            return Vec::new();
        }
        match sources::load(&self.state, &version).await {
            Ok(definitions) => {
                let mut known = self.known();
                known.definitions = Arc::new(definitions);
                known.version = Some(version);
                (known.found, known.failed, known.slow) = Default::default();
                Vec::new()
            }
            Err(error) => vec![format!("the queries cannot be read: {}", chain(&error))],
        }
    }

    async fn facts(&self, database: &str) -> Result<ServerFacts, String> {
        let session = Connection::open(&exporter(&self.state, database), CONNECT).await;
        let session = session.map_err(|error| chain(&error))?;
        match timeout(QUICK, ServerFacts::read(&session)).await {
            Ok(facts) => facts.map_err(|error| chain(&error)),
            Err(_) => Err(format!("PostgreSQL did not answer within {QUICK:?}")),
        }
    }

    /// Runs queries of one database, and publishes each result as it comes.
    async fn run(&self, database: &str, jobs: Vec<Job>, limit: Duration) {
        let mut session: Option<Connection> = None;
        for Job { place, definition } in jobs {
            let open = match session.take().filter(|session| !session.is_closed()) {
                Some(open) => Ok(open),
                None => Connection::open(&exporter(&self.state, database), CONNECT).await,
            };
            let open = match open {
                Ok(open) => open,
                Err(error) => {
                    self.failed(place, chain(&error));
                    continue;
                }
            };
            let began = Instant::now();
            let answer = query::run(&open, &place.0, &definition, limit).await;
            let slow = began.elapsed() > QUICK / 2;
            {
                let mut known = self.known();
                if slow || answer.as_ref().is_err_and(query::QueryError::is_slow) {
                    known.slow.insert(place.clone());
                } else {
                    known.slow.remove(&place);
                }
            }
            match answer {
                Ok(found) => {
                    let mut known = self.known();
                    known.failed.remove(&place);
                    known.found.insert(place, found);
                    session = Some(open);
                }
                Err(error) => {
                    // A session that timed out may still be at it.
                    if !matches!(error, query::QueryError::TooLong(_)) {
                        session = Some(open);
                    }
                    self.failed(place, error.to_string());
                }
            }
        }
    }

    fn failed(&self, place: Place, error: String) {
        tracing::warn!(query = place.0, database = place.1, error, "a query for metrics failed");
        let mut known = self.known();
        known.found.remove(&place);
        known.failed.insert(place, error);
    }
}
