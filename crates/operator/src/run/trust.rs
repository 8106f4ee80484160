//! Keeps certificates good for as long as the operator runs.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt as _, stream};
use k8s_openapi::api::core::v1::Secret;
use kube::runtime::WatchStreamExt as _;
use kube::runtime::watcher::{self, Event, watcher};
use kube::{Api, Client};
use kubekit::stop::Stop;
use serving::live::{self, Live};
use tracing::{debug, info, warn};

use crate::pki::certificate::Pair;
use crate::pki::keeper::Keeper;
use crate::pki::{CA_SECRET, SERVER_SECRET};

/// The pause after a failure, doubled up to the limit.
const PAUSE: Duration = Duration::from_secs(1);
const PAUSE_LIMIT: Duration = Duration::from_secs(60);

/// Looks after the Secrets on time and whenever they change, and shows what they hold.
pub async fn keep(keeper: Keeper, live: Arc<Live>, mut stop: Stop) {
    let mut changes = pin!(changes(&keeper.client, &keeper.namespace));
    let mut pause = PAUSE;
    loop {
        // A pass may be waiting for an API server that is gone too; the end does not.
        let passed = tokio::select! {
            () = stop.asked() => return,
            passed = keeper.pass() => passed,
        };
        let wait = match passed {
            Ok(outcome) => {
                pause = PAUSE;
                match show(&live, &outcome.server) {
                    Ok(true) => info!("the webhooks have a new certificate"),
                    Ok(false) => {}
                    Err(error) => warn!(%error, "the certificate in the secret cannot be used"),
                }
                outcome.again
            }
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                warn!(%error, cause, "failed to look after the certificates, trying again");
                let wait = pause;
                pause = (2 * pause).min(PAUSE_LIMIT);
                wait
            }
        };
        tokio::select! {
            () = stop.asked() => return,
            () = tokio::time::sleep(wait) => {}
            Some(()) = changes.next() => {}
        }
    }
}

fn show(live: &Live, pair: &Pair) -> Result<bool, live::Error> {
    live.set(pair.certificate.as_bytes(), pair.key.as_bytes())
}

/// One item for every change of one of the Secrets, and after every break in the watch.
fn changes(client: &Client, namespace: &str) -> impl Stream<Item = ()> + use<> {
    let api: Api<Secret> = Api::namespaced(client.clone(), namespace);
    let watches = [CA_SECRET, SERVER_SECRET].map(|name| {
        let only = watcher::Config::default().fields(&format!("metadata.name={name}"));
        watcher(api.clone(), only).default_backoff().boxed()
    });
    stream::select_all(watches).filter_map(|event| async {
        match event {
            Ok(Event::Apply(_) | Event::Delete(_) | Event::InitDone) => Some(()),
            Ok(Event::Init | Event::InitApply(_)) => None,
            Err(error) => {
                debug!(%error, "the watch of the secrets broke, it starts anew");
                None
            }
        }
    })
}
