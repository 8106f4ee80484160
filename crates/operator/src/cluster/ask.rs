//! Asks instances how they are: all at once, and none for longer than the deadline.
//!
//! Connections are kept. An instance is known by its address; its server certificate must be one
//! of the cluster's CA, for any name, because addresses come and go with pods.

mod trust;

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use http::{Method, Request, StatusCode, Uri};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use protocol::status::PostgresqlStatus;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::identity::Identity;
use trust::Connector;

/// All answers of one pass are in by then, or count as missing.
pub const DEADLINE: Duration = Duration::from_secs(2);
/// Where instance managers listen.
const PORT: u16 = 8000;
/// A status document is a few kilobytes; a cluster with very many slots has more.
const LIMIT: usize = 4 << 20;

/// What came of asking one instance.
#[derive(Debug, Clone)]
pub enum Answer {
    Status(Box<PostgresqlStatus>),
    /// The manager answered, with an error.
    Refused(String),
    /// No HTTP answer: connection, TLS or deadline.
    Unreachable(String),
}

/// Whom to ask.
#[derive(Debug, Clone)]
pub struct Instance {
    pub name: String,
    pub address: IpAddr,
    /// Pods made by old operators serve plain HTTP.
    pub tls: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the CA of the instances holds no certificate that can be read")]
    Ca,
    #[error("failed to set up TLS towards the instances")]
    Tls(#[from] rustls::Error),
    #[error("no answer within {0:?}")]
    Slow(Duration),
    #[error("failed to send a request to the instance: {0}")]
    Send(String),
    #[error("the instance refused it ({0}): {1}")]
    Refused(StatusCode, String),
}

/// What is sent: nothing, or a program piece by piece.
pub type Body = UnsyncBoxBody<Bytes, std::io::Error>;
type Http = legacy::Client<Connector, Body>;

/// The connections to the instances of all clusters.
pub struct Asker {
    identity: Arc<Identity>,
    /// By namespace and cluster; a new CA makes a new client.
    clients: Mutex<HashMap<(String, String), Known>>,
}

struct Known {
    ca: String,
    http: Http,
}

impl fmt::Debug for Asker {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Asker").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl Asker {
    pub fn new(identity: Arc<Identity>) -> Self {
        Self { identity, clients: Mutex::default() }
    }

    /// A client for the instances of one cluster, which trusts `ca`.
    pub fn client(&self, namespace: &str, cluster: &str, ca: &str) -> Result<Instances, Error> {
        let key = (namespace.to_owned(), cluster.to_owned());
        let mut clients = self.clients.lock().expect("nobody panics with it");
        if let Some(known) = clients.get(&key).filter(|known| known.ca == ca) {
            return Ok(Instances { http: known.http.clone() });
        }
        let roots: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(ca.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|_| Error::Ca)?;
        let connector = Connector::new(&roots, &self.identity)?;
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(Duration::from_secs(90))
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(2)
            .build(connector);
        clients.insert(key, Known { ca: ca.to_owned(), http: http.clone() });
        Ok(Instances { http })
    }

    /// Lets go of the connections of a cluster that is gone.
    pub fn forget(&self, namespace: &str, cluster: &str) {
        let key = (namespace.to_owned(), cluster.to_owned());
        self.clients.lock().expect("nobody panics with it").remove(&key);
    }
}

/// The instances of one cluster.
#[derive(Clone)]
pub struct Instances {
    http: Http,
}

impl fmt::Debug for Instances {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Instances")
    }
}

impl Instances {
    /// The status of each, asked in parallel.
    pub async fn statuses(&self, instances: &[Instance]) -> Vec<(String, Answer)> {
        let asked = instances.iter().map(|one| async {
            let answer = self.send(one, Method::GET, "/pg/status", nothing(), DEADLINE).await;
            (one.name.clone(), read(answer))
        });
        join_all(asked).await
    }

    /// Sends one request and reads the whole answer, within `deadline`.
    pub async fn send(
        &self,
        to: &Instance,
        method: Method,
        path: &str,
        body: Body,
        deadline: Duration,
    ) -> Result<Bytes, Error> {
        let scheme = if to.tls { "https" } else { "http" };
        let host = match to.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        let uri: Uri = format!("{scheme}://{host}:{PORT}{path}")
            .parse()
            .map_err(|error: http::uri::InvalidUri| Error::Send(error.to_string()))?;
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .body(body)
            .map_err(|error| Error::Send(error.to_string()))?;
        let exchange = async {
            let response =
                self.http.request(request).await.map_err(|error| Error::Send(chain(&error)))?;
            let status = response.status();
            let body = Limited::new(response.into_body(), LIMIT).collect().await;
            let body = body.map_err(|error| Error::Send(error.to_string()))?.to_bytes();
            if status.is_success() {
                Ok(body)
            } else {
                let text = String::from_utf8_lossy(&body[..body.len().min(512)]);
                Err(Error::Refused(status, text.trim().to_owned()))
            }
        };
        match tokio::time::timeout(deadline, exchange).await {
            Ok(answer) => answer,
            Err(_) => Err(Error::Slow(deadline)),
        }
    }
}

/// A body without anything in it.
pub fn nothing() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

fn read(answer: Result<Bytes, Error>) -> Answer {
    match answer {
        Ok(body) => match serde_json::from_slice(&body) {
            Ok(status) => Answer::Status(Box::new(status)),
            Err(error) => Answer::Refused(format!("its status cannot be read: {error}")),
        },
        Err(refused @ Error::Refused(..)) => Answer::Refused(refused.to_string()),
        Err(error) => Answer::Unreachable(error.to_string()),
    }
}

/// The whole story of an error: the outermost sentence of this client says nothing.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text = format!("{text}: {source}");
        next = source.source();
    }
    text
}
