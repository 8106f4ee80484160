//! The messages of PostgreSQL's protocol 3.0 that a server of simple queries needs.
//!
//! See <https://www.postgresql.org/docs/current/protocol-message-formats.html>.

use anyhow::{Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SSL_REQUEST: u32 = 80_877_103;
const PROTOCOL_3: u32 = 3 << 16;
const LONGEST: u32 = 1 << 20;

/// Reads the first message; a request for TLS before it is turned down.
pub async fn read_startup(stream: &mut TcpStream) -> Result<()> {
    loop {
        let body = read_body(stream).await?;
        match body.first_chunk().map(|code| u32::from_be_bytes(*code)) {
            Some(SSL_REQUEST) => stream.write_all(b"N").await?,
            Some(PROTOCOL_3) => return Ok(()),
            other => bail!("unknown protocol {other:?}"),
        }
    }
}

/// The text of the next simple query; nothing when the client takes its leave.
pub async fn read_query(stream: &mut TcpStream) -> Result<Option<String>> {
    let kind = stream.read_u8().await?;
    let body = read_body(stream).await?;
    match kind {
        b'Q' => Ok(Some(String::from_utf8(body)?.trim_end_matches('\0').to_owned())),
        b'X' => Ok(None),
        other => bail!("unknown message {:?}", char::from(other)),
    }
}

/// Let in without a password, and ready.
pub fn welcome() -> Vec<u8> {
    let mut all = message(b'R', &0u32.to_be_bytes());
    for (name, value) in [("server_version", "17.0"), ("client_encoding", "UTF8")] {
        all.extend(message(b'S', format!("{name}\0{value}\0").as_bytes()));
    }
    all.extend(message(b'K', &[0; 8]));
    all.extend(ready());
    all
}

/// Ready for the next query, outside any transaction.
pub fn ready() -> Vec<u8> {
    message(b'Z', b"I")
}

/// The end of a statement.
pub fn complete(tag: &str) -> Vec<u8> {
    message(b'C', format!("{tag}\0").as_bytes())
}

/// A result of text columns, and the end of the statement.
pub fn table(rows: &[Vec<String>], columns: u16, tag: &str) -> Vec<u8> {
    const TEXT: u32 = 25;
    let mut description = columns.to_be_bytes().to_vec();
    for column in 0..columns {
        description.extend(format!("c{column}\0").as_bytes());
        description.extend([0; 6]); // of no table
        description.extend(TEXT.to_be_bytes());
        description.extend((-1i16).to_be_bytes());
        description.extend((-1i32).to_be_bytes());
        description.extend([0; 2]); // in text form
    }
    let mut all = message(b'T', &description);
    for row in rows {
        let mut body = columns.to_be_bytes().to_vec();
        for value in row {
            body.extend(length(value.len()).to_be_bytes());
            body.extend(value.as_bytes());
        }
        all.extend(message(b'D', &body));
    }
    all.extend(complete(&format!("{tag} {}", rows.len())));
    all
}

/// An error of this severity.
pub fn error(severity: &str, code: &str, text: &str) -> Vec<u8> {
    message(b'E', &fields(severity, code, text))
}

/// A notice of this severity.
pub fn notice(severity: &str, code: &str, text: &str) -> Vec<u8> {
    message(b'N', &fields(severity, code, text))
}

fn fields(severity: &str, code: &str, text: &str) -> Vec<u8> {
    format!("S{severity}\0V{severity}\0C{code}\0M{text}\0\0").into_bytes()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut all = vec![kind];
    all.extend(length(body.len() + 4).to_be_bytes());
    all.extend(body);
    all
}

fn length(length: usize) -> u32 {
    u32::try_from(length).expect("messages here are short")
}

async fn read_body(stream: &mut TcpStream) -> Result<Vec<u8>> {
    let length = stream.read_u32().await?;
    if !(4..LONGEST).contains(&length) {
        bail!("a message of {length} bytes");
    }
    let mut body = vec![0; length as usize - 4];
    stream.read_exact(&mut body).await?;
    Ok(body)
}
