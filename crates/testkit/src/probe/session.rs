//! One session of the ledger: writes a row at each tick, and notes what came of it.

mod link;

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::clock::{Anchor, Moment};
use super::journal::{Journal, Line, Outcome, Start};
use super::sql;
pub use link::{Answer, Link};

/// How long a statement that is under way may still take when the session is told to stop.
const LAST_ANSWER: Duration = Duration::from_secs(1);

/// Where to write, and as whom.
#[derive(Clone)]
pub struct Target {
    pub address: SocketAddr,
    pub user: String,
    pub password: String,
    pub database: String,
    pub tls: Tls,
}

impl Target {
    /// A target in open text, on the database named like the user.
    #[must_use]
    pub fn new(address: SocketAddr, user: &str, password: &str) -> Self {
        let (user, database) = (user.to_owned(), user.to_owned());
        Self { address, user, password: password.to_owned(), database, tls: Tls::Off }
    }

    /// The same with this kind of TLS.
    #[must_use]
    pub fn tls(self, tls: Tls) -> Self {
        Self { tls, ..self }
    }

    /// The same on another database.
    #[must_use]
    pub fn database(self, database: &str) -> Self {
        Self { database: database.to_owned(), ..self }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}/{} (tls {:?})", self.user, self.address, self.database, self.tls)
    }
}

/// How a connection is secured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    Off,
    /// Any certificate will do.
    Unverified,
    /// The server must have this name, by a certificate of this authority (PEM).
    Verified {
        authority: String,
        name: String,
    },
}

/// Which way a session takes to its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Through a service: any failure makes it connect anew, to wherever the service leads.
    Service,
    /// Held open on one server for as long as the connection lives, whatever the server refuses.
    Held,
}

/// How often to write, and how long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    pub interval: Duration,
    /// From the first packet to a session that is ready.
    pub connect: Duration,
    /// From sending a statement to its answer.
    pub statement: Duration,
}

impl Pace {
    /// The usual pace: 50 rows a second; a held session waits for its answer as long as it takes,
    /// since an answer that comes late is just what it is there to catch.
    #[must_use]
    pub fn of(route: Route) -> Self {
        let statement = match route {
            Route::Service => Duration::from_secs(1),
            Route::Held => Duration::from_secs(3600),
        };
        Self { interval: Duration::from_millis(20), connect: Duration::from_millis(500), statement }
    }
}

/// What a session is to do.
#[derive(Debug, Clone)]
pub struct Session {
    /// What all sessions of one measurement have in common.
    pub run: String,
    /// Unlike that of any other session of the run.
    pub name: String,
    pub route: Route,
    pub target: Target,
    pub pace: Pace,
}

/// How far a session has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    pub attempts: u64,
    pub acked: u64,
}

/// Whether a session may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Write,
    Stop,
}

/// Writes until told to stop. A session through a service makes the table first.
///
/// # Errors
/// Only what stands in the way of measuring: a journal that cannot be written, a wrong name.
pub async fn run(
    session: &Session,
    journal: &mut Journal,
    progress: &watch::Sender<Progress>,
    mut order: watch::Receiver<Order>,
) -> Result<()> {
    sql::check_name(&session.run)?;
    sql::check_name(&session.name)?;
    if session.route == Route::Service {
        tokio::select! {
            () = stopped(&mut order) => return journal.write(&Line::Stop { at: Moment::now() }),
            made = make_table(session) => made?,
        }
    }
    let mut ticks = interval(session.pace.interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut link = None;
    let mut done = Progress::default();
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut order) => break,
            _ = ticks.tick() => {}
        }
        done.attempts += 1;
        let outcome = attempt(session, &mut link, journal, done.attempts, &mut order).await?;
        let at = Moment::now();
        done.acked += u64::from(matches!(outcome, Outcome::Acked { .. }));
        journal.write(&Line::Done { sequence: done.attempts, at, outcome })?;
        // Nobody may be watching.
        let _ = progress.send(done);
    }
    journal.write(&Line::Stop { at: Moment::now() })
}

impl Session {
    /// How the session's journal begins.
    #[must_use]
    pub fn start(&self) -> Start {
        Start {
            run: self.run.clone(),
            session: self.name.clone(),
            route: self.route,
            address: self.target.address.to_string(),
            anchor: Anchor::now(),
        }
    }
}

async fn attempt(
    session: &Session,
    link: &mut Option<Link>,
    journal: &mut Journal,
    sequence: u64,
    order: &mut watch::Receiver<Order>,
) -> Result<Outcome> {
    let open = match link.take() {
        Some(open) => open,
        None => match timeout(session.pace.connect, Link::open(&session.target)).await {
            Ok(Ok(open)) => open,
            Ok(Err(error)) => return Ok(Outcome::Failed { why: format!("{error:#}") }),
            Err(_) => return Ok(Outcome::Failed { why: "connecting took too long".into() }),
        },
    };
    let statement = sql::insert(&session.run, &session.name, sequence);
    journal.write(&Line::Sent { sequence, at: Moment::now() })?;
    let told_to_stop = async {
        stopped(order).await;
        sleep(LAST_ANSWER).await;
    };
    let answer = tokio::select! {
        answer = open.insert(&statement) => answer,
        () = sleep(session.pace.statement) => Answer::None("the answer took too long".into()),
        () = told_to_stop => Answer::None("told to stop before the answer came".into()),
    };
    if answer.leaves_open(session.route) {
        *link = Some(open);
    }
    Ok(answer.outcome())
}

/// Reads back the rows of a run, each with its session.
pub async fn read_back(target: &Target, run: &str) -> Result<Vec<(String, u64)>> {
    sql::check_name(run)?;
    let limit = Duration::from_secs(30);
    let read = async { Link::open(target).await?.rows(&sql::select(run)).await };
    timeout(limit, read).await.context("reading back took too long")?
}

async fn make_table(session: &Session) -> Result<()> {
    loop {
        let make = async { Link::open(&session.target).await?.create().await };
        if let Ok(Ok(())) = timeout(Duration::from_secs(5), make).await {
            return Ok(());
        }
        sleep(session.pace.interval.max(Duration::from_millis(50))).await;
    }
}

/// Comes back when the session shall stop, also when whoever could tell is gone.
async fn stopped(order: &mut watch::Receiver<Order>) {
    let _ = order.wait_for(|order| *order == Order::Stop).await;
}
