//! Plays the API server: connects with a CA it trusts and asks for reviews.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::channel::mpsc;
use http::{Method, Request};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use operator::pki::certificate::{self, Pair, Role};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

const NAME: &str = "cnpg-webhook-service.cnpg-system.svc";
const HOUR: Duration = Duration::from_secs(3600);

/// A CA made as the operator makes its own.
pub struct TestCa(Pair);

impl TestCa {
    pub fn new() -> Self {
        let key = certificate::new_key().expect("a key");
        let request = certificate::Request {
            common_name: "ca",
            unit: None,
            role: Role::Ca,
            now: Timestamp::now(),
            duration: HOUR,
        };
        Self(certificate::sign_ca(&request, &key, None).expect("signed"))
    }

    /// A new server certificate each time.
    pub fn server_pair(&self) -> Pair {
        let names = [NAME.to_owned()];
        let request = certificate::Request {
            common_name: NAME,
            unit: None,
            role: Role::Server(&names),
            now: Timestamp::now(),
            duration: HOUR,
        };
        let key = certificate::new_key().expect("a key");
        certificate::sign(&request, &key, &self.0).expect("signed")
    }

    fn trust(&self) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        let pem = self.0.certificate.as_bytes();
        roots.add(CertificateDer::from_pem_slice(pem).expect("PEM")).expect("a CA");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Arc::new(config)
    }
}

/// One connection.
pub struct Client {
    send: SendRequest<Body>,
    /// What the server showed.
    pub certificate: CertificateDer<'static>,
}

impl Client {
    pub async fn connect(port: u16, ca: &TestCa) -> io::Result<Self> {
        let tcp = TcpStream::connect(("127.0.0.1", port)).await?;
        let name = ServerName::try_from(NAME).expect("a name");
        let stream = TlsConnector::from(ca.trust()).connect(name, tcp).await?;
        let certificate = stream.get_ref().1.peer_certificates().expect("shown")[0].clone();
        let (send, connection) = handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        tokio::spawn(connection);
        Ok(Self { send, certificate })
    }

    pub async fn get(&mut self, path: &str) -> (u16, String) {
        self.ask(Method::GET, path, Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, body: String) -> (u16, String) {
        self.ask(Method::POST, path, body.into()).await
    }

    /// Asks for a review, which must be given.
    pub async fn review(&mut self, path: &str, question: &Value) -> Value {
        let (status, text) = self.post(path, question.to_string()).await;
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// Sends half a question; awaiting the result sends the rest and reads the answer.
    pub async fn begin(
        &mut self,
        path: &str,
        question: &Value,
    ) -> impl Future<Output = (u16, String)> + use<> {
        let text = question.to_string();
        let (half, rest) = text.split_at(text.len() / 2);
        let (parts, body) = mpsc::unbounded::<Result<Bytes, Infallible>>();
        let send =
            |part: &str| parts.unbounded_send(Ok(Bytes::from(part.to_owned()))).expect("open");
        send(half);
        let rest = rest.to_owned();
        let answer = self.send.send_request(request(Method::POST, path, Body::from_stream(body)));
        let mut answer = Box::pin(answer);
        // Long enough for the half to be on its way; the test holds either way.
        let early = tokio::time::timeout(Duration::from_millis(200), answer.as_mut()).await;
        assert!(early.is_err(), "half a question has no answer");
        async move {
            parts.unbounded_send(Ok(rest.into())).expect("open");
            drop(parts);
            read(answer.await.expect("an answer")).await
        }
    }

    async fn ask(&mut self, method: Method, path: &str, body: Body) -> (u16, String) {
        self.send.ready().await.expect("an open connection");
        let answer = self.send.send_request(request(method, path, body)).await;
        read(answer.expect("an answer")).await
    }
}

fn request(method: Method, path: &str, body: Body) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", NAME)
        .header("content-type", "application/json")
        .body(body)
        .expect("a request")
}

async fn read(answer: http::Response<hyper::body::Incoming>) -> (u16, String) {
    let status = answer.status().as_u16();
    let bytes = axum::body::to_bytes(Body::new(answer.into_body()), usize::MAX).await;
    (status, String::from_utf8_lossy(&bytes.expect("a whole answer")).into_owned())
}
