//! The loop of the leader election against an API server, in virtual time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use k8s_openapi::api::coordination::v1::Lease;
use kube::Api;
use kubekit::lease::Timing;
use kubekit::lease::election::{Ended, Leadership, Settings, lead};
use kubekit::stop::{self, Stop, Stopper};
use serde_json::json;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::fake_api::FakeApi;

const LEASE: &str = "/apis/coordination.k8s.io/v1/namespaces/ns/leases/lease";

struct Replica {
    stopper: Stopper,
    task: JoinHandle<Ended>,
}

/// How many lead at the moment, counted by the work itself.
type Leading = Arc<AtomicU32>;

fn start(api: &FakeApi, identity: &str, leading: &Leading) -> Replica {
    let (stopper, stop) = stop::channel();
    let seconds = Duration::from_secs;
    let settings = Settings {
        name: "lease".to_owned(),
        identity: identity.to_owned(),
        timing: Timing::new(seconds(15), seconds(10), seconds(2)).expect("sound"),
    };
    let leases: Api<Lease> = Api::namespaced(api.client(), "ns");
    let (leading, leave) = (Arc::clone(leading), stop.clone());
    let task = tokio::spawn(lead(leases, settings, stop, move |proof| work(proof, leading, leave)));
    Replica { stopper, task }
}

async fn work(proof: Leadership, leading: Leading, mut stop: Stop) {
    struct Left(Leading);
    impl Drop for Left {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }
    assert!(proof.is_held());
    leading.fetch_add(1, Ordering::SeqCst);
    let _left = Left(leading);
    stop.asked().await;
}

fn holder(api: &FakeApi) -> String {
    let lease = api.get(LEASE).expect("a lease");
    lease["spec"]["holderIdentity"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(start_paused = true)]
async fn one_leads_renews_and_hands_over() {
    let (api, leading) = (FakeApi::default(), Leading::default());
    let first = start(&api, "a", &leading);
    sleep(Duration::from_secs(1)).await;
    let second = start(&api, "b", &leading);
    sleep(Duration::from_secs(120)).await;
    assert_eq!((holder(&api).as_str(), leading.load(Ordering::SeqCst)), ("a", 1));
    assert!(api.writes() > 50, "renewed every two seconds: {}", api.writes());

    first.stopper.ask();
    assert_eq!(first.task.await.expect("no panic"), Ended::Stopped);
    assert_eq!(holder(&api), "", "given back");
    let asked = Instant::now();
    while leading.load(Ordering::SeqCst) == 0 {
        sleep(Duration::from_millis(100)).await;
    }
    assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
    assert_eq!(holder(&api), "b");
    second.stopper.ask();
    assert_eq!(second.task.await.expect("no panic"), Ended::Stopped);
}

#[tokio::test(start_paused = true)]
async fn a_leader_without_an_api_server_ends_in_time() {
    let (api, leading) = (FakeApi::default(), Leading::default());
    let only = start(&api, "a", &leading);
    sleep(Duration::from_secs(30)).await;
    api.fall_silent();
    let silent = Instant::now();
    assert_eq!(only.task.await.expect("no panic"), Ended::Lost);
    // The deadline counts from the last renewal; others would come 15 s after it.
    assert!(silent.elapsed() <= Duration::from_secs(10), "{:?}", silent.elapsed());
    assert_eq!(leading.load(Ordering::SeqCst), 0, "its work ended with it");
}

#[tokio::test(start_paused = true)]
async fn a_stolen_lease_is_a_lost_one() {
    let (api, leading) = (FakeApi::default(), Leading::default());
    let only = start(&api, "a", &leading);
    sleep(Duration::from_secs(5)).await;
    let spec = json!({"holderIdentity": "thief", "leaseDurationSeconds": 15});
    api.put(LEASE, json!({"metadata": {"name": "lease"}, "spec": spec}));
    assert_eq!(only.task.await.expect("no panic"), Ended::Lost);
    assert_eq!(holder(&api), "thief");
}
