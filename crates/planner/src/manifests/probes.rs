//! How the kubelet asks an instance whether it started, lives and is ready.

use api::cluster::probes::{LivenessProbe, StrategyProbe};
use k8s_openapi::api::core::v1::{HTTPGetAction, Probe};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::Manifests;
use super::container::STATUS_PORT;

const PERIOD: i32 = 10;
/// A kubelet asks on a beat that begins with the pod, so an instance that is up after three seconds
/// would wait for the tenth to be seen, and everybody who waits for it as well.
pub(super) const STARTUP_PERIOD: i32 = 1;
/// The beat of pods made by the original.
pub(super) const ORIGINAL_STARTUP_PERIOD: i32 = PERIOD;
const TIMEOUT: i32 = 5;
const START_DELAY: i32 = 3600;

/// What a cluster may say about any probe; zero says nothing.
#[derive(Debug, Clone, Copy, Default)]
struct Wishes {
    failure_threshold: Option<i32>,
    initial_delay: Option<i32>,
    period: Option<i32>,
    success_threshold: Option<i32>,
    grace: Option<i64>,
    timeout: Option<i32>,
}

impl Manifests<'_> {
    /// Fails for as long as an instance may take to start, and then once more.
    pub(super) fn startup_probe(&self) -> Probe {
        let delay = self.cluster.spec.start_delay.unwrap_or(START_DELAY);
        let wishes = self.cluster.spec.probes.as_ref().and_then(|probes| probes.startup.as_ref());
        let wishes = wishes.map(Wishes::from).unwrap_or_default();
        probe("/startupz", wishes, STARTUP_PERIOD, Some(delay))
    }

    pub(super) fn readiness_probe(&self) -> Probe {
        let wishes = self.cluster.spec.probes.as_ref().and_then(|probes| probes.readiness.as_ref());
        probe("/readyz", wishes.map(Wishes::from).unwrap_or_default(), PERIOD, None)
    }

    pub(super) fn liveness_probe(&self) -> Probe {
        let wishes = self.cluster.spec.probes.as_ref().and_then(|probes| probes.liveness.as_ref());
        let patience = self.cluster.spec.liveness_probe_timeout;
        probe("/healthz", wishes.map(Wishes::from).unwrap_or_default(), PERIOD, patience)
    }
}

/// A probe whose threshold, unless wished for, follows from the seconds to be patient for.
fn probe(path: &str, wishes: Wishes, period: i32, patience: Option<i32>) -> Probe {
    let given = |wish: Option<i32>| wish.filter(|value| *value != 0);
    let period = given(wishes.period).unwrap_or(period);
    // The API server refuses negative periods and thresholds; it names the field.
    let threshold = patience.map(|seconds| match period {
        1.. => seconds.div_euclid(period) + i32::from(seconds.rem_euclid(period) > 0),
        _ => seconds,
    });
    Probe {
        http_get: Some(HTTPGetAction {
            path: Some(path.to_owned()),
            port: IntOrString::Int(STATUS_PORT),
            scheme: Some("HTTPS".to_owned()),
            ..HTTPGetAction::default()
        }),
        failure_threshold: given(wishes.failure_threshold).or(threshold.map(|it| it.max(1))),
        initial_delay_seconds: given(wishes.initial_delay),
        period_seconds: Some(period),
        success_threshold: given(wishes.success_threshold),
        timeout_seconds: Some(given(wishes.timeout).unwrap_or(TIMEOUT)),
        termination_grace_period_seconds: wishes.grace,
        ..Probe::default()
    }
}

impl From<&StrategyProbe> for Wishes {
    fn from(probe: &StrategyProbe) -> Self {
        Self {
            failure_threshold: probe.failure_threshold,
            initial_delay: probe.initial_delay_seconds,
            period: probe.period_seconds,
            success_threshold: probe.success_threshold,
            grace: probe.termination_grace_period_seconds,
            timeout: probe.timeout_seconds,
        }
    }
}

impl From<&LivenessProbe> for Wishes {
    fn from(probe: &LivenessProbe) -> Self {
        Self {
            failure_threshold: probe.failure_threshold,
            initial_delay: probe.initial_delay_seconds,
            period: probe.period_seconds,
            success_threshold: probe.success_threshold,
            grace: probe.termination_grace_period_seconds,
            timeout: probe.timeout_seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_follow_from_the_resulting_period() {
        let wishes = |period, failure_threshold| Wishes {
            period: Some(period),
            failure_threshold: Some(failure_threshold),
            ..Wishes::default()
        };
        for (name, wishes, patience, threshold) in [
            ("nothing said", Wishes::default(), None, None),
            ("the default", Wishes::default(), Some(3600), Some(360)),
            ("rounded up", Wishes::default(), Some(31), Some(4)),
            ("at least one", Wishes::default(), Some(0), Some(1)),
            ("another period", wishes(7, 0), Some(20), Some(3)),
            ("a threshold of one's own", wishes(7, 2), Some(20), Some(2)),
        ] {
            assert_eq!(probe("/", wishes, 10, patience).failure_threshold, threshold, "{name}");
        }
    }
}
