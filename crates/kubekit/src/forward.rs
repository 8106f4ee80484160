//! One HTTP request through a forwarded port of a pod.

use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::api::Api;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio_rustls::TlsConnector;

use crate::calls;

/// Why no answer came through the port.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no answer within {0:?}")]
    Slow(Duration),
    #[error("{}", calls::words(.0))]
    Kube(kube::Error),
    #[error("the port was not forwarded")]
    NoStream,
    #[error("failed to set up TLS")]
    Tls(#[source] rustls::Error),
    #[error("the connection broke")]
    Broken(#[source] std::io::Error),
    #[error("it answered {0:?}")]
    Answer(String),
}

impl From<kube::Error> for Error {
    fn from(error: kube::Error) -> Self {
        Self::Kube(error)
    }
}

/// The body of `GET path` on a port of a pod.
///
/// The pod's certificate is not checked, as the API server's own pod proxy does not check it: the
/// forwarded stream itself is authenticated by the API server.
///
/// # Errors
/// A refusal, a broken connection, no answer within `limit`, or an answer other than 200.
pub async fn get(
    pods: &Api<Pod>,
    pod: &str,
    port: u16,
    tls: bool,
    path: &str,
    limit: Duration,
) -> Result<String, Error> {
    let answer = async {
        let mut forwarder = pods.portforward(pod, &[port]).await?;
        let stream = forwarder.take_stream(port).ok_or(Error::NoStream)?;
        if !tls {
            return exchange(stream, pod, path).await;
        }
        let name = ServerName::try_from(pod.to_owned()).map_err(|_| Error::NoStream)?;
        let connector = TlsConnector::from(Arc::new(unchecked().map_err(Error::Tls)?));
        let stream = connector.connect(name, stream).await.map_err(Error::Broken)?;
        exchange(stream, pod, path).await
    };
    match tokio::time::timeout(limit, answer).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Error::Slow(limit)),
    }
}

/// One request, and all that comes back until the end.
async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    host: &str,
    path: &str,
) -> Result<String, Error> {
    // Version 1.0: the answer comes in one piece and ends with the connection.
    let request = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.map_err(Error::Broken)?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer).await {
        Ok(_) => {}
        // Many servers hang up without the closing word of TLS.
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {}
        Err(error) => return Err(Error::Broken(error)),
    }
    body(&String::from_utf8_lossy(&answer))
}

fn body(answer: &str) -> Result<String, Error> {
    let first = answer.lines().next().unwrap_or_default();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    match first.split(' ').nth(1) {
        Some("200") => Ok(body.to_owned()),
        _ => Err(Error::Answer(format!("{first} {body}").trim().to_owned())),
    }
}

fn unchecked() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Arc::new(Unchecked(Arc::clone(&provider)));
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

/// Takes every certificate, but still wants the server to own its key.
#[derive(Debug)]
struct Unchecked(Arc<CryptoProvider>);

impl ServerCertVerifier for Unchecked {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_200_is_an_answer() {
        assert_eq!(body("HTTP/1.0 200 OK\r\nA: b\r\n\r\n{}").unwrap(), "{}");
        let error = body("HTTP/1.1 500 X\r\n\r\nno server").unwrap_err().to_string();
        assert_eq!(error, r#"it answered "HTTP/1.1 500 X no server""#);
        assert!(body("").is_err());
    }
}
