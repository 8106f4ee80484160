//! Names to addresses without the C library.
//!
//! In the cluster the API server is given by address and nothing is looked up; a kubeconfig may
//! give a name. `getaddrinfo` of a static program would load modules of the image it runs in.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use hickory_resolver::TokioResolver;
use hickory_resolver::net::NetError;
use hyper_util::client::legacy::connect::dns::Name;
use tower::Service;

/// Asks the name servers of `/etc/resolv.conf`, reading that file anew each time.
#[derive(Debug, Clone, Copy)]
pub struct Names;

impl Service<Name> for Names {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = NetError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, NetError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), NetError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(async move {
            // The port is filled in by the connector.
            let found = addresses(name.as_str()).await?.into_iter();
            let addresses: Vec<_> = found.map(|ip| SocketAddr::new(ip, 0)).collect();
            Ok(addresses.into_iter())
        })
    }
}

/// The addresses of a host.
///
/// # Errors
/// When no name server knows it.
pub async fn addresses(host: &str) -> Result<Vec<IpAddr>, NetError> {
    let found = TokioResolver::builder_tokio()?.build()?.lookup_ip(host).await?;
    Ok(found.iter().collect())
}
