//! What controllers count: passes, and the queue before them.

use std::time::Duration;

use kubekit::queue::{Ended, Observe};
use prometheus::core::Collector;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
};

/// Seconds, as the framework of Go controllers cuts them.
const PASSES: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9,
    1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 15.0, 20.0,
    25.0, 30.0, 40.0, 50.0, 60.0,
];
const QUEUE: &[f64] = &[1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0, 1000.0];

/// The families of all controllers.
#[derive(Debug)]
pub struct Families {
    reconciles: IntCounterVec,
    errors: IntCounterVec,
    time: HistogramVec,
    workers: IntGaugeVec,
    active: IntGaugeVec,
    adds: IntCounterVec,
    depth: IntGaugeVec,
    retries: IntCounterVec,
    waited: HistogramVec,
    worked: HistogramVec,
}

impl Default for Families {
    fn default() -> Self {
        Self::new()
    }
}

impl Families {
    pub fn new() -> Self {
        let (controller, queue) = (["controller"], ["controller", "name"]);
        let counter = |name: &str, help: &str, labels: &[&str]| {
            IntCounterVec::new(Opts::new(name, help), labels).expect("sound")
        };
        let gauge = |name: &str, help: &str, labels: &[&str]| {
            IntGaugeVec::new(Opts::new(name, help), labels).expect("sound")
        };
        let histogram = |name: &str, help: &str, labels: &[&str], buckets: &[f64]| {
            let options = HistogramOpts::new(name, help).buckets(buckets.to_vec());
            HistogramVec::new(options, labels).expect("sound")
        };
        Self {
            reconciles: counter(
                "controller_runtime_reconcile_total",
                "Passes by controller and how they ended.",
                &["controller", "result"],
            ),
            errors: counter(
                "controller_runtime_reconcile_errors_total",
                "Passes that failed.",
                &controller,
            ),
            time: histogram(
                "controller_runtime_reconcile_time_seconds",
                "How long passes took.",
                &controller,
                PASSES,
            ),
            workers: gauge(
                "controller_runtime_max_concurrent_reconciles",
                "How many passes may run at a time.",
                &controller,
            ),
            active: gauge("controller_runtime_active_workers", "Passes under way.", &controller),
            adds: counter("workqueue_adds_total", "Times that an object became due.", &queue),
            depth: gauge("workqueue_depth", "Objects that are due and wait.", &queue),
            retries: counter("workqueue_retries_total", "Passes to be repeated.", &queue),
            waited: histogram(
                "workqueue_queue_duration_seconds",
                "How long objects waited after they became due.",
                &queue,
                QUEUE,
            ),
            worked: histogram(
                "workqueue_work_duration_seconds",
                "How long the work on an object took.",
                &queue,
                QUEUE,
            ),
        }
    }

    pub(super) fn each(&self, register: impl Fn(Box<dyn Collector>)) {
        register(Box::new(self.reconciles.clone()));
        register(Box::new(self.errors.clone()));
        register(Box::new(self.time.clone()));
        register(Box::new(self.workers.clone()));
        register(Box::new(self.active.clone()));
        register(Box::new(self.adds.clone()));
        register(Box::new(self.depth.clone()));
        register(Box::new(self.retries.clone()));
        register(Box::new(self.waited.clone()));
        register(Box::new(self.worked.clone()));
    }

    pub(super) fn series(&self, name: &'static str, workers: usize) -> Series {
        let (controller, queue) = ([name], [name, name]);
        let result = |result| self.reconciles.with_label_values(&[name, result]);
        let workers = i64::try_from(workers).unwrap_or(i64::MAX);
        self.workers.with_label_values(&controller).set(workers);
        Series {
            success: result("success"),
            again: result("requeue_after"),
            failed: result("error"),
            errors: self.errors.with_label_values(&controller),
            time: self.time.with_label_values(&controller),
            active: self.active.with_label_values(&controller),
            adds: self.adds.with_label_values(&queue),
            depth: self.depth.with_label_values(&queue),
            retries: self.retries.with_label_values(&queue),
            waited: self.waited.with_label_values(&queue),
            worked: self.worked.with_label_values(&queue),
        }
    }
}

/// The series of one controller.
#[derive(Debug)]
pub struct Series {
    success: IntCounter,
    again: IntCounter,
    failed: IntCounter,
    errors: IntCounter,
    time: Histogram,
    active: IntGauge,
    adds: IntCounter,
    depth: IntGauge,
    retries: IntCounter,
    waited: Histogram,
    worked: Histogram,
}

impl Observe for Series {
    fn added(&self) {
        self.adds.inc();
    }

    fn depth(&self, depth: usize) {
        self.depth.set(i64::try_from(depth).unwrap_or(i64::MAX));
    }

    fn started(&self, waited: Duration) {
        self.active.inc();
        self.waited.observe(waited.as_secs_f64());
    }

    fn ended(&self, ended: Ended, took: Duration) {
        self.active.dec();
        self.time.observe(took.as_secs_f64());
        self.worked.observe(took.as_secs_f64());
        match ended {
            Ended::Idle => self.success.inc(),
            Ended::Again(_) => self.again.inc(),
            Ended::Failed => {
                self.failed.inc();
                self.errors.inc();
                self.retries.inc();
            }
        }
    }
}
