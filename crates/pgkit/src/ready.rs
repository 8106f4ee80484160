//! Whether a server takes connections, as `pg_isready` asks: the first answer to a greeting.
//!
//! <https://www.postgresql.org/docs/current/protocol-message-formats.html>

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::timeout;

/// How long the server may think about its answer.
const LIMIT: Duration = Duration::from_secs(3);

/// The server is up but takes no connections: it starts, stops or recovers.
const CANNOT_CONNECT_NOW: &[u8] = b"57P03";

/// What a server says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Accepting,
    /// Alive, but not now.
    Rejecting,
    /// There is no one, or no answer.
    Silent,
}

/// The socket of a server.
#[must_use]
pub fn socket(directory: &Path, port: u16) -> PathBuf {
    directory.join(format!(".s.PGSQL.{port}"))
}

/// Asks the server behind a socket.
pub async fn ask(directory: &Path, port: u16) -> Answer {
    let asked = timeout(LIMIT, greet(&socket(directory, port))).await;
    asked.map_or(Answer::Silent, |answer| answer.unwrap_or(Answer::Silent))
}

async fn greet(socket: &Path) -> io::Result<Answer> {
    let mut stream = UnixStream::connect(socket).await?;
    stream.write_all(&greeting()).await?;
    let kind = stream.read_u8().await?;
    let length = usize::try_from(stream.read_u32().await?).unwrap_or(usize::MAX);
    let mut body = vec![0; length.saturating_sub(4).min(4096)];
    stream.read_exact(&mut body).await?;
    let answer = answer(kind, &body);
    if answer == Answer::Accepting {
        // A polite end, so that the server's log does not speak of a lost client.
        let _ = stream.write_all(b"X\0\0\0\x04").await;
    }
    Ok(answer)
}

/// The first message of a client: protocol 3.0, who it is and where to.
fn greeting() -> Vec<u8> {
    let words = "user\0postgres\0database\0postgres\0application_name\0cnpg-instance-manager\0\0";
    let length = u32::try_from(8 + words.len()).expect("it is short");
    let mut message = length.to_be_bytes().to_vec();
    message.extend_from_slice(&(3_u32 << 16).to_be_bytes());
    message.extend_from_slice(words.as_bytes());
    message
}

/// A refusal for any other reason still comes from a server that takes connections.
fn answer(kind: u8, body: &[u8]) -> Answer {
    let code = body.split(|byte| *byte == 0).find_map(|field| field.strip_prefix(b"C"));
    match (kind, code) {
        (b'R', _) => Answer::Accepting,
        (b'E', Some(code)) if code == CANNOT_CONNECT_NOW => Answer::Rejecting,
        (b'E', _) => Answer::Accepting,
        _ => Answer::Silent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_answers() {
        for (name, kind, body, expected) in [
            ("wants no password", b'R', b"\0\0\0\0".as_slice(), Answer::Accepting),
            ("starting", b'E', b"SFATAL\0VFATAL\0C57P03\0Mthe ...\0\0", Answer::Rejecting),
            ("no such role", b'E', b"SFATAL\0VFATAL\0C28000\0M...\0\0", Answer::Accepting),
            ("an error of version 2", b'E', b"FATAL: no\0", Answer::Accepting),
            ("no server of ours", b'H', b"TTP", Answer::Silent),
        ] {
            assert_eq!(answer(kind, body), expected, "{name}");
        }
    }

    #[tokio::test]
    async fn nobody_is_silent() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(ask(folder.path(), 5432).await, Answer::Silent);
        let listener = tokio::net::UnixListener::bind(socket(folder.path(), 5432)).unwrap();
        let hang_up = tokio::spawn(async move { drop(listener.accept().await) });
        assert_eq!(ask(folder.path(), 5432).await, Answer::Silent);
        hang_up.await.unwrap();
    }
}
