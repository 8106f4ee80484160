//! Faults of pods and of whole nodes.

use std::net::TcpStream;

use anyhow::{Context, Result};
use testkit::rig::Rig;
use testkit::rig::faults::{Injected, Signal};
use testkit::rig::scratch::Scratch;

use super::pods::{Counter, node_ready, until};
use super::reach::{connects, is_silent};

/// While the fault lasts the pod stands still, although a witness counts on; then it goes on.
async fn stands_still(fault: Injected, pod: &Counter<'_>, witness: &Counter<'_>) -> Result<()> {
    // What it wrote last may still be on its way through the runtime.
    witness.advances().await?;
    let before = pod.count()?;
    witness.advances().await?;
    witness.advances().await?;
    assert_eq!(pod.count()?, before, "{}", fault.recorded());
    fault.heal()?;
    pod.advances().await
}

#[tokio::test]
async fn a_frozen_or_suspended_pod_stands_still_until_it_is_healed() -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let scratch = Scratch::create(&rig, "freeze").await?;
    let pod = Counter::start(&rig, &scratch, rig.node(1)?).await?;
    let witness = Counter::start(&rig, &scratch, rig.node(2)?).await?;
    stands_still(rig.faults().freeze_pod(&pod.name)?, &pod, &witness).await?;
    stands_still(rig.faults().suspend(&pod.name, "bash")?, &pod, &witness).await
}

#[tokio::test]
async fn a_frozen_node_stands_still_with_all_its_pods() -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let scratch = Scratch::create(&rig, "freeze").await?;
    let pod = Counter::start(&rig, &scratch, rig.node(1)?).await?;
    let witness = Counter::start(&rig, &scratch, rig.node(2)?).await?;
    stands_still(rig.faults().freeze_node(rig.node(1)?)?, &pod, &witness).await
}

#[tokio::test]
async fn a_killed_process_is_gone_and_its_container_starts_again() -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let scratch = Scratch::create(&rig, "kill").await?;
    let pod = Counter::start(&rig, &scratch, rig.node(1)?).await?;
    let faults = rig.faults();
    let unknown = faults.kill(&pod.name, "postgres", Signal::SIGKILL).unwrap_err().to_string();
    assert!(unknown.contains("no process postgres in pod"), "{unknown}");
    let killed = faults.kill(&pod.name, "bash", Signal::SIGKILL)?;
    assert_eq!(killed.len(), 1, "{killed:?}");
    let before = pod.count()?;
    until("another bash", async || {
        // Nothing is sent by signal 0, but somebody must be there.
        let other = faults.kill(&pod.name, "bash", Signal::SIGCONT)?;
        Ok((other != killed).then_some(()))
    })
    .await?;
    pod.advances().await?;
    assert!(pod.count()? > before);
    Ok(())
}

#[tokio::test]
async fn a_crashed_node_falls_silent_and_comes_back_with_its_pods() -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let scratch = Scratch::create(&rig, "crash").await?;
    let node = rig.node(1)?;
    let pod = Counter::start(&rig, &scratch, node).await?;
    let witness = Counter::start(&rig, &scratch, rig.node(2)?).await?;
    let kubelet = (rig.layout().node_address(node), 10250).into();
    let mut connection = TcpStream::connect(kubelet)?;
    let cgroup = rig.layout().cgroup(node);
    let processes = || -> Result<usize> {
        let path = format!("/sys/fs/cgroup/freezer/{cgroup}/cgroup.procs");
        Ok(std::fs::read_to_string(path)?.lines().count())
    };
    assert!(processes()? >= 3, "containerd, kubelet, kube-proxy");

    let crash = rig.faults().crash(node)?;
    assert_eq!(processes()?, 0);
    assert!(is_silent(&mut connection)?, "no farewell of an ending process");
    assert!(!connects(None, kubelet)?);
    let before = pod.count()?;
    witness.advances().await?;
    assert_eq!(pod.count()?, before);

    crash.heal().context("failed to bring the node back")?;
    until("kubelet back", async || Ok(connects(None, kubelet)?.then_some(()))).await?;
    node_ready(&rig, node, true).await?;
    pod.advances().await
}
