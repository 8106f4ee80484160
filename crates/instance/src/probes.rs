//! Startup, liveness and readiness, as the kubelet asks for them.

mod isolation;

use std::time::Duration;

use api::cluster::probes::{ProbeStrategy, Probes, StrategyProbe};
use api::quantity::Amount;
use pgkit::connection::Connection;
use pgkit::ready::{self, Answer};
use pgkit::status;
use tokio::time::Instant;

use crate::state::State;

/// The kubelet asks again soon, and gives up after 5 seconds by itself.
const LIMIT: Duration = Duration::from_secs(4);

/// The answer to a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// Now is no time to ask.
    Skipped,
    Failed(String),
}

/// How long a server that is about to be ready is waited for: the kubelet asks again only after
/// ten seconds, and all that time the instance would not count.
const PATIENCE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(50);

/// Whether the server has started; one that recovers has, though its answer comes later.
///
/// The first success has the kubelet ask for readiness at once.
pub async fn startup(state: &State) -> Outcome {
    let patience = Instant::now() + PATIENCE;
    loop {
        let outcome = started(state).await;
        let whole = match &outcome {
            Outcome::Skipped => true,
            Outcome::Passed => readiness(state).await == Outcome::Passed,
            Outcome::Failed(_) => false,
        };
        if whole || Instant::now() >= patience {
            return outcome;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn started(state: &State) -> Outcome {
    let flags = state.flags();
    if flags.rewinding || flags.might_be_unavailable || flags.fenced {
        return Outcome::Skipped;
    }
    let probe = probe(state, |probes| probes.startup.as_ref());
    match strategy(&probe) {
        ProbeStrategy::PgIsReady | ProbeStrategy::Other(_) => match greet(state).await {
            Answer::Accepting | Answer::Rejecting => Outcome::Passed,
            Answer::Silent => Outcome::Failed(SILENT.to_owned()),
        },
        ProbeStrategy::Streaming => streaming(state, &probe).await,
        ProbeStrategy::Query => query(state).await,
    }
}

/// Whether clients may be sent here.
pub async fn readiness(state: &State) -> Outcome {
    if !state.flags().server_up {
        return Outcome::Failed("PostgreSQL is not running".to_owned());
    }
    let probe = probe(state, |probes| probes.readiness.as_ref());
    match strategy(&probe) {
        ProbeStrategy::PgIsReady | ProbeStrategy::Other(_) => match greet(state).await {
            Answer::Accepting => Outcome::Passed,
            Answer::Rejecting => Outcome::Failed("PostgreSQL takes no connections now".to_owned()),
            Answer::Silent => Outcome::Failed(SILENT.to_owned()),
        },
        ProbeStrategy::Streaming => streaming(state, &probe).await,
        ProbeStrategy::Query => query(state).await,
    }
}

/// Whether this container may live on: not as a primary that is cut off from everybody.
pub async fn liveness(state: &State) -> Outcome {
    isolation::check(state).await
}

const SILENT: &str = "PostgreSQL does not answer";

/// What the cluster says about a probe; the defaults while no cluster was seen.
fn probe(state: &State, which: impl Fn(&Probes) -> Option<&StrategyProbe>) -> StrategyProbe {
    let cluster = state.cluster();
    let probes = cluster.as_deref().and_then(|cluster| cluster.spec.probes.as_ref());
    probes.and_then(which).cloned().unwrap_or_default()
}

fn strategy(probe: &StrategyProbe) -> ProbeStrategy {
    probe.r#type.clone().unwrap_or(ProbeStrategy::PgIsReady)
}

async fn greet(state: &State) -> Answer {
    let paths = state.paths();
    ready::ask(&paths.socket_directory(), paths.port).await
}

async fn query(state: &State) -> Outcome {
    match Connection::open(&state.superuser(), LIMIT).await {
        Ok(session) => match tokio::time::timeout(LIMIT, session.client().simple_query("")).await {
            Ok(Ok(_)) => Outcome::Passed,
            Ok(Err(error)) => Outcome::Failed(error.to_string()),
            Err(_) => Outcome::Failed(SILENT.to_owned()),
        },
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

async fn streaming(state: &State, probe: &StrategyProbe) -> Outcome {
    let most = match probe.maximum_lag.as_ref().map(|most| most.0.parse::<Amount>()) {
        None => None,
        // A negative limit is one that nobody keeps; a fraction of a byte is none.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as said")]
        Some(Ok(most)) => Some(most.as_f64() as u64),
        Some(Err(error)) => return Outcome::Failed(format!("maximumLag of the probe: {error}")),
    };
    let session = match Connection::open(&state.superuser(), LIMIT).await {
        Ok(session) => session,
        Err(error) => return Outcome::Failed(error.to_string()),
    };
    match status::streaming(session.client(), LIMIT).await {
        Ok(seen) if seen.is_ready(most) => Outcome::Passed,
        Ok(status::Streaming::NoReceiver) => {
            Outcome::Failed("this replica does not stream from its primary".to_owned())
        }
        Ok(seen) => Outcome::Failed(format!("this replica is too far behind: {seen:?}")),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}
