//! A primary that reaches neither the API server nor any other instance is cut off: others may
//! have taken over without it, so it does not go on.
//!
//! It is the second line. The first is the lease, whose right ends by itself.

use std::net::IpAddr;
use std::time::Duration;

use api::Cluster;
use futures::stream::{FuturesUnordered, StreamExt as _};
use kube::Api;
use kubekit::calls::within;
use pgkit::data_directory::{DataDirectory, Role};

use super::Outcome;
use crate::http::peers::Peers;
use crate::state::State;

/// The API server has this long to show that it is there.
const LIMIT: Duration = Duration::from_millis(500);

/// What is used where the cluster says nothing, in milliseconds.
const DEFAULT: i64 = 1000;

pub(super) async fn check(state: &State) -> Outcome {
    // Who cannot tell its role is no proven danger, and a restart would not help it.
    if !matches!(DataDirectory::new(&state.paths().data).role(), Ok(Role::Primary)) {
        return Outcome::Passed;
    }
    let identity = state.identity();
    let api: Api<Cluster> = Api::namespaced(state.client().clone(), &identity.namespace);
    let Err(unreachable) = within(LIMIT, api.get_metadata(&identity.cluster)).await else {
        return Outcome::Passed;
    };
    let Some(cluster) = state.cluster() else { return Outcome::Passed };
    if unreachable.status().is_some() {
        return Outcome::Passed; // it answered, whatever it said
    }
    let Some(limits) = limits(&cluster) else { return Outcome::Passed };
    let others = others(&cluster, &identity.pod);
    let peers = match Peers::load(state.paths()) {
        Ok(peers) => peers,
        Err(error) => {
            return Outcome::Failed(format!("the API server is away, and peers too: {error}"));
        }
    };
    let mut asked: FuturesUnordered<_> = others
        .iter()
        .map(|address| peers.failsafe(*address, limits.connect, limits.answer))
        .collect();
    let mut last = None;
    while let Some(answer) = asked.next().await {
        match answer {
            Ok(()) => return Outcome::Passed,
            Err(error) => last = Some(error.to_string()),
        }
    }
    let last = last.unwrap_or_else(|| "no other instance is known".to_owned());
    tracing::warn!(peers = others.len(), error = %last, "this primary is cut off from all others");
    Outcome::Failed(format!("neither the API server nor another instance is reached: {last}"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limits {
    connect: Duration,
    answer: Duration,
}

/// How long peers may take; none when there is no check, or nobody to take over.
fn limits(cluster: &Cluster) -> Option<Limits> {
    let liveness = cluster.spec.probes.as_ref().and_then(|probes| probes.liveness.as_ref());
    let check = liveness.and_then(|liveness| liveness.isolation_check.as_ref())?;
    if !check.enabled.unwrap_or(true) || cluster.spec.instances == 1 {
        return None;
    }
    let millis = |value: Option<i64>| {
        Duration::from_millis(u64::try_from(value.unwrap_or(DEFAULT)).unwrap_or_default())
    };
    Some(Limits {
        connect: millis(check.connection_timeout),
        answer: millis(check.request_timeout),
    })
}

/// Where the other instances were last seen.
fn others(cluster: &Cluster, pod: &str) -> Vec<IpAddr> {
    let reported = cluster.status.iter().flat_map(|status| &status.instances_reported_state);
    let others = reported.filter(|(name, _)| *name != pod);
    others.filter_map(|(_, seen)| seen.ip.as_deref()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use api::cluster::probes::{IsolationCheck, LivenessProbe, Probes};
    use api::cluster::status::instances::ReportedState;

    use super::*;

    fn cluster(instances: i64, check: Option<IsolationCheck>) -> Cluster {
        let mut cluster = Cluster::default();
        cluster.spec.instances = instances;
        let liveness = LivenessProbe { isolation_check: check, ..LivenessProbe::default() };
        cluster.spec.probes = Some(Probes { liveness: Some(liveness), ..Probes::default() });
        cluster
    }

    #[test]
    fn who_checks_and_for_how_long() {
        let check = |enabled, connection_timeout| {
            Some(IsolationCheck { enabled, connection_timeout, request_timeout: Some(200) })
        };
        let second = Duration::from_secs(1);
        for (name, instances, check, expected) in [
            ("no check", 3, None, None),
            ("switched off", 3, check(Some(false), None), None),
            ("alone", 1, check(Some(true), None), None),
            ("default", 3, check(None, None), Some(second)),
            ("own time", 3, check(Some(true), Some(50)), Some(Duration::from_millis(50))),
        ] {
            let found = limits(&cluster(instances, check));
            assert_eq!(found.map(|limits| limits.connect), expected, "{name}");
            assert!(found.is_none_or(|limits| limits.answer == Duration::from_millis(200)));
        }
    }

    #[test]
    fn it_does_not_ask_itself() {
        let mut cluster = cluster(2, None);
        let seen = &mut cluster.status.get_or_insert_default().instances_reported_state;
        for (name, ip) in
            [("pg-1", Some("198.18.0.1")), ("pg-2", Some("198.18.0.2")), ("pg-3", None)]
        {
            let ip = ip.map(str::to_owned);
            seen.insert(name.to_owned(), ReportedState { ip, ..ReportedState::default() });
        }
        assert_eq!(others(&cluster, "pg-1"), ["198.18.0.2".parse::<IpAddr>().unwrap()]);
    }
}
