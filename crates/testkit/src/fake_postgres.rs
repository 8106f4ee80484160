//! A server that speaks PostgreSQL's protocol just enough for the ledger, and lies when told to.
//!
//! Simple queries in open text only, any user, no real SQL: it knows the ledger's statements by
//! their first word. Rows are kept in memory.

mod wire;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;

/// How the server treats writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conduct {
    /// Keeps what it acknowledges.
    Honest,
    /// Acknowledges and keeps nothing.
    Forgets,
    /// Keeps the row, and hangs up before the acknowledgement.
    HangsUpAfterCommit,
    /// Keeps the row, and dismisses the session before the acknowledgement.
    DismissesAfterCommit,
    /// Keeps the row, and warns that not every standby has it.
    Warns,
    /// Refuses as a standby does.
    ReadOnly,
    /// Refuses, and keeps the row.
    RefusesAndKeeps,
    /// Answers nothing.
    Hangs,
}

/// The server; it ends with this value.
#[derive(Debug)]
pub struct FakePostgres {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    accepting: AbortHandle,
}

#[derive(Debug)]
struct State {
    conduct: Conduct,
    /// Before every answer to a write.
    delay: Duration,
    timeline: u32,
    rows: BTreeSet<(String, u64)>,
}

impl FakePostgres {
    /// Starts on a free port of the loopback interface.
    pub async fn start(timeline: u32) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (conduct, delay, rows) = (Conduct::Honest, Duration::ZERO, BTreeSet::new());
        let state = Arc::new(Mutex::new(State { conduct, delay, timeline, rows }));
        let accepting = tokio::spawn(accept(listener, state.clone())).abort_handle();
        Ok(Self { address, state, accepting })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Treats all writes from now on like this.
    pub fn conduct(&self, conduct: Conduct) {
        lock(&self.state).conduct = conduct;
    }

    /// Takes this long for each write that begins from now on.
    pub fn delay(&self, delay: Duration) {
        lock(&self.state).delay = delay;
    }

    /// How many rows it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        lock(&self.state).rows.len()
    }
}

impl Drop for FakePostgres {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("nothing panics while it holds this lock")
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    // Ends all sessions when it is aborted itself.
    let mut sessions = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let state = state.clone();
        // A client that vanishes is nothing to tell of.
        sessions.spawn(async move { serve(stream, &state).await.is_ok() });
    }
}

async fn serve(mut stream: TcpStream, state: &Mutex<State>) -> Result<()> {
    wire::read_startup(&mut stream).await?;
    stream.write_all(&wire::welcome()).await?;
    while let Some(query) = wire::read_query(&mut stream).await? {
        let Some(mut answer) = answer(&mut stream, &query, state).await? else {
            return Ok(());
        };
        answer.extend(wire::ready());
        stream.write_all(&answer).await?;
    }
    Ok(())
}

/// What to send back; nothing to hang up.
async fn answer(
    stream: &mut TcpStream,
    query: &str,
    state: &Mutex<State>,
) -> Result<Option<Vec<u8>>> {
    let word = query.split_whitespace().next().unwrap_or_default();
    match word {
        "CREATE" => Ok(Some(wire::complete("CREATE TABLE"))),
        "SELECT" => {
            let run = quoted(query).next().context("no run in the query")?;
            let start = format!("{run}/");
            let rows = lock(state).rows.clone();
            let own = rows.iter().filter_map(|(key, row)| {
                key.strip_prefix(&start).map(|session| vec![session.to_owned(), row.to_string()])
            });
            Ok(Some(wire::table(&own.collect::<Vec<_>>(), 2, "SELECT")))
        }
        "INSERT" => insert(stream, query, state).await,
        _ => bail!("unknown statement {query}"),
    }
}

async fn insert(
    stream: &mut TcpStream,
    query: &str,
    state: &Mutex<State>,
) -> Result<Option<Vec<u8>>> {
    let (delay, conduct, timeline) = {
        let state = lock(state);
        (state.delay, state.conduct, state.timeline)
    };
    sleep(delay).await;
    let mut names = quoted(query);
    let (run, session) = (names.next().context("no run")?, names.next().context("no session")?);
    let (_, rest) = query.split_once(&format!("'{session}', ")).context("no number")?;
    let number = rest.split(')').next().unwrap_or_default().parse()?;
    let keeps = !matches!(conduct, Conduct::Forgets | Conduct::ReadOnly | Conduct::Hangs);
    if keeps {
        lock(state).rows.insert((format!("{run}/{session}"), number));
    }
    let local = stream.local_addr()?;
    let (address, port) = (local.ip().to_string(), local.port().to_string());
    let row = vec![address, port, "1.5".into(), "fake".into(), format!("{timeline:08X}")];
    let done = wire::table(&[row], 5, "INSERT 0");
    match conduct {
        Conduct::Honest | Conduct::Forgets => Ok(Some(done)),
        Conduct::Warns => {
            let warning = wire::notice("WARNING", "01000", "canceling wait for replication");
            Ok(Some([warning, done].concat()))
        }
        Conduct::HangsUpAfterCommit => Ok(None),
        Conduct::DismissesAfterCommit => {
            stream.write_all(&wire::error("FATAL", "57P01", "terminating connection")).await?;
            Ok(None)
        }
        Conduct::ReadOnly => {
            Ok(Some(wire::error("ERROR", "25006", "cannot execute INSERT in a read-only session")))
        }
        Conduct::RefusesAndKeeps => Ok(Some(wire::error("ERROR", "53100", "disk full"))),
        Conduct::Hangs => std::future::pending().await,
    }
}

/// What stands in single quotes.
fn quoted(query: &str) -> impl Iterator<Item = &str> {
    query.split('\'').skip(1).step_by(2)
}
