//! A store that misbehaves: a proxy before a server, over which requests go wrong by a seeded plan.
//!
//! ```text
//!  client <--> proxy: read the head, the body, pass on, wait, answer <--> server
//!                     ^ each fault breaks one of these steps
//! ```
//! A connection of a client serves many requests, as that of a store does; each is passed on over a
//! connection of its own. The plan numbers the requests as they come, so one client that asks for
//! one thing after another meets the same faults with the same seed.

mod message;

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use message::{Head, answer, read_head, refusal};

use crate::dice::Dice;

/// How one request goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    Error500,
    Error503,
    /// 503, and when to come again.
    SlowDown,
    /// The body of the request crawls to the server.
    SlowRequest,
    /// The body of the answer crawls to the client.
    SlowAnswer,
    /// Half of the body of the answer comes.
    Truncated,
    /// The connection breaks before anything is passed on.
    ResetBefore,
    /// It breaks when half of the body is passed on.
    ResetDuring,
    /// It breaks when all is passed on, and before there is an answer.
    ResetAfter,
    /// It is done, and the connection ends.
    AnswerLost,
    /// It is done, and nobody says anything any more.
    Silence,
    /// The answer names another content than the server has.
    WrongEtag,
    NoEtag,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Error500,
        Self::Error503,
        Self::SlowDown,
        Self::SlowRequest,
        Self::SlowAnswer,
        Self::Truncated,
        Self::ResetBefore,
        Self::ResetDuring,
        Self::ResetAfter,
        Self::AnswerLost,
        Self::Silence,
        Self::WrongEtag,
        Self::NoEtag,
    ];
}

/// Where the seeds of a test begin: at zero, or where `STORE_SEED` says, to look for more.
#[must_use]
pub fn first_seed() -> u64 {
    std::env::var("STORE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0)
}

/// How long a body that crawls is on its way.
const CRAWL: Duration = Duration::from_millis(160);

/// In how many pieces it comes.
const PIECES: u32 = 8;

/// How long nothing is said before the connection ends after all.
const SILENCE: Duration = Duration::from_secs(60);

/// A running proxy; it ends with this value, and cuts the connections that it has.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    plan: Mutex<Plan>,
}

/// What befalls the requests to come.
#[derive(Debug, Default)]
struct Plan {
    dice: Dice,
    /// Of a hundred requests, so many go wrong.
    percent: u64,
    faults: Vec<Fault>,
    /// Requests that were picked by hand: a method, a part of the path, and the fault.
    picked: VecDeque<(&'static str, String, Fault)>,
    met: BTreeMap<Fault, usize>,
    requests: usize,
}

impl Plan {
    fn next(&mut self, method: &str, path: &str) -> Option<Fault> {
        self.requests += 1;
        let fits = |(wanted, part, _): &(&str, String, Fault)| {
            *wanted == method && path.contains(part.as_str())
        };
        let fault = match self.picked.iter().position(fits) {
            Some(place) => self.picked.remove(place).map(|(_, _, fault)| fault),
            None => self.random_fault(),
        };
        if let Some(fault) = fault {
            *self.met.entry(fault).or_default() += 1;
        }
        fault
    }

    fn random_fault(&mut self) -> Option<Fault> {
        if self.dice.below(100) >= self.percent || self.faults.is_empty() {
            return None;
        }
        let place = self.dice.below(self.faults.len() as u64);
        self.faults.get(usize::try_from(place).ok()?).copied()
    }
}

impl Proxy {
    /// Starts one before a server. Everything goes well until [`Proxy::plan`] or [`Proxy::pick`].
    ///
    /// # Errors
    /// When there is no port.
    pub async fn start(server: SocketAddr, seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let plan = Mutex::new(Plan { dice: Dice::new(seed), ..Plan::default() });
        let shared = Arc::new(Shared { server, plan });
        let serving = shared.clone();
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let shared = serving.clone();
                // A client that goes away is no matter.
                connections.spawn(async move { shared.serve(client).await.ok() });
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, shared, task })
    }

    /// The endpoint for clients.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, of a hundred requests so many go wrong, each in one of these ways.
    pub fn plan(&self, percent: u64, faults: &[Fault]) {
        let mut plan = self.shared.plan();
        (plan.percent, plan.faults) = (percent, faults.to_vec());
    }

    /// Everything goes well again.
    pub fn heal(&self) {
        let mut plan = self.shared.plan();
        (plan.percent, plan.picked) = (0, VecDeque::new());
    }

    /// The next request with this method whose path and query contain this goes wrong so.
    pub fn pick(&self, method: &'static str, part: &str, fault: Fault) {
        self.shared.plan().picked.push_back((method, part.to_owned(), fault));
    }

    /// How often each fault befell a request.
    #[must_use]
    pub fn met(&self) -> BTreeMap<Fault, usize> {
        self.shared.plan().met.clone()
    }

    /// How many requests there were.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.shared.plan().requests
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What becomes of the connection of a client.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Request,
    End,
}

