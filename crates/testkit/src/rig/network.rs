//! The wires of a rig: one bridge, and a network namespace with one cable for each node.
//!
//! Nothing that comes from the bridge is ever forwarded, and addresses of the rig that are in use
//! by nobody are refused at once, so no packet of a rig leaves the machine.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::layout::{Layout, Node};
use super::process::in_namespace;

/// Sets up the bridge and the routes of the root namespace; harmless when they are there.
pub fn create_bridge(layout: &Layout) -> Result<()> {
    let (bridge, gateway) = (layout.bridge(), layout.gateway());
    let mut lines = Vec::new();
    if !link_exists(&bridge) {
        lines.push(format!("link add {bridge} type bridge"));
    }
    lines.push(format!("addr replace {gateway}/24 dev {bridge}"));
    lines.push(format!("link set {bridge} up"));
    for network in [layout.cluster_network(), layout.service_network()] {
        lines.push(format!("route replace unreachable {network} metric 1000"));
    }
    ip(&lines)?;
    let conf = Path::new("/proc/sys/net/ipv4/conf").join(&bridge);
    fs::write(conf.join("forwarding"), "0").context("failed to forbid forwarding")
}

/// Gives a node its namespace, cable, address and routes; `nodes` are all nodes of the rig.
pub fn create_node(layout: &Layout, node: Node, nodes: &[Node]) -> Result<()> {
    let (namespace, veth) = (layout.namespace(node), layout.veth(node));
    let (bridge, address) = (layout.bridge(), layout.node_address(node));
    let mut outside = Vec::new();
    if !layout.namespace_path(node).exists() {
        outside.push(format!("netns add {namespace}"));
    }
    if !link_exists(&veth) {
        outside.push(format!("link add {veth} type veth peer name eth0 netns {namespace}"));
    }
    outside.push(format!("link set {veth} master {bridge} up"));
    ip(&outside)?;

    let mut inside = vec![
        "link set lo up".to_owned(),
        format!("addr replace {address}/24 dev eth0"),
        "link set eth0 up".to_owned(),
        format!("route replace default via {}", layout.gateway()),
    ];
    for other in nodes.iter().filter(|other| **other != node) {
        let (pods, via) = (layout.pod_network(*other), layout.node_address(*other));
        inside.push(format!("route replace {pods} via {via}"));
    }
    let path = layout.namespace_path(node);
    in_namespace(&path, || {
        ip(&inside)?;
        fs::write("/proc/sys/net/ipv4/ip_forward", "1").context("failed to allow forwarding")
    })?;
    // From the root namespace pods are reached through their node.
    ip(&[format!("route replace {} via {address}", layout.pod_network(node))])
}

/// Removes all of it, whatever part of it exists.
pub fn remove(layout: &Layout) -> Result<()> {
    let prefix = layout.prefix();
    let mut lines = Vec::new();
    for name in names_in("/sys/class/net")? {
        let rest = name.strip_prefix(&prefix);
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('v')) {
            lines.push(format!("link delete {name}"));
        }
    }
    for name in namespaces(layout)? {
        lines.push(format!("netns delete {name}"));
    }
    let ours = [layout.cluster_network(), layout.service_network()].map(|net| net.to_string());
    for route in output(&["-4", "route", "show", "type", "unreachable"])?.lines() {
        if route.split_whitespace().nth(1).is_some_and(|to| ours.iter().any(|net| net == to)) {
            lines.push(format!("route delete {}", route.trim()));
        }
    }
    ip(&lines)
}

/// The network namespaces of the rig's nodes that exist.
pub fn namespaces(layout: &Layout) -> Result<Vec<String>> {
    let start = format!("{}-", layout.prefix());
    Ok(names_in("/run/netns")?.into_iter().filter(|name| name.starts_with(&start)).collect())
}

/// Every interface and route of the root namespace that belongs to the rig.
pub fn traces(layout: &Layout) -> Result<Vec<String>> {
    let prefix = layout.prefix();
    let networks = [layout.cluster_network(), layout.service_network()];
    let mut found: Vec<String> = namespaces(layout)?;
    found.extend(names_in("/sys/class/net")?.into_iter().filter(|name| name.starts_with(&prefix)));
    for route in output(&["-4", "route", "show", "table", "all"])?.lines() {
        let addresses = route
            .split_whitespace()
            .filter_map(|word| word.split('/').next().and_then(|address| address.parse().ok()));
        if addresses.into_iter().any(|address| networks.iter().any(|net| net.contains(address))) {
            found.push(route.to_owned());
        }
    }
    Ok(found)
}

fn link_exists(name: &str) -> bool {
    Path::new("/sys/class/net").join(name).exists()
}

fn names_in(folder: &str) -> Result<Vec<String>> {
    if !Path::new(folder).exists() {
        return Ok(Vec::new());
    }
    let mut names = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// Runs commands of `ip`, all in one process, in the caller's namespace.
pub fn ip(lines: &[String]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut child = Command::new("ip")
        .args(["-batch", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("failed to run ip")?;
    let input = lines.join("\n") + "\n";
    child.stdin.take().expect("it is piped").write_all(input.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(
        output.status.success(),
        "ip: {}\nin: {}",
        String::from_utf8_lossy(&output.stderr).trim(),
        lines.join("; ")
    );
    Ok(())
}

fn output(words: &[&str]) -> Result<String> {
    let output = Command::new("ip").args(words).output().context("failed to run ip")?;
    ensure!(output.status.success(), "ip: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
