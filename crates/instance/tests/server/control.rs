//! What only the operator may ask for, beside a real PostgreSQL.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, Request};
use instance::http::program::{architecture, digits};
use instance::http::status::{Shared, router};
use instance::state;
use ring::digest::{SHA256, digest};
use rustls::pki_types::CertificateDer;
use serde_json::{Value, json};
use serving::server::Peer;
use tower::ServiceExt as _;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::manager::{LIMIT, Manager};
use crate::until::until;

struct Operator {
    router: Router,
    certificate: CertificateDer<'static>,
}

impl Operator {
    /// An operator whose key the cluster names.
    fn of(manager: &Manager, program: &str) -> Result<Self> {
        let key = rcgen::KeyPair::generate()?;
        let params = rcgen::CertificateParams::new(vec!["operator".to_owned()])?;
        let certificate = params.self_signed(&key)?.der().clone();
        let (_, read) = X509Certificate::from_der(&certificate)?;
        let fingerprint = digits(digest(&SHA256, read.public_key().raw).as_ref());
        let hash = digits(digest(&SHA256, program.as_bytes()).as_ref());
        let status = json!({
            "operatorCertificateFingerprint": fingerprint,
            "availableArchitectures": [{"goArch": architecture(), "hash": hash}],
        });
        manager.cluster(1, json!({}), status);
        Ok(Self { router: router(Shared::new(manager.state.clone())), certificate })
    }

    async fn send(&self, method: Method, path: &str, body: &str) -> Result<(u16, String)> {
        let certificate = Some(self.certificate.clone());
        send(&self.router, certificate, method, path, body).await
    }

    async fn backup(&self, method: Method, body: Value) -> Result<(u16, Value)> {
        let (status, text) = self.send(method, "/pg/mode/backup", &body.to_string()).await?;
        Ok((status, serde_json::from_str(&text).context(text)?))
    }

    async fn until(&self, phase: &str) -> Result<Value> {
        until(phase, LIMIT, async || {
            let (_, answer) = self.backup(Method::GET, json!({})).await?;
            ensure!(answer["data"]["phase"] == phase, "{answer}");
            Ok(answer["data"].clone())
        })
        .await
    }
}

async fn send(
    router: &Router,
    certificate: Option<CertificateDer<'static>>,
    method: Method,
    path: &str,
    body: &str,
) -> Result<(u16, String)> {
    let mut request =
        Request::builder().method(method).uri(path).body(Body::from(body.to_owned()))?;
    let peer = Peer { address: ([127, 0, 0, 1], 1).into(), certificate };
    request.extensions_mut().insert(peer);
    let answer = router.clone().oneshot(request).await?;
    let status = answer.status().as_u16();
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await?;
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_opened_and_closed() -> Result<()> {
    let manager = Manager::new(&[])?;
    let operator = Operator::of(&manager, "")?;
    for path in ["/pg/mode/backup", "/pg/controldata"] {
        let (status, _) = send(&operator.router, None, Method::GET, path, "").await?;
        assert_eq!(status, 401, "{path} is not for everyone");
    }

    let nothing = operator.backup(Method::GET, json!({})).await?;
    assert_eq!(nothing, (200, json!({"data": {}})));
    let (status, answer) = operator.backup(Method::PUT, json!({"backupName": "b-1"})).await?;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!("NO_ONGOING_BACKUP")));
    let (status, answer) = operator.backup(Method::POST, json!({"name": 1})).await?;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!("FAILED_TO_PARSE_REQUEST")));

    let start = json!({"backupName": "b-1", "immediateCheckpoint": true});
    let (status, answer) = operator.backup(Method::POST, start.clone()).await?;
    assert_eq!((status, &answer["data"]["phase"]), (200, &json!("starting")));
    let begun = operator.until("started").await?;
    assert!(begun["beginLSN"].as_str().is_some_and(|lsn| lsn.contains('/')), "{begun}");
    let slots = "select slot_name, temporary from pg_replication_slots";
    assert_eq!(manager.sql("postgres", slots)?, "b_1|t");

    let (status, answer) = operator.backup(Method::PUT, json!({"backupName": "b-2"})).await?;
    assert_eq!((status, &answer["error"]["code"]), (422, &json!("NOT_CURRENT_RUNNING_BACKUP")));
    let (status, answer) = operator.backup(Method::PUT, json!({"backupName": "b-1"})).await?;
    assert_eq!((status, &answer["data"]["phase"]), (200, &json!("closing")));
    let done = operator.until("completed").await?;
    let label = STANDARD.decode(done["labelFile"].as_str().context("a label")?)?;
    let label = String::from_utf8(label)?;
    assert!(label.starts_with("START WAL LOCATION") && label.contains("LABEL: b-1"), "{label}");

    // Another one takes the place of one that was left open, which leaves nothing behind.
    for name in ["b-3", "b-4"] {
        let start = json!({"backupName": name, "immediateCheckpoint": true});
        assert_eq!(operator.backup(Method::POST, start).await?.0, 200);
        operator.until("started").await?;
    }
    let deadline = Instant::now() + LIMIT;
    while manager.sql("postgres", slots)? != "b_4|t" {
        anyhow::ensure!(Instant::now() < deadline, "slots: {}", manager.sql("postgres", slots)?);
    }

    drop(manager.server);
    let (status, answer) = operator.backup(Method::POST, start).await?;
    assert_eq!((status, &answer["error"]["code"]), (422, &json!("CANNOT_INITIALIZE_CONNECTION")));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_program_that_the_cluster_names_is_taken() -> Result<()> {
    let mut manager = Manager::new(&[])?;
    let operator = Operator::of(&manager, "the new program")?;
    let place = manager.state.paths().manager();

    assert_eq!(operator.send(Method::POST, "/update", "x").await?.0, 405);
    let (status, why) = operator.send(Method::PUT, "/update", "another program").await?;
    assert!(status == 500 && why.contains("the hash"), "{status} {why}");
    assert!(!place.exists() && !manager.state.flags().upgrading);

    let asked = operator.send(Method::PUT, "/update", "the new program");
    let run_loop = async {
        let request = manager.requests.recv().await;
        let Some(state::Request::Upgrade { failed }) = request else { panic!("{request:?}") };
        let (status, _) = operator.send(Method::PUT, "/update", "the new program").await?;
        assert_eq!(status, 418, "one at a time");
        let _ = failed.send("not now".to_owned());
        Ok::<_, anyhow::Error>(())
    };
    let (answer, told) = tokio::join!(asked, run_loop);
    told?;
    assert_eq!(answer?, (500, "not now".to_owned()));
    assert_eq!(std::fs::read_to_string(&place)?, "the new program");
    assert_eq!(place.metadata()?.permissions().mode() & 0o777, 0o755);
    Ok(())
}
