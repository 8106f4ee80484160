//! The webhook server over real connections: what clients see, and what they cannot do to it.

mod admission_client;

use std::sync::Arc;
use std::time::Duration;

use admission_client::{Client, TestCa};
use api::admission::{Errors, Kind, Operation, Outcome};
use base64::Engine as _;
use kubekit::stop::{self, Stop, Stopper};
use operator::metrics::Metrics;
use operator::webhook;
use operator::webhook::judge::Judge;
use serde_json::{Value, json};
use serving::live::Live;
use serving::server::{self, Limits};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Nothing here takes longer than this unless it hangs.
const PATIENCE: Duration = Duration::from_secs(20);
const VALIDATE: &str = "/validate-postgresql-cnpg-io-v1-cluster";
const MUTATE: &str = "/mutate-postgresql-cnpg-io-v1-cluster";

/// Refuses clusters without instances, warns of single ones, and stumbles over thirteen.
struct Strict;

impl Judge for Strict {
    fn defaulted(&self, _: Kind, object: &Value) -> Option<Value> {
        let mut object = object.clone();
        object["spec"]["imageName"] = json!("postgres");
        Some(object)
    }

    fn outcome(&self, _: Kind, operation: Operation<'_>, object: &Value) -> Outcome {
        let instances = &object["spec"]["instances"];
        assert_ne!(*instances, 13, "a bug in a rule");
        let mut errors = Errors::default();
        if *instances == 0 {
            let before = match operation {
                Operation::Create => "nothing".to_owned(),
                Operation::Update { old } => old["spec"]["instances"].to_string(),
            };
            errors.invalid("spec.instances", instances.clone(), format!("was {before}"), "add");
        }
        let warnings = (*instances == 1).then(|| "alone".to_owned()).into_iter().collect();
        Outcome { errors: errors.into_vec(), warnings }
    }
}

fn show(live: &Live, ca: &TestCa) -> Result<bool, serving::live::Error> {
    let pair = ca.server_pair();
    live.set(pair.certificate.as_bytes(), pair.key.as_bytes())
}

struct Serving {
    port: u16,
    ca: TestCa,
    live: Arc<Live>,
    stopper: Stopper,
    server: JoinHandle<()>,
}

impl Serving {
    async fn start(limits: Limits) -> Self {
        let ca = TestCa::new();
        let live = Arc::new(Live::default());
        show(&live, &ca).expect("usable");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let (stopper, mut stop): (Stopper, Stop) = stop::channel();
        let stop = async move { stop.asked().await };
        let router = webhook::router(Arc::new(Strict), Metrics::new());
        let config = server::tls(Arc::clone(&live));
        let server = tokio::spawn(server::serve(listener, Some(config), router, limits, stop));
        Self { port, ca, live, stopper, server }
    }

    async fn client(&self) -> Client {
        let connected = Client::connect(self.port, &self.ca);
        tokio::time::timeout(PATIENCE, connected).await.expect("in time").expect("a handshake")
    }
}

fn question(operation: &str, instances: u64) -> Value {
    let cluster = json!({"metadata": {"name": "pg"}, "spec": {"instances": instances}});
    json!({
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "u-1",
            "kind": {"group": "postgresql.cnpg.io", "version": "v1", "kind": "Cluster"},
            "resource": {"group": "postgresql.cnpg.io", "version": "v1", "resource": "clusters"},
            "name": "pg",
            "namespace": "default",
            "operation": operation,
            "userInfo": {"username": "someone"},
            "object": cluster,
            "oldObject": if operation == "UPDATE" { cluster.clone() } else { Value::Null },
            "dryRun": false,
            "options": null,
        }
    })
}

#[tokio::test]
async fn objects_are_accepted_warned_of_refused_and_completed() {
    let serving = Serving::start(Limits::default()).await;
    let mut client = serving.client().await;

    let good = client.review(VALIDATE, &question("CREATE", 3)).await;
    assert_eq!(good["apiVersion"], "admission.k8s.io/v1");
    assert_eq!(good["kind"], "AdmissionReview");
    assert_eq!(good["response"], json!({"uid": "u-1", "allowed": true}));

    let warned = client.review(VALIDATE, &question("CREATE", 1)).await;
    let expected = json!({"uid": "u-1", "allowed": true, "warnings": ["alone"]});
    assert_eq!(warned["response"], expected);

    let refused = client.review(VALIDATE, &question("UPDATE", 0)).await;
    let status = &refused["response"]["status"];
    assert_eq!(refused["response"]["allowed"], false);
    assert_eq!(
        status["message"],
        "Cluster.postgresql.cnpg.io \"pg\" is invalid: \
         spec.instances: Invalid value: 0: was 0; add"
    );
    assert_eq!((&status["code"], &status["reason"]), (&json!(422), &json!("Invalid")));
    assert_eq!(status["details"]["causes"][0]["field"], "spec.instances");

    let completed = client.review(MUTATE, &question("CREATE", 0)).await;
    let response = &completed["response"];
    assert_eq!((&response["allowed"], &response["patchType"]), (&json!(true), &json!("JSONPatch")));
    let patch = base64::engine::general_purpose::STANDARD
        .decode(response["patch"].as_str().expect("a patch"))
        .expect("base64");
    let patch: Value = serde_json::from_slice(&patch).expect("JSON");
    assert_eq!(patch, json!([{"op": "add", "path": "/spec/imageName", "value": "postgres"}]));

    let deleted = client.review(VALIDATE, &question("DELETE", 0)).await;
    assert_eq!(deleted["response"]["allowed"], true, "nobody asked for rules on deletion");
    assert_eq!(client.get("/readyz").await, (200, "OK".to_owned()));
}