impl Shared {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(&self, mut client: TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        let mut read = Vec::new();
        while let Some(head) = read_head(&mut client, &mut read).await? {
            if self.exchange(&mut client, &mut read, head).await? == Next::End {
                break;
            }
        }
        Ok(())
    }

    async fn exchange(
        &self,
        client: &mut TcpStream,
        read: &mut Vec<u8>,
        head: Head,
    ) -> io::Result<Next> {
        let (method, path) = head.request();
        let fault = self.plan().next(method, path);
        if fault == Some(Fault::ResetBefore) {
            return reset(client);
        }
        let length = head.length().unwrap_or(0);
        while read.len() < length {
            if client.read_buf(read).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let later = read.split_off(length);
        let body = std::mem::replace(read, later);
        match fault {
            Some(Fault::Error500) => return refuse(client, "500 Internal Server Error", "").await,
            Some(Fault::Error503) => return refuse(client, "503 Service Unavailable", "").await,
            Some(Fault::SlowDown) => {
                return refuse(client, "503 Slow Down", "retry-after: 1\r\n").await;
            }
            _ => {}
        }
        let mut server = TcpStream::connect(self.server).await?;
        server.set_nodelay(true)?;
        server.write_all(&head.passed_on()).await?;
        match fault {
            Some(Fault::ResetDuring) => {
                server.write_all(&body[..body.len() / 2]).await?;
                server.flush().await?;
                reset(&server)?;
                return reset(client);
            }
            Some(Fault::SlowRequest) => crawl(&mut server, &body).await?,
            _ => server.write_all(&body).await?,
        }
        if fault == Some(Fault::ResetAfter) {
            reset(client)?;
            // The server is not disturbed.
            tokio::spawn(async move { server.read_to_end(&mut Vec::new()).await.ok() });
            return Ok(Next::End);
        }
        let mut raw = Vec::new();
        server.read_to_end(&mut raw).await?;
        let mut answer = answer(raw)?;
        match fault {
            Some(Fault::AnswerLost) => return Ok(Next::End),
            Some(Fault::Silence) => {
                // Until the client gives up.
                let gone = client.read_u8();
                let _ = tokio::time::timeout(SILENCE, gone).await; // either way it ends here
                return Ok(Next::End);
            }
            Some(Fault::Truncated) => {
                client.write_all(&answer.head.bytes()).await?;
                client.write_all(&answer.body[..answer.body.len() / 2]).await?;
                return Ok(Next::End);
            }
            Some(Fault::WrongEtag) => answer.head.replace("etag", Some("\"0123456789abcdef\"")),
            Some(Fault::NoEtag) => answer.head.replace("etag", None),
            _ => {}
        }
        client.write_all(&answer.head.bytes()).await?;
        match fault {
            Some(Fault::SlowAnswer) => crawl(client, &answer.body).await?,
            _ => client.write_all(&answer.body).await?,
        }
        Ok(if answer.ends { Next::End } else { Next::Request })
    }
}

/// The peer is told that the connection is broken, and not that it has ended.
fn reset(stream: &TcpStream) -> io::Result<Next> {
    stream.set_zero_linger()?;
    Ok(Next::End)
}

async fn refuse(client: &mut TcpStream, status: &str, header: &str) -> io::Result<Next> {
    client.write_all(refusal(status, header).as_bytes()).await?;
    Ok(Next::Request)
}

async fn crawl(to: &mut TcpStream, body: &[u8]) -> io::Result<()> {
    let piece = body.len().div_ceil(PIECES as usize).max(1);
    for piece in body.chunks(piece) {
        sleep(CRAWL / PIECES).await;
        to.write_all(piece).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
