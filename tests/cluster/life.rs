//! What a healthy cluster is made of, and what it does when its size changes.

use std::collections::BTreeSet;

use anyhow::Result;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::ResourceExt as _;
use kube::api::ListParams;
use serde_json::json;

use super::{Fixture, PATIENCE, recording};

#[tokio::test]
async fn three_instances_replicate_and_follow_their_number() -> Result<()> {
    let Fixture { rig, scratch, cluster } = Fixture::healthy("life", 3, &json!({})).await?;

    let status = cluster.get().await?.status.unwrap_or_default();
    assert_eq!(status.current_primary.as_deref(), Some("life-1"));
    assert_eq!(status.instance_names, ["life-1", "life-2", "life-3"]);
    assert_eq!(status.healthy_pvc, ["life-1", "life-2", "life-3"]);
    assert_eq!(status.write_service.as_deref(), Some("life-rw"));
    let pods = cluster.pods().await?;
    let nodes: BTreeSet<_> =
        pods.iter().filter_map(|pod| pod.spec.as_ref()?.node_name.as_ref()).collect();
    let used = status.topology.as_ref().and_then(|topology| topology.nodes_used);
    assert_eq!(used, i32::try_from(nodes.len()).ok(), "{nodes:?}");
    let primaries: Vec<bool> =
        status.instances_reported_state.values().map(|state| state.is_primary).collect();
    assert_eq!(primaries, [true, false, false]);
    rig.kubectl(["wait", "--for=condition=Ready", "cluster/life", "-n", scratch.name()])?;

    let lease = cluster.objects::<Lease>().get("life").await?;
    let holder = lease.spec.and_then(|spec| spec.holder_identity);
    assert_eq!(holder.as_deref(), Some("life-1"), "who writes holds the lease");

    recording::compare(&rig, scratch.name(), &cluster)?;

    let (ledger, service) = cluster.ledger(None).await?;
    ledger.acknowledges(20, PATIENCE).await?;
    let report = ledger.stop(&service).await?;
    assert!(report.kept_every_promise(), "{report}");
    let ask = "select pg_is_in_recovery()";
    assert_eq!(cluster.sql_through("rw", "life-2", ask).await?, "f");
    assert_eq!(cluster.sql_through("ro", "life-1", ask).await?, "t");
    for instance in ["life-2", "life-3"] {
        assert_eq!(cluster.sql(instance, "select pg_is_in_recovery()")?, "t", "{instance}");
    }
    let streaming = "select count(*) from pg_stat_replication where state = 'streaming'";
    assert_eq!(cluster.sql("life-1", streaming)?, "2");

    rig.kubectl(["scale", "cluster/life", "--replicas=2", "-n", scratch.name()])?;
    cluster.healthy(2, PATIENCE).await?;
    let left: BTreeSet<_> = cluster.pods().await?.iter().map(Pod::name_any).collect();
    assert_eq!(left, BTreeSet::from(["life-1".to_owned(), "life-2".to_owned()]));
    let claims = cluster.objects::<PersistentVolumeClaim>();
    let selector = ListParams::default().labels("cnpg.io/cluster=life");
    assert_eq!(claims.list(&selector).await?.items.len(), 2, "volumes go with their instance");

    rig.kubectl(["scale", "cluster/life", "--replicas=3", "-n", scratch.name()])?;
    cluster.healthy(3, PATIENCE).await?;
    let names: BTreeSet<_> = cluster.pods().await?.iter().map(Pod::name_any).collect();
    assert_eq!(names.len(), 3, "a serial that is free is used again: {names:?}");
    Ok(())
}
