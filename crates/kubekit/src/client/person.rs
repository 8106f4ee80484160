//! The client of a person at a terminal: through proxies, with sessions that stay quiet for long,
//! and with the API server's warnings passed on.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderMap, Request, Response};
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kube::client::{Body, ClientBuilder, ConfigExt as _};
use kube::{Client, Config};
use tower::{BoxError, Layer, Service, ServiceBuilder};

use super::{CONNECT, Error, names};

/// Who hears what the API server warns of.
pub type Warn = Arc<dyn Fn(&str) + Send + Sync>;

/// A client for `config` that never retries by itself.
///
/// Nothing but the connection has a limit of its own: a shell may be silent for hours, so every
/// call needs its own.
pub fn connect(mut config: Config, warn: Warn) -> Result<Client, Error> {
    config.default_retry = false;
    config.connect_timeout = Some(CONNECT);
    let namespace = config.default_namespace.clone();
    let layer = Warnings { warn };
    // Elsewhere the system's own resolver knows of VPNs and of split name services.
    if config.proxy_url.is_some() || cfg!(not(target_os = "linux")) {
        let builder = ClientBuilder::try_from(config)?.with_layer(&layer);
        return Ok(builder.build());
    }
    let mut tcp = HttpConnector::new_with_resolver(names::Names);
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT));
    tcp.set_keepalive(Some(Duration::from_secs(30)));
    let mut limited = TimeoutConnector::new(config.rustls_https_connector_with_connector(tcp)?);
    limited.set_connect_timeout(Some(2 * CONNECT));
    let http =
        hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build::<_, Body>(limited);
    let service = ServiceBuilder::new()
        .layer(layer)
        .layer(config.base_uri_layer())
        .option_layer(config.auth_layer()?)
        .layer(config.extra_headers_layer()?)
        .map_err(BoxError::from)
        .service(http);
    Ok(Client::new(service, namespace))
}

#[derive(Clone)]
struct Warnings {
    warn: Warn,
}

impl<S> Layer<S> for Warnings {
    type Service = Warned<S>;

    fn layer(&self, inner: S) -> Warned<S> {
        Warned { inner, warn: Arc::clone(&self.warn) }
    }
}

/// Passes requests on, and the warnings of their answers to whoever listens.
#[derive(Clone)]
pub struct Warned<S> {
    inner: S,
    warn: Warn,
}

impl<S> fmt::Debug for Warned<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Warned").finish_non_exhaustive()
    }
}

impl<S, I, O> Service<Request<I>> for Warned<S>
where
    S: Service<Request<I>, Response = Response<O>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<I>) -> Self::Future {
        let answer = self.inner.call(request);
        let warn = Arc::clone(&self.warn);
        Box::pin(async move {
            let answer = answer.await?;
            for text in warnings(answer.headers()) {
                warn(&text);
            }
            Ok(answer)
        })
    }
}

/// The texts of `Warning: 299 - "..."` headers.
fn warnings(headers: &HeaderMap) -> Vec<String> {
    let texts = headers.get_all(http::header::WARNING).iter();
    texts.filter_map(|value| text(value.to_str().ok()?)).collect()
}

fn text(header: &str) -> Option<String> {
    let (_, quoted) = header.split_once('"')?;
    let mut text = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.extend(characters.next()),
            '"' => return Some(text),
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_read_from_their_headers() {
        for (header, expected) in [
            (r#"299 - "use \"that\" instead""#, Some(r#"use "that" instead"#)),
            (r#"299 - "open"#, None),
            ("299 - plain", None),
        ] {
            assert_eq!(text(header).as_deref(), expected, "{header}");
        }
    }
}