#[tokio::test]
async fn what_is_no_review_is_answered_with_the_reason() {
    let serving = Serving::start(Limits::default()).await;
    let mut other = question("CREATE", 1);
    other["request"]["kind"]["kind"] = json!("Pooler");
    let mut old = question("CREATE", 1);
    old["apiVersion"] = json!("admission.k8s.io/v1beta1");
    let large = json!({"padding": "x".repeat(9 * 1024 * 1024)}).to_string();
    let empty = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"});
    for (name, path, body, status, text) in [
        ("no JSON", VALIDATE, "nonsense".to_owned(), 400, "not an admission review"),
        ("nothing", VALIDATE, String::new(), 400, "not an admission review"),
        ("no request", VALIDATE, empty.to_string(), 400, "it holds no request"),
        ("an old version", VALIDATE, old.to_string(), 400, "v1beta1"),
        ("another kind", VALIDATE, other.to_string(), 400, "is not for Pooler"),
        ("too large", VALIDATE, large, 413, "longer than"),
        ("an unknown path", "/validate", "{}".to_owned(), 404, ""),
        ("a bug", VALIDATE, question("CREATE", 13).to_string(), 500, ""),
    ] {
        let mut client = serving.client().await;
        let (found, answer) = client.post(path, body).await;
        assert_eq!(found, status, "{name}: {answer}");
        assert!(answer.contains(text), "{name}: {answer}");
    }
    let good = serving.client().await.review(VALIDATE, &question("CREATE", 3)).await;
    assert_eq!(good["response"]["allowed"], true, "and the server lives on");
}

#[tokio::test]
async fn certificates_change_while_connections_are_open() {
    let serving = Serving::start(Limits::default()).await;
    let mut old = serving.client().await;
    let first = old.certificate.clone();

    assert!(show(&serving.live, &serving.ca).expect("usable"));

    let mut new = serving.client().await;
    assert_ne!(new.certificate, first, "new connections see the new certificate");
    assert_eq!(old.get("/readyz").await.0, 200, "open ones go on");
    assert_eq!(new.get("/readyz").await.0, 200);
    let stranger = Client::connect(serving.port, &TestCa::new()).await;
    assert!(stranger.is_err(), "who trusts another CA gets no connection");
}

#[tokio::test]
async fn clients_that_say_nothing_hold_up_nobody() {
    let limits = Limits { handshake: Duration::from_millis(300), ..Limits::default() };
    let serving = Serving::start(limits).await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(TcpStream::connect(("127.0.0.1", serving.port)).await.expect("connected"));
    }
    assert_eq!(serving.client().await.get("/readyz").await.0, 200);
    for mut stream in silent {
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "a silent client is thrown out");
    }
}

#[tokio::test]
async fn too_many_clients_wait_instead_of_pushing_others_out() {
    let limits = Limits { connections: 2, ..Limits::default() };
    let serving = Serving::start(limits).await;
    let (mut first, second) = (serving.client().await, serving.client().await);
    let third = Client::connect(serving.port, &serving.ca);
    let mut third = std::pin::pin!(third);
    let early = tokio::time::timeout(Duration::from_millis(300), third.as_mut()).await;
    assert!(early.is_err(), "there is no place for a third");
    assert_eq!(first.get("/readyz").await.0, 200, "the first ones are served");
    drop(second);
    let third = tokio::time::timeout(PATIENCE, third).await.expect("in time");
    assert_eq!(third.expect("a handshake").get("/readyz").await.0, 200);
}

#[tokio::test]
async fn the_end_waits_for_open_requests_and_lets_no_new_ones_in() {
    let serving = Serving::start(Limits::default()).await;
    let mut idle = serving.client().await;
    assert_eq!(idle.get("/readyz").await.0, 200);
    let mut busy = serving.client().await;
    let finish = busy.begin(VALIDATE, &question("CREATE", 3)).await;

    serving.stopper.ask();

    // The listener goes first; whoever is in the middle of something may finish it.
    while TcpStream::connect(("127.0.0.1", serving.port)).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let (status, answer) = finish.await;
    assert_eq!(status, 200);
    assert!(answer.contains("\"allowed\":true"), "{answer}");
    tokio::time::timeout(PATIENCE, serving.server).await.expect("in time").expect("no panic");
}

#[test]
fn the_manifest_and_the_server_name_the_same_paths() {
    let manifest = include_str!("../../../deploy/cnpg.yaml");
    let paths = manifest.lines().filter_map(|line| line.trim().strip_prefix("path: /"));
    let mut asked: Vec<_> = paths.filter(|path| *path != "readyz").collect();
    let mut served: Vec<_> =
        webhook::HOOKS.iter().map(|hook| hook.path.trim_start_matches('/')).collect();
    asked.sort_unstable();
    served.sort_unstable();
    assert_eq!(asked, served);
}
