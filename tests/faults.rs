//! Every fault of the rig, proven by what can be seen from outside, and its end too.
//!
//! Each test has the rig to itself: see [`Rig::attach_alone`]. Time is told by a pod that counts
//! on another node, so that "nothing happens" has a measure.

mod disks;
mod network;
mod pods;
mod processes;
mod reach;

use std::time::Duration;

use anyhow::Result;
use testkit::rig::Rig;
use testkit::rig::faults::{Direction, Fault, Mode, Side};

use pods::until;
use reach::connects;

/// For what takes long on a busy machine: starting pods, nodes that come back.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test]
async fn heal_undoes_what_a_killed_program_left_behind() -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let (faults, node) = (rig.faults(), rig.node(1)?);
    let kubelet = (rig.layout().node_address(node), 10250).into();
    assert!(connects(None, kubelet)?);
    // A killed program drops nothing.
    std::mem::forget(faults.partition(node, Side::All, Direction::Both)?);
    std::mem::forget(faults.lossy(node, 50)?);
    std::mem::forget(faults.stop("kube-scheduler", Mode::Freeze)?);
    assert!(!connects(None, kubelet)?);

    let after = Rig::clone(&rig).faults();
    let nodes: Vec<_> = after.active()?.into_iter().map(|recorded| recorded.fault).collect();
    let stopped = Fault::Stop { daemon: "kube-scheduler".into(), mode: Mode::Freeze };
    assert_eq!(
        nodes,
        [
            Fault::Partition { node, from: Side::All, direction: Direction::Both },
            Fault::Lossy { node, percent: 50 },
            stopped,
        ]
    );
    assert_eq!(after.heal_all()?.len(), 3);
    assert_eq!(after.active()?, []);
    assert!(connects(None, kubelet)?);
    assert_eq!(after.heal_all()?, [], "twice is harmless");
    Ok(())
}

#[tokio::test]
async fn a_fault_ends_with_its_value_and_is_not_made_twice() -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let (faults, node) = (rig.faults(), rig.node(1)?);
    {
        let _stopped = faults.stop("kube-scheduler", Mode::Freeze)?;
        let again = faults.stop("kube-scheduler", Mode::Kill).unwrap_err().to_string();
        assert!(again.contains("kube-scheduler is broken already"), "{again}");
        assert_eq!(faults.active()?.len(), 1);
    }
    assert_eq!(faults.active()?, []);
    let unknown = testkit::rig::layout::Node::new(9).expect("there may be nine");
    assert!(faults.crash(unknown).is_err());
    assert!(faults.lossy(node, 0).is_err());
    assert!(faults.stop("nobody", Mode::Kill).is_err());
    assert_eq!(faults.active()?, [], "what is refused leaves nothing behind");
    Ok(())
}

#[tokio::test]
async fn a_stopped_api_server_is_silent_when_frozen_and_refuses_when_killed() -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let api = (rig.layout().gateway(), 6443).into();
    let answers = async || Ok(pods::api_answers(&rig).await.then_some(()));
    until("API server answering", answers).await?;
    let frozen = rig.faults().stop("apiserver", Mode::Freeze)?;
    assert!(connects(None, api)?, "the kernel takes connections for it");
    assert!(!pods::api_answers(&rig).await);
    frozen.heal()?;
    until("API server answering after a freeze", answers).await?;

    let killed = rig.faults().stop("apiserver", Mode::Kill)?;
    assert!(!connects(None, api)?);
    killed.heal()?;
    until("API server answering after a kill", answers).await?;

    let etcd = rig.faults().stop("etcd", Mode::Freeze)?;
    assert!(connects(None, api)?);
    assert!(!pods::api_answers(&rig).await, "its database does not answer");
    etcd.heal()?;
    until("API server answering after its database", answers).await
}
