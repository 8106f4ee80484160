//! Instances among themselves: are you there, and will you refrain from claiming the lease?
//!
//! A promise holds off a failover, so only instances of the cluster may ask for one: they show the
//! certificate they replicate with. Whether somebody is there is told to everyone.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State as With;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use k8s_openapi::api::coordination::v1::Lease;
use planner::leadership::instance::Ask;
use planner::leadership::records::{Holder, Session};
use protocol::leadership::{LeaseRequest, PromiseAnswer, PromiseRequest};
use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, crypto::ring};
use serving::server::Peer;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::STATUS_PORT;
use super::status::Shared;
use crate::local::{Local, LocalError};
use crate::paths::Paths;

mod authority;
mod lease;

use authority::AnyName;
pub(super) use lease::lease;

/// A status document grows with the replicas and slots that it lists.
const ANSWER: usize = 4 << 20;

/// How long our own status may take.
const STATUS: Duration = Duration::from_secs(10);

/// Why a peer cannot be talked to.
#[derive(Debug, Error)]
pub enum PeerError {
    #[error("failed to read {path}")]
    Read { path: String, source: io::Error },
    #[error("the certificate in {path} cannot be used: {why}")]
    Certificate { path: String, why: String },
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
    #[error("{address} was not reached")]
    Connect { address: IpAddr, source: io::Error },
    #[error("{address} did not answer")]
    Exchange { address: IpAddr, source: hyper::Error },
    #[error("{address} did not answer within {limit:?}")]
    TooLong { address: IpAddr, limit: Duration },
    #[error("{address} answered {status}: {said}")]
    Refused { address: IpAddr, status: StatusCode, said: String },
    #[error("the answer of {address} cannot be understood")]
    Answer { address: IpAddr, source: serde_json::Error },
    #[error(transparent)]
    Local(#[from] LocalError),
}

/// How this instance talks to others of its cluster: it trusts the cluster's authority, and shows
/// the certificate it replicates with.
#[derive(Clone)]
pub struct Peers {
    config: Arc<ClientConfig>,
    port: u16,
}

impl std::fmt::Debug for Peers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Peers").field("port", &self.port).finish_non_exhaustive()
    }
}

impl Peers {
    /// Reads the certificates of now; to be made anew when they may have changed.
    ///
    /// # Errors
    /// When they cannot be read or used.
    pub fn load(paths: &Paths) -> Result<Self, PeerError> {
        let folder = paths.certificates();
        let provider = Arc::new(ring::default_provider());
        let roots = roots(&folder.join("server-ca.crt"))?;
        let verifier = AnyName::new(roots, provider.signature_verification_algorithms);
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let (chain, key) =
            (folder.join("streaming_replica.crt"), folder.join("streaming_replica.key"));
        let chain = certificates(&chain)?;
        let key = PrivateKeyDer::from_pem_slice(&read(&key)?).map_err(unusable(&key))?;
        let mut config = builder.with_client_auth_cert(chain, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config), port: STATUS_PORT })
    }

    /// The same with another port, for tests.
    #[must_use]
    pub const fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Whether an instance manager is alive there.
    ///
    /// # Errors
    /// When it is not reached, or not in time.
    pub async fn failsafe(
        &self,
        address: IpAddr,
        connect: Duration,
        answer: Duration,
    ) -> Result<(), PeerError> {
        let stream = self.connect(address, connect);
        let request = self.exchange(address, stream, Method::GET, "/failsafe", Bytes::new());
        within(address, connect + answer, request).await.map(|_| ())
    }

    /// Asks for a promise.
    ///
    /// # Errors
    /// When no answer came in time.
    pub async fn promise(
        &self,
        address: IpAddr,
        ask: &PromiseRequest,
        limit: Duration,
    ) -> Result<PromiseAnswer, PeerError> {
        let body = serde_json::to_vec(ask).expect("a request is JSON").into();
        let stream = self.connect(address, limit);
        let request = self.exchange(address, stream, Method::POST, "/pg/promise", body);
        let said = within(address, limit, request).await?;
        serde_json::from_slice(&said).map_err(|source| PeerError::Answer { address, source })
    }

    /// Asks for the lease, or for it to be given back in our name.
    ///
    /// # Errors
    /// When no answer came in time, or the peer will not.
    pub async fn lease(
        &self,
        address: IpAddr,
        ask: &LeaseRequest,
        limit: Duration,
    ) -> Result<Lease, PeerError> {
        let body = serde_json::to_vec(ask).expect("a request is JSON").into();
        let stream = self.connect(address, limit);
        let request = self.exchange(address, stream, Method::POST, "/pg/lease", body);
        let said = within(address, limit, request).await?;
        serde_json::from_slice(&said).map_err(|source| PeerError::Answer { address, source })
    }

    async fn connect(&self, address: IpAddr, limit: Duration) -> Result<TcpStream, PeerError> {
        let connected = timeout(limit, TcpStream::connect((address, self.port))).await;
        let connected = connected.map_err(|_| PeerError::TooLong { address, limit })?;
        connected.map_err(|source| PeerError::Connect { address, source })
    }

    async fn exchange(
        &self,
        address: IpAddr,
        stream: impl Future<Output = Result<TcpStream, PeerError>>,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Bytes, PeerError> {
        let stream = stream.await?;
        let name = ServerName::IpAddress(address.into());
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let stream = connector
            .connect(name, stream)
            .await
            .map_err(|source| PeerError::Connect { address, source })?;
        let broken = |source| PeerError::Exchange { address, source };
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(http::header::HOST, "localhost")
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .expect("method, path and headers are well-formed");
        let answer = async {
            let response = sender.send_request(request).await.map_err(broken)?;
            let status = response.status();
            let body = Limited::new(response.into_body(), ANSWER).collect().await;
            let body = body.map(|body| body.to_bytes()).unwrap_or_default();
            if status.is_success() {
                return Ok(body);
            }
            let said = String::from_utf8_lossy(&body).trim().to_owned();
            Err(PeerError::Refused { address, status, said })
        };
        let mut answer = std::pin::pin!(answer);
        // The connection is driven here and ends with this call.
        tokio::select! {
            answer = answer.as_mut() => answer,
            ended = connection => match ended {
                Err(source) => Err(broken(source)),
                Ok(()) => answer.await,
            },
        }
    }
}

