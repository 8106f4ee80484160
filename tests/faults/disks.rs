//! Faults of volumes.

use std::fs;
use std::io::ErrorKind;
use std::time::Duration;

use anyhow::Result;
use testkit::rig::Rig;
use testkit::rig::faults::Limits;
use testkit::rig::scratch::Scratch;

use super::pods::Counter;

#[tokio::test]
async fn a_full_volume_takes_no_byte_until_it_is_healed() -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let scratch = Scratch::create(&rig, "fill").await?;
    let pod = Counter::start_with_volume(&rig, &scratch, rig.node(1)?).await?;
    let faults = rig.faults();
    let volume = faults.volume(&format!("{}/data", scratch.name()))?;
    assert_eq!(faults.volume(&volume.to_string())?, volume, "by its own name too");
    let write = |name| fs::write(volume.path(rig.layout()).join(name), [7; 16 << 10]);
    write("before")?;
    let fault = faults.fill(&volume)?;
    let refused = write("during").unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::StorageFull, "{refused}");
    let (namespace, name) = (pod.name.namespace.as_str(), pod.name.name.as_str());
    let words =
        ["exec", "-n", namespace, name, "--", "sh", "-c", "head -c 9000 /dev/zero > /data/b"];
    let inside = rig.kubectl(words).unwrap_err().to_string();
    assert!(inside.contains("No space left on device"), "{inside}");
    fault.heal()?;
    write("after")?;
    rig.kubectl(words)?;
    Ok(())
}

#[tokio::test]
async fn a_slow_disk_takes_its_time_for_what_a_pod_writes() -> Result<()> {
    let rig = Rig::attach_alone().await?;
    let scratch = Scratch::create(&rig, "slow").await?;
    let pod = Counter::start_with_volume(&rig, &scratch, rig.node(1)?).await?;
    let faults = rig.faults();
    let volume = faults.volume(&format!("{}/data", scratch.name()))?;
    let (namespace, name) = (pod.name.namespace.as_str(), pod.name.name.as_str());
    // The clock is read inside: starting kubectl takes a while on a busy machine.
    let time = |how: &str, blocks: &str| -> Result<Duration> {
        let dd = format!("dd if=/dev/zero of=/data/file {blocks} count=40 {how}");
        let script = format!("a=$(date +%s%N); {dd} >&2; b=$(date +%s%N); echo $((b - a))");
        let took = rig.kubectl(["exec", "-n", namespace, name, "--", "bash", "-c", &script])?;
        Ok(Duration::from_nanos(took.trim().parse()?))
    };
    let cases = [
        ("bytes", Limits { bytes: Some(1 << 20), operations: None }, "bs=128k"),
        ("operations", Limits { bytes: None, operations: Some(8) }, "bs=4k"),
    ];
    for (what, limits, blocks) in cases {
        let fault = faults.slow_disk(&volume, limits)?;
        let slow = time("oflag=direct", blocks)?;
        // Five seconds, by 1 MiB or 8 operations a second. The kernel rounds up in each of its
        // slices and grants a burst at first: it was seen to let 12 operations a second pass.
        assert!((2.5..30.0).contains(&slow.as_secs_f64()), "{what}: {slow:?}");
        if what == "bytes" {
            let synced = time("conv=fsync", blocks)?;
            assert!(synced.as_secs_f64() > 2.5, "{what}, synced: {synced:?}");
        }
        fault.heal()?;
        let quick = time("oflag=direct", blocks)?;
        assert!(quick < Duration::from_secs(2), "{what}, healed: {quick:?}");
    }
    Ok(())
}
