//! The client of the in-cluster programs: no hidden retries, no unlimited waits, no `getaddrinfo`.
//! A person's client is in [`person`].

mod names;
pub mod person;
mod traffic;

use std::env;
use std::sync::Arc;
use std::time::Duration;

use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kube::client::{Body, ConfigExt as _};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use tower::{BoxError, ServiceBuilder};

pub use names::addresses;
pub use traffic::{Observe, Seen};

/// Connections to an API server that does not answer are given up after this time.
const CONNECT: Duration = Duration::from_secs(5);
const WRITE: Duration = Duration::from_secs(30);
/// Watches are cut by the server before this; anything quieter is dead.
const READ: Duration = Duration::from_secs(330);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to read the kubeconfig named by KUBECONFIG")]
    Kubeconfig(#[from] kube::config::KubeconfigError),
    #[error("failed to read the configuration of the pod's service account")]
    InCluster(#[from] kube::config::InClusterError),
    #[error("a proxy for the API server is not supported in the cluster")]
    Proxy,
    #[error("failed to set up the client")]
    Setup(#[from] kube::Error),
}

/// The configuration named by `KUBECONFIG`, or else that of the pod's service account.
///
/// The home directory is never asked for: finding it may need the user database.
pub async fn configuration() -> Result<Config, Error> {
    Ok(match env::var_os("KUBECONFIG").filter(|paths| !paths.is_empty()) {
        None => Config::incluster()?,
        Some(_) => {
            let kubeconfig = Kubeconfig::from_env()?.unwrap_or_default();
            Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?
        }
    })
}

/// A client for `config`, whose every request is reported to `observe`.
pub fn connect(config: &Config, observe: Arc<dyn Observe>) -> Result<Client, Error> {
    if config.proxy_url.is_some() {
        return Err(Error::Proxy);
    }
    let mut tcp = HttpConnector::new_with_resolver(names::Names);
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT));
    tcp.set_keepalive(Some(Duration::from_secs(30)));
    let mut limited = TimeoutConnector::new(config.rustls_https_connector_with_connector(tcp)?);
    limited.set_connect_timeout(Some(2 * CONNECT));
    limited.set_read_timeout(Some(READ));
    limited.set_write_timeout(Some(WRITE));
    limited.set_reset_reader_on_write(true);

    let http = hyper_util::client::legacy::Client::builder(TokioExecutor::new())
        .pool_idle_timeout(Duration::from_secs(60))
        .pool_max_idle_per_host(4)
        .build::<_, Body>(limited);
    let service = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .option_layer(config.auth_layer()?)
        .layer(config.extra_headers_layer()?)
        .map_err(BoxError::from)
        .layer(tower::layer::layer_fn(move |inner| {
            traffic::Observed::new(inner, Arc::clone(&observe))
        }))
        .service(http);
    Ok(Client::new(service, config.default_namespace.clone()))
}
