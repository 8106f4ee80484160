//! Tells the proxies of service meshes that the job is over: they would keep its pod alive.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long one may think about it.
const LIMIT: Duration = Duration::from_secs(5);

/// Name, port and path of each.
const SIDECARS: &[(&str, u16, &str)] =
    &[("Istio", 15000, "/quitquitquit"), ("Linkerd", 4191, "/shutdown")];

/// Asks every proxy that may be there to quit. None of them has to be there.
pub async fn quit_sidecars() {
    let asked = SIDECARS.iter().map(|(name, port, path)| async move {
        match timeout(LIMIT, ask(*port, path)).await {
            Ok(Ok(answer)) => tracing::info!(sidecar = name, answer, "asked a sidecar to quit"),
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {}
            Ok(Err(error)) => tracing::warn!(sidecar = name, %error, "a sidecar may not quit"),
            Err(_) => tracing::warn!(sidecar = name, "a sidecar does not answer"),
        }
    });
    futures::future::join_all(asked).await;
}

/// Sends one request; returns the first line of the answer.
async fn ask(port: u16, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(1024).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn one_request_is_one_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let proxy = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 512];
            let length = stream.read(&mut request).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        assert_eq!(ask(port, "/shutdown").await.unwrap(), "HTTP/1.1 200 OK");
        assert!(proxy.await.unwrap().starts_with("POST /shutdown HTTP/1.1\r\nHost: localhost:"));
    }
}
