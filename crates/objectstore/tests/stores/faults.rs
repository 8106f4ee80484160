//! A proxy before a server, which fails now and then: in the order that its seed says.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How one request goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Error500,
    Busy503,
    /// The request is read, and nobody answers.
    Reset,
    /// The request is done, and nobody says so.
    AnswerLost,
    /// Half of the answer comes.
    Truncated,
}

const FAULTS: [Fault; 5] =
    [Fault::Error500, Fault::Busy503, Fault::Reset, Fault::AnswerLost, Fault::Truncated];

pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

struct State {
    server: SocketAddr,
    /// Of a hundred requests, so many go wrong.
    percent: AtomicU64,
    random: AtomicU64,
    faults: AtomicUsize,
}

impl Proxy {
    pub async fn start(server: SocketAddr, percent: u64, seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State {
            server,
            percent: AtomicU64::new(percent),
            random: AtomicU64::new(seed | 1),
            faults: AtomicUsize::new(0),
        });
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = shared.clone();
                // A client that goes away is no matter.
                tokio::spawn(async move { state.serve(stream).await.ok() });
            }
        });
        Ok(Self { address, state, task })
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn set_percent(&self, percent: u64) {
        self.state.percent.store(percent, Ordering::SeqCst);
    }

    pub fn faults(&self) -> usize {
        self.state.faults.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl State {
    fn fault(&self) -> Option<Fault> {
        let mut random = self.random.load(Ordering::SeqCst);
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        self.random.store(random, Ordering::SeqCst);
        if random % 100 >= self.percent.load(Ordering::SeqCst) {
            return None;
        }
        self.faults.fetch_add(1, Ordering::SeqCst);
        let place = usize::try_from(random / 100 % 5).expect("less than five");
        Some(FAULTS[place])
    }

    /// One request on each connection.
    async fn serve(&self, mut client: TcpStream) -> io::Result<()> {
        let (head, body) = read_message(&mut client).await?;
        let fault = self.fault();
        match fault {
            Some(Fault::Error500) => return refuse(&mut client, "500 Internal Server Error").await,
            Some(Fault::Busy503) => return refuse(&mut client, "503 Slow Down").await,
            Some(Fault::Reset) => return Ok(()),
            Some(Fault::AnswerLost | Fault::Truncated) | None => {}
        }
        let mut server = TcpStream::connect(self.server).await?;
        let (first, rest) = head.split_once("\r\n").ok_or(io::ErrorKind::InvalidData)?;
        let head = format!("{first}\r\nConnection: close\r\n{rest}");
        server.write_all(head.as_bytes()).await?;
        server.write_all(&body).await?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer).await?;
        match fault {
            Some(Fault::AnswerLost) => Ok(()),
            Some(Fault::Truncated) => client.write_all(&answer[..answer.len() / 2]).await,
            _ => client.write_all(&answer).await,
        }
    }
}

async fn refuse(client: &mut TcpStream, status: &str) -> io::Result<()> {
    let body = "<Error><Code>InternalError</Code></Error>";
    let length = body.len();
    let answer =
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    client.write_all(answer.as_bytes()).await
}

async fn read_message(stream: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let mut body = bytes.split_off(end);
    let head = String::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData)?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let length = length.unwrap_or(0);
    while body.len() < length {
        if stream.read_buf(&mut body).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok((head, body))
}
