//! Faults of a node's cable.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use testkit::rig::Rig;
use testkit::rig::faults::{Direction, Side};
use testkit::rig::layout::Node;
use testkit::rig::scratch::Scratch;

use super::pods::Counter;
use super::reach::{arrivals, connects, transfer};

fn namespace(rig: &Rig, node: Node) -> PathBuf {
    rig.layout().namespace_path(node)
}

#[tokio::test]
async fn a_partition_cuts_its_side_off_and_nothing_else() -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let scratch = Scratch::create(&rig, "partition").await?;
    let (node, peer) = (rig.node(1)?, rig.node(2)?);
    let counter = Counter::start(&rig, &scratch, node).await?;
    let (layout, pod) = (rig.layout(), counter.pod()?.namespace_path()?);
    let (here, there) = (namespace(&rig, node), namespace(&rig, peer));
    let api = (layout.gateway(), 6443).into();
    let names = (layout.gateway(), 53).into();
    let own_kubelet = (layout.node_address(node), 10250).into();
    let peer_kubelet = (layout.node_address(peer), 10250).into();
    // API from the node and from its pod, the kubelet from the API server, names;
    // from the node and from its pod to a peer, from a peer to the node.
    let reach = || {
        anyhow::Ok([
            connects(Some(&here), api)?,
            connects(Some(&pod), api)?,
            connects(None, own_kubelet)?,
            connects(Some(&here), names)?,
            connects(Some(&here), peer_kubelet)?,
            connects(Some(&pod), peer_kubelet)?,
            connects(Some(&there), own_kubelet)?,
        ])
    };
    let whole = [true; 7];
    assert_eq!(reach()?, whole, "before");
    let cases = [
        (Side::All, [false; 7]),
        (Side::Api, [false, false, false, true, true, true, true]),
        (Side::Peers, [true, true, true, true, false, false, false]),
    ];
    for (from, expected) in cases {
        let fault = rig.faults().partition(node, from, Direction::Both)?;
        assert_eq!(reach()?, expected, "{from:?}");
        fault.heal()?;
        assert_eq!(reach()?, whole, "after {from:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_partition_in_one_direction_lets_the_other_pass() -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let (node, peer) = (rig.node(1)?, rig.node(2)?);
    let (here, there) = (namespace(&rig, node), namespace(&rig, peer));
    let (own, others) = (rig.layout().node_address(node), rig.layout().node_address(peer));
    let count = || {
        let inward = arrivals(&there, &here, own, 20)?;
        anyhow::Ok([inward, arrivals(&here, &there, others, 20)?])
    };
    assert_eq!(count()?, [20, 20], "before");
    for (direction, expected) in [(Direction::In, [0, 20]), (Direction::Out, [20, 0])] {
        for from in [Side::All, Side::Peers] {
            let fault = rig.faults().partition(node, from, direction)?;
            assert_eq!(count()?, expected, "{from:?} {direction:?}");
            fault.heal()?;
        }
    }
    assert_eq!(count()?, [20, 20], "after");
    Ok(())
}

#[tokio::test]
async fn a_lossy_cable_loses_its_share_in_each_direction() -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let (node, peer) = (rig.node(1)?, rig.node(2)?);
    let (here, there) = (namespace(&rig, node), namespace(&rig, peer));
    let (own, others) = (rig.layout().node_address(node), rig.layout().node_address(peer));
    let fault = rig.faults().lossy(node, 30)?;
    for arrived in [arrivals(&there, &here, own, 2000)?, arrivals(&here, &there, others, 2000)?] {
        // Ten standard deviations around 1400: never by chance.
        assert!((1200..1600).contains(&arrived), "{arrived} of 2000 arrived");
    }
    fault.heal()?;
    assert_eq!(arrivals(&there, &here, own, 500)?, 500);
    Ok(())
}

#[tokio::test]
async fn a_slow_cable_takes_its_time_in_each_direction() -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let (node, peer) = (rig.node(1)?, rig.node(2)?);
    let (here, there) = (namespace(&rig, node), namespace(&rig, peer));
    let (own, others) = (rig.layout().node_address(node), rig.layout().node_address(peer));
    let bytes = 200_000;
    let fault = rig.faults().slow(node, 1000)?;
    for took in [transfer(&there, &here, own, bytes)?, transfer(&here, &there, others, bytes)?] {
        // 1.6 s at 125 kB a second, less what the bucket holds.
        assert!((1.2..10.0).contains(&took.as_secs_f64()), "{took:?}");
    }
    fault.heal()?;
    let took = transfer(&there, &here, own, bytes)?;
    assert!(took < Duration::from_millis(1000), "{took:?}");
    Ok(())
}