/// The status document of this pod's own instance, as its server gives it: by TLS, or without when
/// it serves without.
///
/// # Errors
/// When there is no answer, or PostgreSQL told nothing.
pub async fn own_status(paths: &Paths) -> Result<String, PeerError> {
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let encrypted = async {
        let peers = Peers::load(paths)?;
        let stream = peers.connect(address, STATUS);
        let asked = peers.exchange(address, stream, Method::GET, "/pg/status", Bytes::new());
        within(address, STATUS, asked).await
    };
    match encrypted.await {
        Ok(body) => Ok(String::from_utf8_lossy(&body).into_owned()),
        Err(refused @ PeerError::Refused { .. }) => Err(refused),
        Err(_) => Ok(Local::new(STATUS_PORT).text("/pg/status")?),
    }
}

async fn within<T>(
    address: IpAddr,
    limit: Duration,
    exchange: impl Future<Output = Result<T, PeerError>>,
) -> Result<T, PeerError> {
    timeout(limit, exchange).await.unwrap_or(Err(PeerError::TooLong { address, limit }))
}

/// `POST /pg/promise`.
pub(super) async fn promise(
    With(shared): With<Shared>,
    Extension(peer): Extension<Peer>,
    Json(request): Json<PromiseRequest>,
) -> Response {
    if let Err(refusal) = of_this_cluster(&shared, &peer) {
        return *refusal;
    }
    let PromiseRequest { round, instance, pod_uid, container_id } = request;
    let session = Session { pod_uid: pod_uid.into(), container_id: container_id.into() };
    let from = Holder { instance: instance.as_str().into(), session };
    match shared.state.promise(Ask { round, from }).await {
        Ok(promised) => Json(PromiseAnswer { round, promised }).into_response(),
        Err(ending) => (StatusCode::SERVICE_UNAVAILABLE, ending.to_string()).into_response(),
    }
}

/// Refuses whoever does not show the certificate that instances replicate with.
fn of_this_cluster(shared: &Shared, peer: &Peer) -> Result<(), Box<Response>> {
    let Some(certificate) = &peer.certificate else {
        let why = "show the certificate of streaming_replica";
        return Err((StatusCode::UNAUTHORIZED, why).into_response().into());
    };
    replicates(shared.state.paths(), certificate).map_err(|error| {
        tracing::warn!(peer = %peer.address, %error, "somebody asked as an instance who is none");
        Box::new((StatusCode::FORBIDDEN, error.to_string()).into_response())
    })
}

/// Whether a certificate is one that replicas of this cluster replicate with.
fn replicates(paths: &Paths, certificate: &CertificateDer<'_>) -> Result<(), PeerError> {
    let path = paths.certificates().join("client-ca.crt");
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots(&path)?), provider)
        .build()
        .map_err(unusable(&path))?;
    verifier.verify_client_cert(certificate, &[], UnixTime::now())?;
    let user = X509Certificate::from_der(certificate).ok().and_then(|(_, certificate)| {
        let name = certificate.subject().iter_common_name().next()?.as_str().ok()?;
        Some(name == postgres::replica::STREAMING_USER)
    });
    if user == Some(true) {
        return Ok(());
    }
    Err(PeerError::Certificate {
        path: "the handshake".to_owned(),
        why: format!("it is not that of {}", postgres::replica::STREAMING_USER),
    })
}

fn roots(path: &Path) -> Result<RootCertStore, PeerError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(unusable(path))?;
    }
    Ok(roots)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, PeerError> {
    let text = read(path)?;
    CertificateDer::pem_slice_iter(&text).collect::<Result<_, _>>().map_err(unusable(path))
}

fn read(path: &Path) -> Result<Vec<u8>, PeerError> {
    let wrap = |source| PeerError::Read { path: path.display().to_string(), source };
    std::fs::read(path).map_err(wrap)
}

fn unusable<E: std::fmt::Display>(path: &Path) -> impl Fn(E) -> PeerError + '_ {
    move |error| PeerError::Certificate { path: path.display().to_string(), why: error.to_string() }
}
