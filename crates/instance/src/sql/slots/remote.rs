//! A session on the primary, over TLS and with the certificate for replication.

use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};
use tokio_postgres::{Client, Config};

/// How long the whole way to a session may take.
const LIMIT: Duration = Duration::from_secs(5);

/// Why there is no session.
#[derive(Debug, Error)]
pub enum RemoteError {
    #[error("cannot find the address of {host}")]
    Name { host: String, source: io::Error },
    #[error("cannot use the certificate file {path}")]
    Certificate { path: PathBuf, source: rustls_pki_types::pem::Error },
    #[error("the certificates of the cluster do not fit together")]
    Tls(#[from] rustls::Error),
    #[error("the certificate authority of the cluster cannot be used")]
    Verifier(#[from] rustls::client::VerifierBuilderError),
    #[error("cannot reach {host}")]
    Connect { host: String, source: io::Error },
    #[error("{host} refuses a session")]
    Refused { host: String, source: tokio_postgres::Error },
    #[error("no answer from {host} within {LIMIT:?}")]
    TooLong { host: String },
}

/// A session; it ends when this is dropped.
#[derive(Debug)]
pub struct Remote {
    client: Client,
    driver: JoinHandle<()>,
}

impl Remote {
    /// Connects to the database `postgres` of a server as `streaming_replica`.
    ///
    /// # Errors
    /// When there is no way, no trust or no answer.
    pub async fn open(host: &str, port: u16, certificates: &Path) -> Result<Self, RemoteError> {
        let tls = tls(certificates)?;
        let opened = timeout(LIMIT, Self::connect(host, port, tls)).await;
        opened.map_err(|_| RemoteError::TooLong { host: host.to_owned() })?
    }

    async fn connect(host: &str, port: u16, tls: ClientConfig) -> Result<Self, RemoteError> {
        let name = |source: io::Error| RemoteError::Name { host: host.to_owned(), source };
        let addresses = kubekit::client::addresses(host).await;
        let addresses = addresses.map_err(|error| name(io::Error::other(error)))?;
        let address = addresses.first().ok_or_else(|| name(io::ErrorKind::NotFound.into()))?;
        let stream = TcpStream::connect((*address, port)).await;
        let stream =
            stream.map_err(|source| RemoteError::Connect { host: host.to_owned(), source })?;
        let mut config = Config::new();
        config
            .user("streaming_replica")
            .dbname("postgres")
            .application_name(pgkit::connection::APPLICATION_NAME)
            .options("-c search_path=pg_catalog -c statement_timeout=10s")
            .ssl_mode(SslMode::Require);
        let connector = Connector { config: Arc::new(tls), host: host.to_owned() };
        let refused = |source| RemoteError::Refused { host: host.to_owned(), source };
        let (client, connection) = config.connect_raw(stream, connector).await.map_err(refused)?;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a session on the primary has ended");
            }
        });
        Ok(Self { client, driver })
    }

    /// The session, for queries.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Whether the session has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// Our certificate, and whom we trust: as `sslmode=verify-ca`, whatever names a certificate has.
fn tls(certificates: &Path) -> Result<ClientConfig, RemoteError> {
    let of = |path: &Path| {
        let path = path.to_owned();
        move |source| RemoteError::Certificate { path, source }
    };
    let path = certificates.join("server-ca.crt");
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_file_iter(&path).map_err(of(&path))? {
        roots.add(root.map_err(of(&path))?)?;
    }
    let path = certificates.join("streaming_replica.crt");
    let chain: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(&path).map_err(of(&path))?.collect();
    let chain = chain.map_err(of(&path))?;
    let path = certificates.join("streaming_replica.key");
    let key = PrivateKeyDer::from_pem_file(&path).map_err(of(&path))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let inner = WebPkiServerVerifier::builder_with_provider(roots.into(), Arc::clone(&provider));
    let verifier = Arc::new(AnyName(inner.build()?));
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_client_auth_cert(chain, key)?)
}

/// Trusts what the authority signed, for whatever name.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        // The name is looked at last, when all else is right.
        match self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        {
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

struct Connector {
    config: Arc<ClientConfig>,
    host: String,
}

impl TlsConnect<TcpStream> for Connector {
    type Stream = Encrypted;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Encrypted>> + Send>>;

    fn connect(self, stream: TcpStream) -> Self::Future {
        Box::pin(async move {
            let name = ServerName::try_from(self.host).map_err(io::Error::other)?;
            let connector = tokio_rustls::TlsConnector::from(self.config);
            Ok(Encrypted(connector.connect(name, stream).await?))
        })
    }
}

struct Encrypted(tokio_rustls::client::TlsStream<TcpStream>);

impl TlsStream for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        // Only a password would be bound to it, and there is none.
        ChannelBinding::none()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
