//! The ledger against a real PostgreSQL in the rig: through a service, with TLS, while it dies.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use k8s_openapi::api::core::v1::{Pod, Secret, Service};
use kube::Api;
use kube::api::PostParams;
use kube::runtime::conditions::is_pod_running;
use kube::runtime::wait::await_condition;
use serde_json::json;
use testkit::probe::session::read_back;
use testkit::probe::{Ledger, NodeNet, Target, Tls};
use testkit::rig::faults::{Direction, PodName, Side, Signal};
use testkit::rig::pki::Pki;
use testkit::rig::{Rig, images, scratch::Scratch};
use testkit::until::until;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(90);

/// A name in the certificate that the server borrows from the API server.
const NAME: &str = "kubernetes.default.svc";

const SCRIPT: &str = r#"
PATH=$PATH:$(echo /usr/lib/postgresql/*/bin)
cd /data
if [ ! -s pg/PG_VERSION ]; then
    initdb -D pg --username=postgres --auth=trust --no-sync
    echo "hostssl all all all trust" >> pg/pg_hba.conf
fi
exec postgres -D pg -k /tmp -c listen_addresses='*' -c cluster_name=one \
    -c ssl=on -c ssl_cert_file=/tls/tls.crt -c ssl_key_file=/tls/tls.key
"#;

#[tokio::test]
async fn a_postmaster_that_dies_is_a_gap_and_breaks_no_promise() -> Result<()> {
    let rig = Rig::attach().await?;
    let scratch = Scratch::create(&rig, "ledger").await?;
    let (service, direct) = start_server(&rig, &scratch).await?;
    let authority = fs::read_to_string(Pki::of(rig.layout()).cert("ca"))?;
    let verified = Tls::Verified { authority: authority.clone(), name: NAME.to_owned() };
    let service = Target::new(service, "postgres", "").tls(verified);
    let node = NodeNet::of(rig.layout(), rig.node(2)?);
    let mut ledger = Ledger::start(&node, &service).await?;

    // The server is reached from here by its own address, and only with TLS.
    let direct = Target::new(direct, "postgres", "");
    ledger.hold(&NodeNet::Here, "direct", &direct.clone().tls(Tls::Unverified)).await?;
    let elsewhere = Tls::Verified { authority, name: "elsewhere".to_owned() };
    for refused in [Tls::Off, elsewhere] {
        read_back(&direct.clone().tls(refused), "none").await.unwrap_err();
    }

    ledger.acknowledges(20, PATIENCE).await?;
    let pod = PodName::new(scratch.name(), "server");
    rig.faults().kill(&pod, "postgres", Signal::SIGKILL)?;
    ledger.acknowledges(20, PATIENCE).await?;
    let report = ledger.stop(&service).await?;
    assert!(report.kept_every_promise(), "{report}");
    assert_eq!(report.reigns.len(), 2, "before and after: {report}");
    let server = format!("one {} on timeline 1", direct.address);
    assert!(report.reigns.iter().all(|reign| reign.server == server), "{report}");
    let longest = report.longest_gap.as_ref().context("no gap")?.seconds;
    assert!((0.05..60.0).contains(&longest), "{report}");
    assert!(report.counts.failed + report.counts.unknown > 0, "{report}");
    Ok(())
}

#[tokio::test]
async fn a_partition_is_a_gap_from_outside_and_none_from_inside() -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let scratch = Scratch::create(&rig, "ledger").await?;
    let (service, direct) = start_server(&rig, &scratch).await?;
    let [service, direct] = [service, direct].map(|at| Target::new(at, "postgres", ""));
    let [service, direct] = [service, direct].map(|target| target.tls(Tls::Unverified));
    let (node, other) = (rig.node(1)?, rig.node(2)?);
    let mut ledger = Ledger::start(&NodeNet::of(rig.layout(), other), &service).await?;
    ledger.hold(&NodeNet::of(rig.layout(), node), "inside", &direct).await?;
    let inside = || ledger.progress_of("inside").map_or(0, |progress| progress.acked);
    let inside_goes_on = |writes: u64| {
        let goal = inside() + writes;
        until("going on", PATIENCE, async move || {
            ensure!(inside() >= goal, "{} of {goal}", inside());
            Ok(())
        })
    };

    ledger.acknowledges(20, PATIENCE).await?;
    let cut = rig.faults().partition(node, Side::All, Direction::Both)?;
    inside_goes_on(5).await?;
    let outside = ledger.progress().acked;
    inside_goes_on(60).await?;
    assert_eq!(ledger.progress().acked, outside);
    cut.heal()?;
    ledger.acknowledges(20, PATIENCE).await?;
    let report = ledger.stop(&service).await?;
    assert!(report.kept_every_promise(), "{report}");
    assert_eq!(report.reigns.len(), 1, "it has reigned all along: {report}");
    let longest = report.longest_gap.as_ref().context("no gap")?.seconds;
    // Sixty writes of twenty milliseconds at least.
    assert!((1.2..60.0).contains(&longest), "{report}");
    Ok(())
}

/// Starts a server on the first node; returns the addresses of its service and of itself.
async fn start_server(rig: &Rig, scratch: &Scratch) -> Result<(SocketAddr, SocketAddr)> {
    let pki = Pki::of(rig.layout());
    let pems =
        [fs::read_to_string(pki.cert("apiserver"))?, fs::read_to_string(pki.key("apiserver"))?];
    let secret = json!({
        "metadata": {"name": "tls"},
        "stringData": {"tls.crt": pems[0], "tls.key": pems[1]},
    });
    let pod = json!({
        "metadata": {"name": "server", "labels": {"app": "server"}},
        "spec": {
            "nodeSelector": {"kubernetes.io/hostname": "node1"},
            "terminationGracePeriodSeconds": 0,
            "securityContext": {"runAsUser": 26, "runAsGroup": 26, "fsGroup": 26},
            "volumes": [
                {"name": "data", "emptyDir": {}},
                {"name": "tls", "secret": {"secretName": "tls", "defaultMode": 0o640}},
            ],
            "containers": [{
                "name": "main",
                "image": images::POSTGRESQL_17,
                "command": ["bash", "-c", SCRIPT],
                "volumeMounts": [
                    {"name": "data", "mountPath": "/data"},
                    {"name": "tls", "mountPath": "/tls"},
                ],
            }],
        },
    });
    let service = json!({
        "metadata": {"name": "server"},
        "spec": {"selector": {"app": "server"}, "ports": [{"port": 5432}]},
    });
    let post = PostParams::default();
    let secrets: Api<Secret> = Api::namespaced(rig.client(), scratch.name());
    secrets.create(&post, &serde_json::from_value(secret)?).await?;
    let services: Api<Service> = Api::namespaced(rig.client(), scratch.name());
    let service = services.create(&post, &serde_json::from_value(service)?).await?;
    let pods: Api<Pod> = Api::namespaced(rig.client(), scratch.name());
    pods.create(&post, &serde_json::from_value(pod)?).await?;
    let running = timeout(PATIENCE, await_condition(pods, "server", is_pod_running())).await;
    let pod = running.context("the pod does not run")??.context("the pod is gone")?;
    let own = pod.status.and_then(|status| status.pod_ip).context("the pod has no address")?;
    let stable = service.spec.and_then(|spec| spec.cluster_ip).context("no service address")?;
    let at = |ip: String| anyhow::Ok(SocketAddr::from((ip.parse::<IpAddr>()?, 5432)));
    Ok((at(stable)?, at(own)?))
}
