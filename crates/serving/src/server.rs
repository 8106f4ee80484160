//! Servers that no client can hold up: limits on connections, handshakes and idle time.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use rustls::server::ResolvesServerCert;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tracing::{debug, warn};

/// What a client may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub connections: usize,
    pub handshake: Duration,
    /// Between two requests, and for the head of one. The API server keeps idle connections for
    /// 90 s: it should be the one that closes them.
    pub idle: Duration,
    /// What open requests get after the server was told to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            handshake: Duration::from_secs(10),
            idle: Duration::from_secs(120),
            drain: Duration::from_secs(5),
        }
    }
}

/// Who is at the other end; every request carries it as an extension.
#[derive(Debug, Clone)]
pub struct Peer {
    pub address: SocketAddr,
    /// What the client has shown, and proven to have the key of.
    pub certificate: Option<CertificateDer<'static>>,
}

/// TLS settings for servers that show what `shown` has.
pub fn tls(shown: Arc<impl ResolvesServerCert + 'static>) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider knows TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_cert_resolver(shown);
    sessionless(plain(config))
}

/// One protocol, which every client speaks.
pub(crate) fn plain(mut config: ServerConfig) -> ServerConfig {
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}

/// Every handshake shows the certificate of now; and nothing is remembered of clients.
pub(crate) fn sessionless(mut config: ServerConfig) -> Arc<ServerConfig> {
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    Arc::new(config)
}

/// Serves until `stop` is done, then lets open requests end.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()> + Send,
) {
    let (tell, told) = watch::channel(false);
    let mut stop = std::pin::pin!(stop);
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.as_mut() => break,
            Some(ended) = open.join_next() => {
                report(ended);
                continue;
            }
            accepted = accept(&listener, &places) => accepted,
        };
        let (stream, address, place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                warn!(%error, "failed to accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await; // out of files, most likely
                continue;
            }
        };
        let (tls, router, told) = (tls.clone(), router.clone(), told.clone());
        open.spawn(async move {
            let _place = place;
            match tls {
                None => {
                    let peer = Peer { address, certificate: None };
                    talk(stream, peer, router, limits, told).await;
                }
                Some(config) => {
                    let handshake = TlsAcceptor::from(config).accept(stream);
                    match tokio::time::timeout(limits.handshake, handshake).await {
                        Ok(Ok(stream)) => {
                            let shown = stream.get_ref().1.peer_certificates();
                            let certificate = shown.and_then(<[_]>::first).cloned();
                            let certificate = certificate.map(CertificateDer::into_owned);
                            let peer = Peer { address, certificate };
                            talk(stream, peer, router, limits, told).await;
                        }
                        Ok(Err(error)) => debug!(%address, %error, "a handshake failed"),
                        Err(_) => debug!(%address, "a handshake took too long"),
                    }
                }
            }
        });
    }
    drop(listener);
    tell.send_replace(true);
    let drained = async {
        while let Some(ended) = open.join_next().await {
            report(ended);
        }
    };
    if tokio::time::timeout(limits.drain, drained).await.is_err() {
        warn!("some requests were cut off at the end");
    }
}

type Place = tokio::sync::OwnedSemaphorePermit;

/// The next connection, as soon as there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> std::io::Result<(tokio::net::TcpStream, SocketAddr, Place)> {
    let place = Arc::clone(places).acquire_owned().await.expect("never closed");
    let (stream, peer) = listener.accept().await?;
    let _ = stream.set_nodelay(true); // only a matter of speed
    Ok((stream, peer, place))
}

fn report(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a connection ended in a panic");
    }
}

/// Waits for the end; a server that is gone counts as one that asks.
async fn asked(told: &mut watch::Receiver<bool>) {
    let _ = told.wait_for(|told| *told).await;
}

/// Requests and answers on one connection.
async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    router: Router,
    limits: Limits,
    mut told: watch::Receiver<bool>,
) {
    let address = peer.address;
    let service = tower::service_fn(move |mut request: http::Request<hyper::body::Incoming>| {
        let mut router = router.clone();
        request.extensions_mut().insert(peer.clone());
        async move {
            let answer = tower::Service::call(&mut router, request.map(Body::new)).await;
            answer.map_err(|never: Infallible| match never {})
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.idle)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = asked(&mut told) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(%address, %error, "a connection ended early");
    }
}
