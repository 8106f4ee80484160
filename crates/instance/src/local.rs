//! The client of the local server: a socket, a request, an answer, each within a time.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use thiserror::Error;

/// It is in the same pod: it is there at once, or it is not there.
const CONNECT: Duration = Duration::from_secs(2);

/// The manager may have to ask PostgreSQL.
const ANSWER: Duration = Duration::from_secs(20);

/// Longer than anything it answers.
const LARGEST: u64 = 8 << 20;

/// Why the instance manager did not answer.
#[derive(Debug, Error)]
pub enum LocalError {
    #[error("the instance manager is not reached at {address}")]
    Connect { address: SocketAddr, source: io::Error },
    #[error("the instance manager broke off its answer to {path}")]
    Exchange { path: &'static str, source: io::Error },
    #[error("the instance manager answered {status} to {path}: {said}")]
    Refused { path: &'static str, status: u16, said: String },
    #[error("the answer to {path} is no HTTP")]
    NoHttp { path: &'static str },
}

/// The local server of the pod.
#[derive(Debug, Clone, Copy)]
pub struct Local {
    address: SocketAddr,
}

impl Local {
    /// The server at a port of this pod.
    #[must_use]
    pub fn new(port: u16) -> Self {
        Self { address: (Ipv4Addr::LOCALHOST, port).into() }
    }

    /// Has a backup begin, by the name of its object.
    ///
    /// # Errors
    /// When the manager is away, or does not take it.
    pub fn backup(&self, name: &str) -> Result<(), LocalError> {
        self.get("/pg/backup", &format!("?name={name}")).map(drop)
    }

    /// What is to be read at a path.
    ///
    /// # Errors
    /// When there is no answer.
    pub(crate) fn text(&self, path: &'static str) -> Result<String, LocalError> {
        let body = self.get(path, "")?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    /// One request on a connection of its own: an older HTTP, in which the end of the answer is
    /// the end of the connection.
    fn get(&self, path: &'static str, query: &str) -> Result<Vec<u8>, LocalError> {
        let address = self.address;
        let connected = TcpStream::connect_timeout(&address, CONNECT);
        let mut stream = connected.map_err(|source| LocalError::Connect { address, source })?;
        let mut answer = Vec::new();
        let exchanged = (|| {
            stream.set_read_timeout(Some(ANSWER))?;
            stream.set_write_timeout(Some(CONNECT))?;
            let request = format!("GET {path}{query} HTTP/1.0\r\nhost: localhost\r\n\r\n");
            stream.write_all(request.as_bytes())?;
            stream.take(LARGEST).read_to_end(&mut answer)
        })();
        exchanged.map_err(|source| LocalError::Exchange { path, source })?;
        let (status, body) = take_apart(&answer).ok_or(LocalError::NoHttp { path })?;
        if status == 200 {
            return Ok(body.to_vec());
        }
        let said = String::from_utf8_lossy(body).trim().to_owned();
        Err(LocalError::Refused { path, status, said })
    }
}

/// The status and the body of an answer that is all there.
fn take_apart(answer: &[u8]) -> Option<(u16, &[u8])> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let body = &answer[end + 4..];
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    let length = lines.filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    // A connection that broke in the middle has no whole answer.
    (length.is_none_or(|length| length == body.len())).then_some((status, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_taken_apart() {
        for (name, answer, expected) in [
            ("whole", "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}", Some((200, "{}"))),
            ("no length", "HTTP/1.1 404 Not Found\r\nA: b\r\n\r\nno", Some((404, "no"))),
            ("cut off", "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n{}", None),
            ("no end of the head", "HTTP/1.0 200 OK\r\n", None),
            ("something else", "SSH-2.0\r\n\r\n", None),
        ] {
            let expected = expected.map(|(status, body)| (status, body.as_bytes()));
            assert_eq!(take_apart(answer.as_bytes()), expected, "{name}");
        }
    }
}
