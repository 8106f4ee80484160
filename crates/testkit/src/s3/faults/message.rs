//! As much of HTTP/1.1 as stands between a client of S3 and its server.

use std::io;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// The first line of a message and its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    first: String,
    headers: Vec<(String, String)>,
}

/// An answer as it goes to the client.
#[derive(Debug)]
pub(super) struct Answer {
    pub head: Head,
    pub body: Vec<u8>,
    /// Only the end of the connection says where it ends.
    pub ends: bool,
}

/// The next head on a connection, behind which bytes of the body may have come; none at its end.
pub(super) async fn read_head(
    stream: &mut TcpStream,
    read: &mut Vec<u8>,
) -> io::Result<Option<Head>> {
    loop {
        if let Some(head) = take_head(read)? {
            return Ok(Some(head));
        }
        if stream.read_buf(read).await? == 0 {
            return if read.is_empty() {
                Ok(None)
            } else {
                Err(io::ErrorKind::UnexpectedEof.into())
            };
        }
    }
}

/// What a server has said until it closed its connection.
pub(super) fn answer(mut raw: Vec<u8>) -> io::Result<Answer> {
    let mut head = take_head(&mut raw)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    // That was between the server and us.
    head.replace("connection", None);
    let ends = head.length().is_none() && head.get("transfer-encoding").is_none();
    if ends {
        head.headers.push(("connection".to_owned(), "close".to_owned()));
    }
    Ok(Answer { head, body: raw, ends })
}

/// An answer that refuses, in the words of S3.
pub(super) fn refusal(status: &str, header: &str) -> String {
    let body = "<?xml version=\"1.0\"?><Error><Code>InternalError</Code></Error>";
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{header}content-length: {length}\r\n\r\n{body}")
}

impl Head {
    /// Method, and path with query.
    pub fn request(&self) -> (&str, &str) {
        let mut words = self.first.split(' ');
        (words.next().unwrap_or_default(), words.next().unwrap_or_default())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub fn length(&self) -> Option<usize> {
        self.get("content-length")?.parse().ok()
    }

    /// Gives a header another value or takes it away; one that is not there stays so.
    pub fn replace(&mut self, name: &str, value: Option<&str>) {
        self.headers.retain_mut(|(known, old)| match value {
            Some(value) if known.eq_ignore_ascii_case(name) => {
                value.clone_into(old);
                true
            }
            None => !known.eq_ignore_ascii_case(name),
            Some(_) => true,
        });
    }

    /// The request for the server, which closes the connection after it.
    pub fn passed_on(&self) -> Vec<u8> {
        let mut head = self.clone();
        head.replace("connection", None);
        head.headers.push(("Connection".to_owned(), "close".to_owned()));
        head.bytes()
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.first);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        text.into_bytes()
    }
}

/// Takes a whole head off the front of what was read.
pub(super) fn take_head(read: &mut Vec<u8>) -> io::Result<Option<Head>> {
    let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let rest = read.split_off(end + 4);
    let head = std::mem::replace(read, rest);
    let text = String::from_utf8(head).map_err(|_| io::ErrorKind::InvalidData)?;
    let mut lines = text.trim_end().split("\r\n");
    let first = lines.next().unwrap_or_default().to_owned();
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_owned(), value.trim().to_owned()))
    };
    let headers = lines.map(|line| header(line).ok_or(io::ErrorKind::InvalidData.into()));
    Ok(Some(Head { first, headers: headers.collect::<io::Result<_>>()? }))
}
