//! A small S3 client for tests: it trusts nothing but what it is given, and can speak from inside
//! another network namespace.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use nix::sched::{CloneFlags, setns};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::signature::{Unsigned, digest, encode};
use super::{ACCESS_KEY, SECRET_KEY};

/// No request takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client of one endpoint.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    /// The name it was asked for by, with the port.
    host: String,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    /// The network namespace it speaks from, if not the own one.
    from: Option<PathBuf>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("address", &self.address)
            .field("tls", &self.tls.is_some())
            .field("from", &self.from)
            .finish()
    }
}

impl Client {
    /// A client without TLS.
    pub(crate) fn plain(address: SocketAddr, name: &str) -> Self {
        Self { address, host: format!("{name}:{}", address.port()), tls: None, from: None }
    }

    /// A client that accepts exactly what this authority signed for this name.
    pub(super) fn tls(address: SocketAddr, name: &str, authority: &str) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(authority.as_bytes()) {
            roots.add(certificate?)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let server = ServerName::try_from(name.to_owned())?;
        let tls = Some((TlsConnector::from(Arc::new(config)), server));
        Ok(Self { tls, ..Self::plain(address, name) })
    }

    /// The same client inside the network namespace of this file, a pod's for example.
    #[must_use]
    pub fn from_namespace(self, file: impl Into<PathBuf>) -> Self {
        Self { from: Some(file.into()), ..self }
    }

    /// The names of all buckets, as the server's answer has them.
    ///
    /// # Errors
    /// If the server does not answer or refuses.
    pub async fn buckets(&self) -> Result<String> {
        let answer = self.call(Method::GET, "/", Bytes::new()).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// Makes a bucket; one that is there already is fine.
    ///
    /// # Errors
    /// If the server does not answer or refuses.
    pub async fn create_bucket(&self, bucket: &str) -> Result<()> {
        let path = format!("/{bucket}");
        match self.exchange(Method::PUT, &path, Bytes::new()).await? {
            (StatusCode::OK | StatusCode::CONFLICT, _) => Ok(()),
            (status, body) => bail!(refusal(&path, status, &body)),
        }
    }

    /// Stores an object.
    ///
    /// # Errors
    /// If the server does not answer or refuses.
    pub async fn put(&self, bucket: &str, key: &str, value: impl Into<Bytes>) -> Result<()> {
        self.call(Method::PUT, &object(bucket, key), value.into()).await.map(drop)
    }

    /// Reads an object.
    ///
    /// # Errors
    /// If the server does not answer or has no such object.
    pub async fn get(&self, bucket: &str, key: &str) -> Result<Bytes> {
        self.call(Method::GET, &object(bucket, key), Bytes::new()).await
    }

    /// Removes an object; one that is not there is fine.
    ///
    /// # Errors
    /// If the server does not answer or refuses.
    pub async fn delete(&self, bucket: &str, key: &str) -> Result<()> {
        self.call(Method::DELETE, &object(bucket, key), Bytes::new()).await.map(drop)
    }

    /// The keys of all objects of a small bucket: the first thousand.
    ///
    /// # Errors
    /// If the server does not answer or has no such bucket.
    pub async fn keys(&self, bucket: &str) -> Result<Vec<String>> {
        let answer =
            self.call(Method::GET, &format!("/{bucket}?list-type=2"), Bytes::new()).await?;
        let text = String::from_utf8_lossy(&answer);
        let keys = text.split("<Key>").skip(1).filter_map(|rest| rest.split_once("</Key>"));
        Ok(keys.map(|(key, _)| key.to_owned()).collect())
    }

    async fn call(&self, method: Method, path: &str, body: Bytes) -> Result<Bytes> {
        let (status, answer) = self.exchange(method, path, body).await?;
        if !status.is_success() {
            bail!(refusal(path, status, &answer));
        }
        Ok(answer)
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<(StatusCode, Bytes)> {
        let request = self.signed(method, path, body)?;
        let exchange = async {
            let stream = self.connect().await?;
            match &self.tls {
                None => send(stream, request).await,
                Some((tls, name)) => send(tls.connect(name.clone(), stream).await?, request).await,
            }
        };
        let answer = timeout(PATIENCE, exchange).await.context("no answer in time")?;
        answer.with_context(|| format!("ask {}", self.host))
    }

    fn signed(&self, method: Method, path: &str, body: Bytes) -> Result<Request<Full<Bytes>>> {
        let time = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let hash = digest(&body);
        let headers =
            [("host", &*self.host), ("x-amz-content-sha256", &hash), ("x-amz-date", &time)];
        let (resource, query) = path.split_once('?').unwrap_or((path, ""));
        let unsigned = Unsigned {
            method: method.as_str(),
            path: resource,
            query,
            headers: &headers,
            body: &hash,
            time: &time,
        };
        let authorization = unsigned.authorization(ACCESS_KEY, SECRET_KEY);
        let mut request = Request::builder().method(&method).uri(path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        Ok(request.header("authorization", authorization).body(Full::new(body))?)
    }

    async fn connect(&self) -> Result<TcpStream> {
        let Some(namespace) = &self.from else {
            return Ok(TcpStream::connect(self.address).await?);
        };
        let (namespace, address) = (namespace.clone(), self.address);
        tokio::task::spawn_blocking(move || connect_from(&namespace, address)).await?
    }
}

/// A connection made inside a namespace stays there, whoever uses it.
fn connect_from(namespace: &Path, address: SocketAddr) -> Result<TcpStream> {
    let runtime = tokio::runtime::Handle::current();
    let namespace = namespace.to_owned();
    let thread = std::thread::spawn(move || -> Result<std::net::TcpStream> {
        // The thread ends here: it never comes back from the namespace.
        let file = std::fs::File::open(&namespace)
            .with_context(|| format!("open {}", namespace.display()))?;
        setns(file, CloneFlags::CLONE_NEWNET).context("enter the network namespace")?;
        let stream = std::net::TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nonblocking(true)?;
        Ok(stream)
    });
    let stream = thread.join().expect("the thread does not panic")?;
    let _inside = runtime.enter();
    Ok(TcpStream::from_std(stream)?)
}

async fn send(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<(StatusCode, Bytes)> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // Not awaited: it ends with the exchange, because nobody keeps the sender.
    tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let status = response.status();
    Ok((status, response.into_body().collect().await?.to_bytes()))
}

fn object(bucket: &str, key: &str) -> String {
    encode(&format!("/{bucket}/{key}"))
}

fn refusal(path: &str, status: StatusCode, body: &[u8]) -> String {
    format!("{path}: {status}: {}", String::from_utf8_lossy(body))
}
