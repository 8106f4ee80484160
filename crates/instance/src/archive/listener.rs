//! The socket that commands ask through: one question and one answer for each connection.

use std::future::Future;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::timeout;

use super::socket::{Answer, Ask};

/// How long a command may take to say what it wants.
const QUESTION: Duration = Duration::from_secs(10);

/// Who answers.
pub(super) trait Serve: Send + Sync + 'static {
    fn serve(&self, ask: Ask) -> impl Future<Output = Answer> + Send;
}

/// Takes the socket; one that an earlier process left is replaced.
pub(super) fn listen(socket: &Path) -> io::Result<std::os::unix::net::UnixListener> {
    match std::fs::remove_file(socket) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = std::os::unix::net::UnixListener::bind(socket)?;
    std::fs::set_permissions(socket, std::fs::Permissions::from_mode(0o600))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Answers until the socket cannot be used any more.
pub(super) async fn accept(
    listener: std::os::unix::net::UnixListener,
    service: Arc<impl Serve>,
) -> io::Result<()> {
    let listener = UnixListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let service = service.clone();
        tokio::spawn(async move {
            if let Err(error) = converse(stream, &*service).await {
                tracing::debug!(%error, "a command went away");
            }
        });
    }
}

async fn converse(stream: UnixStream, service: &impl Serve) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    timeout(QUESTION, stream.read_line(&mut line)).await??;
    let Some(ask) = Ask::parse(&line) else { return Err(io::ErrorKind::InvalidData.into()) };
    let answer = service.serve(ask).await;
    stream.get_mut().write_all(answer.line().as_bytes()).await
}
