//! What Prometheus reads on port 9187.
//!
//! A page has two halves. The built-in series are collected for every scrape, within a time. The
//! queries of users run in passes of their own: a scrape waits for one a while, and else shows
//! what is known, so that no query ever holds up a scrape.

mod builtin;
mod definition;
mod page;
mod passes;
mod query;
mod range;
mod server_facts;
mod sources;
mod value;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State as With;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use pgkit::connection::Target;
use serving::listen::Listen;
use serving::server::{Limits, serve, tls};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use self::builtin::Builtin;
use self::page::Page;
use self::passes::Passes;
use crate::http::status::Transport;
use crate::state::State;

/// The port of the metrics server.
pub const METRICS_PORT: u16 = 9187;

/// The role that looks for us, and the name it goes by.
pub const EXPORTER: &str = "cnpg_metrics_exporter";

/// A scraper waits 10 seconds, if nobody told it otherwise: both halves together take less.
const PATIENCE: Duration = Duration::from_secs(4);

/// All that is exported.
#[derive(Debug, Clone)]
pub struct Exporter(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: State,
    scrapes: AtomicU64,
    /// Scrapes follow one another: the figures of one are the last figures of the next.
    builtin: Mutex<Builtin>,
    passes: Passes,
}

impl Exporter {
    /// The exporter of this instance.
    #[must_use]
    pub fn new(state: State) -> Self {
        let passes = Passes::new(state.clone());
        let (scrapes, builtin) = (AtomicU64::new(0), Mutex::default());
        Self(Arc::new(Inner { state, scrapes, builtin, passes }))
    }

    /// The page of this moment.
    pub async fn page(&self) -> String {
        let inner = &self.0;
        let scrape = inner.scrapes.fetch_add(1, Ordering::Relaxed) + 1;
        let flags = inner.state.flags();
        let mut page = Page::default();
        let mut builtin = inner.builtin.lock().await;
        builtin.scrapes = scrape;
        builtin.fenced = flags.fenced;
        let refresh = !flags.fenced && !flags.might_be_unavailable;
        if refresh {
            builtin.refresh(&inner.state, PATIENCE).await;
        }
        builtin.show(&inner.state, &mut page);
        if refresh {
            let began = Instant::now();
            inner.passes.refresh(PATIENCE).await;
            builtin.queries_took = Some(began.elapsed());
        }
        drop(builtin);
        inner.passes.show(&mut page);
        page.render()
    }
}

/// How the exporter connects to a database.
fn exporter(state: &State, database: &str) -> Target {
    let mut target = state.superuser().database(database);
    EXPORTER.clone_into(&mut target.user);
    EXPORTER.clone_into(&mut target.application_name);
    target
}

/// Takes the port of the metrics server.
///
/// # Errors
/// When somebody else has it.
pub async fn bind() -> io::Result<TcpListener> {
    let bound = Listen::Everywhere { port: METRICS_PORT }.bind().await?;
    Ok(bound.expect("a port to listen on everywhere is a place to listen"))
}

/// Serves until `stop` is done.
pub async fn run(
    listener: TcpListener,
    transport: Transport,
    state: State,
    stop: impl Future<Output = ()> + Send,
) {
    let tls = (transport == Transport::Tls).then(|| tls(Arc::clone(state.certificate())));
    let limits = Limits { connections: 16, ..Limits::default() };
    serve(listener, tls, router(Exporter::new(state)), limits, stop).await;
}

/// The routes.
pub fn router(exporter: Exporter) -> Router {
    Router::new().route("/metrics", get(scrape)).with_state(exporter)
}

async fn scrape(With(exporter): With<Exporter>) -> Response {
    // A scraper that hangs up ends neither its queries nor the figures of the next one.
    let page = tokio::spawn(async move { exporter.page().await }).await;
    match page {
        Ok(page) => ([(http::header::CONTENT_TYPE, page::CONTENT_TYPE)], page).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be put together");
            http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
