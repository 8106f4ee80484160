//! The status server and the local server, over real connections, beside a real PostgreSQL.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::{Context as _, Result, ensure};
use instance::archive::Caller;
use instance::http::peers::{PeerError, Peers};
use instance::http::status::{self, Shared, Transport};
use instance::state::Request;
use protocol::leadership::PromiseRequest;
use protocol::status::{PostgresqlStatus, WalTime};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
};
use serde_json::json;
use tokio::net::TcpListener;

use crate::manager::{LIMIT, Manager, send};
use crate::until::until;

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

async fn listener() -> Result<(TcpListener, u16)> {
    let listener = TcpListener::bind((HOME, 0)).await?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

async fn serve(manager: &Manager, transport: Transport) -> Result<u16> {
    let (listener, port) = listener().await?;
    let shared = Shared::new(manager.state.clone());
    tokio::spawn(status::run(listener, transport, shared, std::future::pending()));
    Ok(port)
}

/// An authority with its name.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Result<Self> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), pem })
    }

    /// Certificate and key, in PEM.
    fn sign(&self, name: &str, usage: ExtendedKeyUsagePurpose) -> Result<(String, String)> {
        let mut params = CertificateParams::new(vec!["pg-rw".to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages.push(usage);
        let key = KeyPair::generate()?;
        Ok((params.signed_by(&key, &self.issuer)?.pem(), key.serialize_pem()))
    }
}

fn show_as(manager: &Manager, authority: &Authority, name: &str) -> Result<Peers> {
    let (chain, key) = authority.sign(name, ExtendedKeyUsagePurpose::ClientAuth)?;
    std::fs::write(manager.certificate("streaming_replica.crt"), chain)?;
    std::fs::write(manager.certificate("streaming_replica.key"), key)?;
    Ok(Peers::load(manager.state.paths())?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_tells_about_itself() -> Result<()> {
    let manager = Manager::new(&[("cnpg.config_sha256", "abc")])?;
    let port = serve(&manager, Transport::Plain).await?;

    assert_eq!(send(port, "GET", "/failsafe", "").await?, (200, "OK".to_owned()));
    assert_eq!(send(port, "GET", "/readyz", "").await?.0, 500, "nobody said that it is up");
    manager.state.set_flags(|flags| flags.server_up = true);
    assert_eq!(send(port, "GET", "/readyz", "").await?, (200, "OK".to_owned()));
    assert_eq!(send(port, "GET", "/startupz", "").await?, (200, "OK".to_owned()));
    assert_eq!(send(port, "GET", "/healthz", "").await?, (200, "OK".to_owned()));
    for kind in ["query", "streaming"] {
        let probe = json!({"type": kind, "maximumLag": "1Mi"});
        let version = u64::try_from(kind.len())?;
        manager.cluster(version, json!({"probes": {"readiness": probe}}), json!({}));
        assert_eq!(send(port, "GET", "/readyz", "").await?, (200, "OK".to_owned()), "{kind}");
    }

    let (code, text) = send(port, "GET", "/pg/status", "").await?;
    assert_eq!(code, 200, "{text}");
    let status: PostgresqlStatus = serde_json::from_str(&text)?;
    assert_eq!((status.pod.name.as_str(), status.is_primary), ("pg-1", true));
    assert_eq!((status.timeline_id, status.loaded_configuration_hash.as_str()), (1, "abc"));
    assert_eq!(status.last_archived_wal_time, Some(WalTime::Never));
    assert_eq!(status.executable_hash.len(), 64);
    assert_eq!(status.session_id, manager.state.session());
    assert!(status.current_lsn.is_some() && !status.system_id.is_empty());
    assert_eq!(serde_json::to_string(&status)?, text);

    // A server that is down is an error, unless somebody said so before.
    drop(manager.server);
    assert_eq!(send(port, "GET", "/pg/status", "").await?.0, 500);
    assert_eq!(send(port, "GET", "/readyz", "").await?.0, 500);
    assert_eq!(send(port, "GET", "/startupz", "").await?.0, 500);
    manager.state.set_flags(|flags| flags.might_be_unavailable = true);
    assert_eq!(send(port, "GET", "/startupz", "").await?, (200, "Skipped".to_owned()));
    let (code, text) = send(port, "GET", "/pg/status", "").await?;
    let status: PostgresqlStatus = serde_json::from_str(&text)?;
    assert!(code == 200 && status.might_be_unavailable, "{text}");
    assert!(status.might_be_unavailable_masked_error.contains("cannot connect"), "{text}");
    manager.state.set_flags(|flags| flags.rewinding = true);
    let (_, text) = send(port, "GET", "/pg/status", "").await?;
    assert!(serde_json::from_str::<PostgresqlStatus>(&text)?.is_pg_rewind_running, "{text}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_replicas_are_promised_anything() -> Result<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut manager = Manager::new(&[])?;
    std::fs::create_dir(manager.state.paths().certificates())?;
    let (servers, clients) = (Authority::new("server-ca")?, Authority::new("client-ca")?);
    std::fs::write(manager.certificate("server-ca.crt"), &servers.pem)?;
    std::fs::write(manager.certificate("client-ca.crt"), &clients.pem)?;
    let port = serve(&manager, Transport::Tls).await?;
    let peers = show_as(&manager, &clients, "streaming_replica")?.with_port(port);
    peers.failsafe(HOME, LIMIT, LIMIT).await.expect_err("there is no certificate yet");

    let (chain, key) = servers.sign("pg-rw", ExtendedKeyUsagePurpose::ServerAuth)?;
    manager.state.certificate().set(chain.as_bytes(), key.as_bytes())?;
    peers.failsafe(HOME, LIMIT, LIMIT).await?;

    let requests = std::mem::replace(&mut manager.requests, tokio::sync::mpsc::channel(1).1);
    tokio::spawn(async move {
        let mut requests = requests;
        while let Some(request) = requests.recv().await {
            if let Request::Promise { ask, answer } = request {
                let _ = answer.send(ask.round == 7 && ask.from.instance == "pg-2".into());
            }
        }
    });
    let mut ask = PromiseRequest {
        round: 7,
        instance: "pg-2".into(),
        pod_uid: "u".into(),
        container_id: "c".into(),
    };
    let answer = peers.promise(HOME, &ask, LIMIT).await?;
    assert_eq!((answer.round, answer.promised), (7, true));
    ask.round = 8;
    assert!(!peers.promise(HOME, &ask, LIMIT).await?.promised);

    for (name, authority, user) in
        [("another user", &clients, "app"), ("another authority", &servers, "streaming_replica")]
    {
        let stranger = show_as(&manager, authority, user)?.with_port(port);
        stranger.failsafe(HOME, LIMIT, LIMIT).await.context("anyone may ask that")?;
        let refused = stranger.promise(HOME, &ask, LIMIT).await.expect_err(name);
        assert!(
            matches!(&refused, PeerError::Refused { status, .. } if *status == 403),
            "{name}: {refused:?}"
        );
    }
    std::fs::write(manager.certificate("server-ca.crt"), &clients.pem)?;
    let misled = show_as(&manager, &clients, "streaming_replica")?.with_port(port);
    misled.failsafe(HOME, LIMIT, LIMIT).await.expect_err("it is not signed by that authority");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_archive_command_asks_and_the_cluster_is_told() -> Result<()> {
    let manager = Manager::new(&[])?;
    instance::archive::start(manager.state.clone())?;
    let archive = || {
        let caller = Caller::new(manager.state.paths());
        tokio::task::spawn_blocking(move || caller.archive("pg_wal/000000010000000000000001"))
    };
    let writes = async |count: usize| {
        until("told", LIMIT, async || {
            let writes = manager.api.writes();
            ensure!(writes.len() >= count, "{writes:?}");
            Ok(writes)
        })
        .await
    };
    let unseen = archive().await?.expect_err("not seen yet");
    assert!(unseen.to_string().contains("has not been seen"), "{unseen}");

    let pod = manager.state.identity().pod.clone();
    let status = json!({"currentPrimary": pod, "conditions": []});
    manager.cluster(5, json!({}), status.clone());
    archive().await??;
    let first = writes(1).await?;
    let condition = &first[0]["status"]["conditions"][0];
    assert_eq!(first[0]["metadata"]["resourceVersion"], "5");
    assert_eq!(
        (&condition["type"], &condition["status"], &condition["reason"]),
        (&json!("ContinuousArchiving"), &json!("True"), &json!("ContinuousArchivingSuccess"))
    );

    let known = json!({"currentPrimary": pod, "conditions": [condition]});
    manager.cluster(6, json!({}), known);
    archive().await??;

    let other = json!({"currentPrimary": "pg-9", "conditions": [condition]});
    manager.cluster(7, json!({}), other);
    let refused = archive().await?.expect_err("it is not the primary");
    assert!(refused.to_string().contains("switchover"), "{refused}");
    // What was known was not written again.
    assert_eq!(writes(2).await?[1]["status"]["conditions"][0]["status"], "False");

    let store = json!({"backup": {"barmanObjectStore": {"destinationPath": "s3://b/"}}});
    manager.cluster(8, store, status);
    archive().await?.expect_err("what cannot be kept is not dropped");
    Ok(())
}
