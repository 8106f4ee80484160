//! What the operator counts, under the names dashboards for Kubernetes controllers know.

pub mod controller;
mod process;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use kubekit::client::{Observe, Seen};
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};

/// All counters of the process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    webhook_requests: IntCounterVec,
    webhook_latency: HistogramVec,
    webhook_in_flight: IntGaugeVec,
    client_requests: IntCounterVec,
    leader: IntGaugeVec,
    controllers: controller::Families,
}

/// Seconds; a judgement takes well under a millisecond.
const BUCKETS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

impl Metrics {
    pub fn new() -> Arc<Self> {
        let opts = Opts::new;
        let metrics = Self {
            registry: Registry::new(),
            webhook_requests: IntCounterVec::new(
                opts(
                    "controller_runtime_webhook_requests_total",
                    "Admission requests by webhook and HTTP status.",
                ),
                &["webhook", "code"],
            )
            .expect("sound"),
            webhook_latency: HistogramVec::new(
                HistogramOpts::new(
                    "controller_runtime_webhook_latency_seconds",
                    "Time from the first byte of an admission request to its answer.",
                )
                .buckets(BUCKETS.to_vec()),
                &["webhook"],
            )
            .expect("sound"),
            webhook_in_flight: IntGaugeVec::new(
                opts(
                    "controller_runtime_webhook_requests_in_flight",
                    "Admission requests being answered.",
                ),
                &["webhook"],
            )
            .expect("sound"),
            client_requests: IntCounterVec::new(
                opts(
                    "rest_client_requests_total",
                    "Requests to the API server by status, method and host.",
                ),
                &["code", "method", "host"],
            )
            .expect("sound"),
            leader: IntGaugeVec::new(
                opts("leader_election_master_status", "1 while this process holds the Lease."),
                &["name"],
            )
            .expect("sound"),
            controllers: controller::Families::new(),
        };
        let register = |collector| metrics.registry.register(collector).expect("registered once");
        register(Box::new(metrics.webhook_requests.clone()));
        register(Box::new(metrics.webhook_latency.clone()));
        register(Box::new(metrics.webhook_in_flight.clone()));
        register(Box::new(metrics.client_requests.clone()));
        register(Box::new(metrics.leader.clone()));
        metrics.controllers.each(register);
        register(Box::new(process::Process::new()));
        Arc::new(metrics)
    }

    /// Counts a request as open until the guard is dropped.
    pub fn webhook_in_flight(&self, webhook: &str) -> InFlight {
        let gauge = self.webhook_in_flight.with_label_values(&[webhook]);
        gauge.inc();
        InFlight(gauge)
    }

    pub fn webhook_answered(&self, webhook: &str, status: StatusCode, took: Duration) {
        self.webhook_requests.with_label_values(&[webhook, status.as_str()]).inc();
        let latency: Histogram = self.webhook_latency.with_label_values(&[webhook]);
        latency.observe(took.as_secs_f64());
    }

    /// The gauge that says whether this process holds the Lease.
    pub fn leader(&self, lease: &str) -> IntGauge {
        self.leader.with_label_values(&[lease])
    }

    /// The series of one controller, under the names those of Go programs have.
    pub fn controller(&self, name: &'static str, workers: usize) -> Arc<controller::Series> {
        Arc::new(self.controllers.series(name, workers))
    }

    /// The text scrapers read.
    pub fn render(&self) -> String {
        let mut text = String::new();
        TextEncoder::new()
            .encode_utf8(&self.registry.gather(), &mut text)
            .expect("every family has a name and a value");
        text
    }
}

impl Observe for Metrics {
    fn request(&self, Seen { method, host, status }: Seen) {
        let code = status.as_ref().map_or("<error>", StatusCode::as_str);
        self.client_requests.with_label_values(&[code, method.as_str(), &host]).inc();
    }
}

/// An admission request being answered.
#[derive(Debug)]
pub struct InFlight(IntGauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The routes of the metrics server.
pub fn router(metrics: Arc<Metrics>) -> Router {
    let page = move || {
        let text = metrics.render();
        async move { ([(http::header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text) }
    };
    Router::new().route("/metrics", get(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_what_happened() {
        let metrics = Metrics::new();
        let open = metrics.webhook_in_flight("/validate");
        metrics.webhook_answered("/validate", StatusCode::OK, Duration::from_millis(2));
        metrics.leader("lease").set(1);
        metrics.request(Seen { method: http::Method::GET, host: "h".into(), status: None });
        let page = metrics.render();
        for line in [
            "controller_runtime_webhook_requests_total{code=\"200\",webhook=\"/validate\"} 1",
            "controller_runtime_webhook_requests_in_flight{webhook=\"/validate\"} 1",
            "controller_runtime_webhook_latency_seconds_count{webhook=\"/validate\"} 1",
            "leader_election_master_status{name=\"lease\"} 1",
            "rest_client_requests_total{code=\"<error>\",host=\"h\",method=\"GET\"} 1",
        ] {
            assert!(page.lines().any(|found| found == line), "{line} is missing in\n{page}");
        }
        drop(open);
        assert!(metrics.render().contains("_in_flight{webhook=\"/validate\"} 0"));
    }

    #[test]
    fn the_process_tells_its_memory() {
        let page = Metrics::new().render();
        let value = |name: &str| {
            let line = page.lines().find(|line| line.starts_with(&format!("{name} ")));
            let line = line.unwrap_or_else(|| panic!("{name} is missing in\n{page}"));
            line.rsplit(' ').next().and_then(|number| number.parse::<f64>().ok()).expect("a number")
        };
        assert!(value("process_resident_memory_bytes") > 1e6);
        assert!(value("process_virtual_memory_bytes") > value("process_resident_memory_bytes"));
        assert!(value("process_open_fds") >= 3.0);
        assert!(value("process_max_fds") >= value("process_open_fds"));
        assert!(value("process_threads") >= 1.0);
        assert!(value("process_start_time_seconds") > 1.7e9);
        assert!(value("process_cpu_seconds_total") >= 0.0);
    }
}
