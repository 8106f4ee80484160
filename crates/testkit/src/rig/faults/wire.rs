//! Faults of a node's cable: packets that vanish, and a cable that carries little.
//!
//! Packets are dropped where they enter or leave the node's end of the cable, below everything
//! else: whoever sent one cannot tell it from a loss far away, and packets of pods that the node
//! only forwards are treated alike. Each fault has a table of its own, so faults add up. This
//! kernel has no `netem`: delay is not among the faults.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, ensure};

use super::{Direction, Side};
use crate::rig::layout::{Layout, Node};
use crate::rig::process::in_namespace;
use crate::rig::s3::Scheme;

/// The node's end of its cable.
const CABLE: &str = "eth0";

/// Cuts the node off from one side.
pub(super) fn cut(
    layout: &Layout,
    id: &str,
    node: Node,
    from: Side,
    direction: Direction,
) -> Result<()> {
    nft(layout, node, &table(id, &cutting(layout, from, direction)))
}

/// Loses some of the node's packets.
pub(super) fn lose(layout: &Layout, id: &str, node: Node, percent: u8) -> Result<()> {
    let rule = vec![format!("numgen random mod 100 < {percent} drop")];
    nft(layout, node, &table(id, &Rules { inward: rule.clone(), outward: rule }))
}

/// Undoes [`cut`] and [`lose`].
pub(super) fn mend(layout: &Layout, id: &str, node: Node) -> Result<()> {
    if !layout.namespace_path(node).exists() {
        return Ok(());
    }
    // Declared first: deleting what is not there would be an error.
    let name = name(id);
    nft(layout, node, &format!("table netdev {name}\ndelete table netdev {name}\n"))
}

/// Lets the cable carry only so much, in each direction.
pub(super) fn narrow(layout: &Layout, node: Node, kilobits: u32) -> Result<()> {
    let rate = format!("{kilobits}kbit");
    // The bucket must hold at least one packet, and what a busy timer lets pile up.
    let burst = (kilobits * 125 / 50).max(16 << 10).to_string();
    let shape = |device: &str| {
        let words = ["qdisc", "replace", "dev", device, "root", "tbf", "rate", &rate];
        let words = words.into_iter().chain(["burst", &burst, "latency", "400ms"]);
        run(Command::new("tc").args(words), "")
    };
    in_namespace(&layout.namespace_path(node), || shape(CABLE))?;
    shape(&layout.veth(node)).map(drop)
}

/// Undoes [`narrow`].
pub(super) fn widen(layout: &Layout, node: Node) -> Result<()> {
    let restore = |device: &str| {
        let shown = run(Command::new("tc").args(["qdisc", "show", "dev", device, "root"]), "")?;
        if shown.contains("tbf") {
            run(Command::new("tc").args(["qdisc", "delete", "dev", device, "root"]), "")?;
        }
        Ok(())
    };
    if !layout.namespace_path(node).exists() {
        return Ok(());
    }
    in_namespace(&layout.namespace_path(node), || restore(CABLE))?;
    restore(&layout.veth(node))
}

/// What happens to packets that come to the node, and to those that leave it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Rules {
    inward: Vec<String>,
    outward: Vec<String>,
}

fn cutting(layout: &Layout, from: Side, direction: Direction) -> Rules {
    let side = |near: &str, far: &str| match from {
        Side::All => vec!["drop".to_owned()],
        Side::Api => {
            // Names and S3 come from the same address, but are not the control plane.
            let ports = [53, Scheme::Http.port(), Scheme::Https.port()];
            let ports = ports.map(|port| port.to_string()).join(", ");
            let gateway = layout.gateway();
            vec![
                format!(
                    "ip {far} {gateway} meta l4proto {{ tcp, udp }} th {near} {{ {ports} }} accept"
                ),
                format!("ip {far} {gateway} drop"),
            ]
        }
        Side::Peers => {
            let (gateway, all) = (layout.gateway(), layout.cluster_network());
            vec![format!("ip {far} {gateway} accept"), format!("ip {far} {all} drop")]
        }
    };
    let (inward, outward) = (side("sport", "saddr"), side("dport", "daddr"));
    match direction {
        Direction::Both => Rules { inward, outward },
        Direction::In => Rules { inward, ..Rules::default() },
        Direction::Out => Rules { outward, ..Rules::default() },
    }
}

fn table(id: &str, rules: &Rules) -> String {
    let chain = |hook: &str, rules: &[String]| {
        let rules: String = rules.iter().map(|rule| format!("    {rule}\n")).collect();
        format!(
            "  chain {hook} {{\n    type filter hook {hook} device \"{CABLE}\" priority -400\n{rules}  }}\n"
        )
    };
    let (inward, outward) = (chain("ingress", &rules.inward), chain("egress", &rules.outward));
    format!("table netdev {} {{\n{inward}{outward}}}\n", name(id))
}

fn name(id: &str) -> String {
    format!("fault_{id}")
}

fn nft(layout: &Layout, node: Node, rules: &str) -> Result<()> {
    let nft = || run(Command::new("nft").args(["-f", "-"]), rules);
    in_namespace(&layout.namespace_path(node), nft).map(drop)
}

fn run(command: &mut Command, input: &str) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("failed to run {program}"))?;
    child.stdin.take().expect("it is piped").write_all(input.as_bytes())?;
    let Output { status, stdout, stderr } = child.wait_with_output()?;
    ensure!(status.success(), "{program}: {}", String::from_utf8_lossy(&stderr).trim());
    Ok(String::from_utf8(stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::layout::{Cache, Slot};

    #[test]
    fn a_cut_names_only_its_side() {
        let layout = Layout::new(Cache::new("/cache"), Slot::new(1).unwrap());
        let rules = |from, direction| {
            let Rules { inward, outward } = cutting(&layout, from, direction);
            [inward.join("; "), outward.join("; ")]
        };
        let cases = [
            ("all", rules(Side::All, Direction::Both), ["drop", "drop"]),
            ("outward only", rules(Side::All, Direction::Out), ["", "drop"]),
            (
                "peers, inward only",
                rules(Side::Peers, Direction::In),
                ["ip saddr 198.18.32.1 accept; ip saddr 198.18.32.0/19 drop", ""],
            ),
            (
                "the control plane without names and S3",
                rules(Side::Api, Direction::Both),
                [
                    "ip saddr 198.18.32.1 meta l4proto { tcp, udp } th sport { 53, 8333, 8334 } accept; \
                     ip saddr 198.18.32.1 drop",
                    "ip daddr 198.18.32.1 meta l4proto { tcp, udp } th dport { 53, 8333, 8334 } accept; \
                     ip daddr 198.18.32.1 drop",
                ],
            ),
        ];
        for (name, rules, expected) in cases {
            assert_eq!(rules, expected, "{name}");
        }
    }
}
