//! The state of a manager beside a running server, and an API server that remembers.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::body::Body;
use http::{Method, Request, Response, StatusCode};
use instance::paths::Paths;
use instance::state::{self, Identity, State};
use pgkit::children::Children;
use pgkit::log::Entry;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::postgres_server::PostgresServer;

pub const LIMIT: Duration = Duration::from_secs(60);

/// Objects by their paths, and the bodies of all writes.
#[derive(Clone, Default)]
pub struct Api {
    objects: Arc<Mutex<BTreeMap<String, Value>>>,
    writes: Arc<Mutex<Vec<Value>>>,
}

impl Api {
    pub fn put(&self, path: &str, object: Value) {
        self.objects.lock().unwrap().insert(path.to_owned(), object);
    }

    pub fn writes(&self) -> Vec<Value> {
        self.writes.lock().unwrap().clone()
    }

    pub fn client(&self) -> kube::Client {
        let api = self.clone();
        let service = tower::service_fn(move |request: Request<kube::client::Body>| {
            let api = api.clone();
            async move {
                let (parts, body) = request.into_parts();
                let body = axum::body::to_bytes(Body::new(body), usize::MAX).await.unwrap();
                if parts.method != Method::GET {
                    api.writes.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
                }
                let path = parts.uri.path().trim_end_matches("/status");
                let object = api.objects.lock().unwrap().get(path).cloned();
                let missing = json!({"kind": "Status", "status": "Failure", "reason": "NotFound",
                    "message": "no", "code": 404, "metadata": {}});
                let status = if object.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
                let body = object.unwrap_or(missing).to_string();
                let response = Response::builder().status(status).body(Body::from(body));
                Ok::<_, Infallible>(response.unwrap())
            }
        });
        kube::Client::new(service, "default")
    }
}

/// A manager's state beside a running server.
pub struct Manager {
    pub state: State,
    pub requests: mpsc::Receiver<state::Request>,
    pub api: Api,
    _log: mpsc::Receiver<Entry>,
    pub server: PostgresServer,
}

pub const CLUSTER: &str = "/apis/postgresql.cnpg.io/v1/namespaces/default/clusters/pg";

impl Manager {
    pub fn new(settings: &[(&str, &str)]) -> Result<Self> {
        let server = PostgresServer::start(settings)?;
        let home = server.home();
        let paths = Paths { controller: home.path(""), ..Paths::new(home.path("data")) };
        let identity =
            Identity { pod: "pg-1".into(), cluster: "pg".into(), namespace: "default".into() };
        let api = Api::default();
        let (sink, log) = mpsc::channel(1000);
        let (state, requests) =
            State::new(identity, paths, api.client(), Children::default(), sink);
        Ok(Self { state, requests, api, _log: log, server })
    }

    /// Makes this the cluster that everybody knows.
    pub fn cluster(&self, version: u64, spec: Value, status: Value) {
        let object = json!({
            "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster",
            "metadata": {"name": "pg", "namespace": "default",
                "resourceVersion": version.to_string()},
            "spec": spec, "status": status,
        });
        self.api.put(CLUSTER, object.clone());
        self.state.publish(Arc::new(serde_json::from_value(object).expect("a cluster")));
    }

    pub fn sql(&self, database: &str, sql: &str) -> Result<String> {
        let mut psql = self.server.home().command("psql");
        psql.args(["-XAtqU", "postgres", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql, "-h"]);
        let output = psql.arg(self.server.socket_directory()).output()?;
        anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// A file among the certificates.
    pub fn certificate(&self, name: &str) -> PathBuf {
        self.state.paths().certificates().join(name)
    }
}

/// A request without TLS: status and body.
pub async fn send(port: u16, method: &str, path: &str, body: &str) -> Result<(u16, String)> {
    let request = format!(
        "{method} {path} HTTP/1.0\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let exchange = move || {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(LIMIT))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("no end of the head")?;
        let status = head.split(' ').nth(1).context("no status")?.parse()?;
        Ok((status, body.to_owned()))
    };
    tokio::task::spawn_blocking(exchange).await?
}
