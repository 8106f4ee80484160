//! A `Cluster` from `kubectl apply` to replicating PostgreSQL, on a real Kubernetes.

mod failover;
mod life;
mod recording;
mod rollout;
mod upkeep;

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use testkit::rig::Rig;
use testkit::rig::cluster::Living;
use testkit::rig::scratch::Scratch;

/// How long three instances may take on a busy machine; the benchmark tells how long they take.
const PATIENCE: Duration = Duration::from_secs(240);

/// A cluster in a namespace of its own, healthy; both go when this is dropped.
struct Fixture {
    rig: Rig,
    scratch: Scratch,
    cluster: Living,
}

impl Fixture {
    /// With the operator of this checkout.
    async fn healthy(word: &str, instances: i64, more: &Value) -> Result<Self> {
        Self::healthy_on(crate::operator::shared().await?, word, instances, more).await
    }

    async fn healthy_on(rig: Rig, word: &str, instances: i64, more: &Value) -> Result<Self> {
        let scratch = Scratch::create(&rig, word).await?;
        let cluster = Living::small(&rig, scratch.name(), word, instances, more)?;
        cluster.healthy(instances, PATIENCE).await?;
        Ok(Self { rig, scratch, cluster })
    }
}

/// Commits wait for one standby, and a failover only happens when none can be lost.
fn any_one() -> Value {
    json!({"postgresql": {"synchronous": {"method": "any", "number": 1, "failoverQuorum": true}}})
}
