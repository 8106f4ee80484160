//! The keeper of certificates against an API server where others write too.

use std::time::Duration;

use operator::pki::Policy;
use operator::pki::keeper::{Configurations, Error, Keeper};
use serde_json::{Value, json};

use crate::fake_api::FakeApi;

const CA: &str = "/api/v1/namespaces/ns/secrets/cnpg-ca-secret";
const SERVER: &str = "/api/v1/namespaces/ns/secrets/cnpg-webhook-cert";
const MUTATING: &str = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/\
                        cnpg-mutating-webhook-configuration";
const VALIDATING: &str = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/\
                          cnpg-validating-webhook-configuration";
const DAY: Duration = Duration::from_secs(86400);

fn api() -> FakeApi {
    let api = FakeApi::default();
    let webhook = |name: &str| {
        json!({
            "name": name, "admissionReviewVersions": ["v1"], "sideEffects": "None",
            "clientConfig": {"service": {"name": "s", "namespace": "ns"}},
        })
    };
    for path in [MUTATING, VALIDATING] {
        let name = path.rsplit('/').next();
        api.put(
            path,
            json!({"metadata": {"name": name}, "webhooks": [webhook("a"), webhook("b")]}),
        );
    }
    api.put(
        "/apis/apps/v1/namespaces/ns/deployments/cnpg-controller-manager",
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "cnpg-controller-manager", "uid": "u-7"},
            "spec": {"selector": {}, "template": {}},
        }),
    );
    api
}

fn keeper(api: &FakeApi) -> Keeper {
    Keeper {
        client: api.client(),
        namespace: "ns".to_owned(),
        policy: Policy { duration: 90 * DAY, threshold: 7 * DAY },
        configurations: Some(Configurations::new(None)),
    }
}

fn data(api: &FakeApi, path: &str, key: &str) -> Value {
    api.get(path).expect("the secret")["data"][key].clone()
}

fn bundles(api: &FakeApi) -> Vec<Value> {
    let of = |path: &str| api.get(path).expect("there")["webhooks"].as_array().cloned();
    let hooks = [MUTATING, VALIDATING].map(|path| of(path).expect("a list")).concat();
    hooks.iter().map(|hook| hook["clientConfig"]["caBundle"].clone()).collect()
}

#[tokio::test]
async fn the_first_pass_makes_everything_and_the_next_ones_nothing() {
    let api = api();
    let outcome = keeper(&api).pass().await.expect("made");
    assert_eq!(api.get(SERVER).expect("made")["type"], "kubernetes.io/tls");
    let owner = &api.get(CA).expect("made")["metadata"]["ownerReferences"][0];
    assert_eq!((&owner["kind"], &owner["uid"]), (&json!("Deployment"), &json!("u-7")));
    let ca = data(&api, CA, "ca.crt");
    assert_eq!(bundles(&api), vec![ca; 4]);
    assert_eq!(outcome.again, Duration::from_secs(300));

    let writes = api.writes();
    let again = keeper(&api).pass().await.expect("kept");
    assert_eq!(api.writes(), writes, "nothing to write");
    assert_eq!(again.server, outcome.server);
}

#[tokio::test]
async fn what_is_deleted_is_made_again_under_the_same_ca() {
    let api = api();
    let first = keeper(&api).pass().await.expect("made");
    let ca = data(&api, CA, "ca.crt");
    api.remove(SERVER);
    let second = keeper(&api).pass().await.expect("made again");
    assert_ne!(second.server, first.server);
    assert_eq!(data(&api, CA, "ca.crt"), ca);
    api.remove(CA);
    let third = keeper(&api).pass().await.expect("made again");
    assert_eq!(third.server.key, second.server.key, "the key may stay");
    assert_ne!(third.server.certificate, second.server.certificate);
    assert_eq!(bundles(&api), vec![data(&api, CA, "ca.crt"); 4]);
}

/// The loser of a race takes what the winner wrote, instead of overwriting it.
#[tokio::test]
async fn of_two_replicas_one_wins_and_both_use_its_work() {
    let winner = api();
    keeper(&winner).pass().await.expect("made");
    let theirs = winner.get(CA).expect("made");
    let api = api();
    api.intrude(CA, theirs.clone());
    keeper(&api).pass().await.expect("made");
    assert_eq!(data(&api, CA, "ca.crt"), theirs["data"]["ca.crt"]);
    assert_eq!(bundles(&api), vec![theirs["data"]["ca.crt"].clone(); 4]);
}

#[tokio::test]
async fn a_ca_that_is_none_is_left_alone() {
    let api = api();
    api.put(CA, json!({"metadata": {"name": "cnpg-ca-secret"}, "data": {"ca.crt": "bm8gY2E="}}));
    let refused = keeper(&api).pass().await.expect_err("not ours to replace");
    assert!(matches!(refused, Error::Refused(_)), "{refused}");
    assert_eq!(api.writes(), 0);
}

#[tokio::test]
async fn without_configurations_the_certificate_is_made_all_the_same() {
    let api = api();
    api.remove(VALIDATING);
    let outcome = keeper(&api).pass().await.expect("made");
    assert_eq!(outcome.again, Duration::from_secs(5), "and it is tried again soon");
    let unmanaged = Keeper { configurations: None, ..keeper(&api) };
    assert_eq!(unmanaged.pass().await.expect("kept").again, Duration::from_secs(300));
}

#[test]
fn configurations_of_several_operators_have_their_own_names() {
    let own = Configurations::new(Some("team-a"));
    assert_eq!(own.mutating, "cnpg-mutating-webhook-configuration-team-a");
}
