//! The rig's volumes behave like disks: they fill up, grow while in use, and go.

use anyhow::{Context as _, Result, ensure};
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod};
use kube::Api;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use kube::runtime::conditions::{is_deleted, is_pod_running};
use kube::runtime::wait::await_condition;
use serde_json::json;
use testkit::rig::storage::{SMALLEST, Volume};
use testkit::rig::wait::Wait;
use testkit::rig::{Rig, images, scratch::Scratch};
use tokio::time::{Duration, timeout};

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_volume_fills_up_for_real_and_grows_while_it_is_in_use() -> Result<()> {
    let disk = Disk::create("400Mi").await?;
    let refused = disk.exec("dd if=/dev/zero of=/disk/filler bs=1M").expect_err("it must fill up");
    let refused = refused.to_string();
    assert!(refused.contains("No space left on device"), "{refused}");
    let full = disk.volume.usage()?;
    assert!(full.size <= 400 << 20 && full.available < 1 << 20, "{full:?}");

    disk.ask_for("700Mi").await?;
    let grown = disk.claim_with("700Mi").await?;
    let conditions = grown.status.and_then(|status| status.conditions).unwrap_or_default();
    assert!(conditions.is_empty(), "{conditions:?}");
    assert_eq!(disk.capacity().await?, "700Mi");
    disk.exec("dd if=/dev/zero of=/disk/more bs=1M count=200 conv=fsync")?;
    Ok(())
}

#[tokio::test]
async fn a_small_claim_is_told_that_it_got_more() -> Result<()> {
    let disk = Disk::create("10Mi").await?;
    disk.claim_with("300Mi").await?;
    assert_eq!(disk.volume.image.metadata()?.len(), SMALLEST);
    assert_eq!(disk.capacity().await?, "300Mi");
    Ok(())
}

#[tokio::test]
async fn nothing_is_left_of_a_volume_whose_claim_is_deleted() -> Result<()> {
    let disk = Disk::create("300Mi").await?;
    disk.exec("touch /disk/mine")?;
    ensure!(disk.volume.device().is_some(), "it is a disk of its own");
    let volumes: Api<PersistentVolume> = Api::all(disk.rig.client());
    let uid = volumes.get(&disk.volume.name).await?.metadata.uid.context("it has a uid")?;

    disk.pods().delete("user", &DeleteParams::default().grace_period(0)).await?;
    disk.claims().delete("disk", &DeleteParams::default()).await?;
    timeout(PATIENCE, await_condition(volumes, &disk.volume.name, is_deleted(&uid))).await??;
    // The kernel gives the device back when the last look into the volume has ended.
    let what = "gone from the machine";
    Wait { layout: disk.rig.layout(), what, daemons: &[], patience: PATIENCE }
        .until(|| async { Ok((!disk.volume.exists()).then_some(())) })
        .await
}

/// A claim, its volume, and a pod of user 26 that has it at `/disk`.
struct Disk {
    rig: Rig,
    scratch: Scratch,
    volume: Volume,
}

impl Disk {
    async fn create(size: &str) -> Result<Self> {
        let rig = Rig::attach().await?;
        let scratch = Scratch::create(&rig, "storage").await?;
        let claim = json!({
            "metadata": { "name": "disk" },
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "resources": { "requests": { "storage": size } },
            },
        });
        let pod = json!({
            "metadata": { "name": "user" },
            "spec": {
                "terminationGracePeriodSeconds": 0,
                "securityContext":
                    { "runAsNonRoot": true, "runAsUser": 26, "runAsGroup": 26, "fsGroup": 26 },
                "containers": [{
                    "name": "main",
                    "image": images::POSTGRESQL_17,
                    "command": ["sleep", "infinity"],
                    "volumeMounts": [{ "name": "disk", "mountPath": "/disk" }],
                }],
                "volumes": [{ "name": "disk", "persistentVolumeClaim": { "claimName": "disk" } }],
            },
        });
        let claims: Api<PersistentVolumeClaim> = Api::namespaced(rig.client(), scratch.name());
        claims.create(&PostParams::default(), &serde_json::from_value(claim)?).await?;
        let pods: Api<Pod> = Api::namespaced(rig.client(), scratch.name());
        pods.create(&PostParams::default(), &serde_json::from_value(pod)?).await?;
        timeout(PATIENCE, await_condition(pods, "user", is_pod_running()))
            .await
            .context("the pod does not run")??;
        let volume = Volume::of_claim(&rig, scratch.name(), "disk").await?;
        Ok(Self { rig, scratch, volume })
    }

    fn claims(&self) -> Api<PersistentVolumeClaim> {
        Api::namespaced(self.rig.client(), self.scratch.name())
    }

    fn pods(&self) -> Api<Pod> {
        Api::namespaced(self.rig.client(), self.scratch.name())
    }

    fn exec(&self, script: &str) -> Result<String> {
        self.rig.kubectl(["-n", self.scratch.name(), "exec", "user", "--", "sh", "-c", script])
    }

    async fn ask_for(&self, size: &str) -> Result<()> {
        let patch = json!({ "spec": { "resources": { "requests": { "storage": size } } } });
        self.claims().patch("disk", &PatchParams::default(), &Patch::Merge(patch)).await?;
        Ok(())
    }

    /// The claim once it says that it has this much.
    async fn claim_with(&self, size: &str) -> Result<PersistentVolumeClaim> {
        let has = |claim: Option<&PersistentVolumeClaim>| {
            let status = claim.and_then(|claim| claim.status.as_ref());
            let capacity = status.and_then(|status| status.capacity.as_ref());
            capacity.is_some_and(|capacity| capacity["storage"].0 == size)
        };
        let claim = timeout(PATIENCE, await_condition(self.claims(), "disk", has)).await;
        claim.with_context(|| format!("the claim never has {size}"))??.context("it is gone")
    }

    async fn capacity(&self) -> Result<String> {
        let volumes: Api<PersistentVolume> = Api::all(self.rig.client());
        let spec = volumes.get(&self.volume.name).await?.spec.context("it has a spec")?;
        Ok(spec.capacity.context("it has a capacity")?["storage"].0.clone())
    }
}
