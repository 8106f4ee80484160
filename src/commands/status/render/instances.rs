//! The instances, and the failure domains they stand in.

use std::collections::BTreeMap;

use api::conditions;

use super::View;
use crate::commands::status::facts::condition;
use crate::output::{Hue, Table};

pub(super) fn instances(view: &View<'_>) -> String {
    let mut table = Table::new(&[
        "Name",
        "Current LSN",
        "Replication role",
        "Status",
        "QoS",
        "Manager Version",
        "Node",
    ]);
    for instance in &view.facts.instances {
        let pod = &instance.pod;
        let class = pod.status.as_ref().and_then(|status| status.qos_class.clone());
        let node = pod.spec.as_ref().and_then(|spec| spec.node_name.clone());
        let (class, node) = (class.unwrap_or_default(), node.unwrap_or_default());
        let cells = match &instance.reached.report {
            Ok(report) => {
                let report = &report.status;
                let lsn = if report.is_primary { report.current_lsn } else { report.replay_lsn };
                let state = if report.pending_restart { "OK (pending restart)" } else { "OK" };
                [
                    instance.name(),
                    lsn.map(|lsn| lsn.to_string()).unwrap_or_default(),
                    view.facts.role(instance, report).to_owned(),
                    state.to_owned(),
                    class,
                    report.instance_manager_version.clone(),
                    node,
                ]
            }
            Err(unreachable) => [
                instance.name(),
                "-".to_owned(),
                "-".to_owned(),
                unreachable.reason.clone(),
                class,
                "-".to_owned(),
                node,
            ],
        };
        table.add(cells);
    }
    view.title(Hue::Green, "Instances status") + &table.render()
}

pub(super) fn domains(view: &View<'_>) -> Option<String> {
    const TITLE: &str = "Failure Domain Topology";
    let synchronous = view.facts.spec().postgresql.synchronous.as_ref()?;
    let keys = if synchronous.pod_failure_domain_keys.is_empty() {
        &synchronous.node_failure_domain_keys
    } else {
        &synchronous.pod_failure_domain_keys
    };
    if keys.is_empty() {
        return None;
    }
    let status = &view.facts.status;
    let condition = condition(status, conditions::SYNC_REPLICATION_TOPOLOGY);
    let satisfied = condition.is_some_and(|condition| condition.status == "True");
    let mut text = view.title(if satisfied { Hue::Green } else { Hue::Yellow }, TITLE);
    let topology = status.topology.clone().unwrap_or_default();
    if topology.successfully_extracted != Some(true) && !topology.instances.is_empty() {
        let sentence = "Topology labels could not be extracted from pods or nodes";
        text.push_str(&view.title(Hue::Yellow, sentence));
    } else if topology.instances.is_empty() {
        text.push_str(&view.title(Hue::Yellow, "No topology information available yet"));
    } else {
        text.push_str(&table(view, keys, &topology.instances).render());
    }
    if let Some(condition) = condition {
        let line = if satisfied {
            view.paint(Hue::Green, format_args!("Constraint: True ({})", condition.reason))
        } else {
            let (reason, message) = (&condition.reason, &condition.message);
            view.paint(Hue::Yellow, format_args!("Constraint: False ({reason}) - {message}"))
        };
        text.push_str(&format!("{line}\n"));
    }
    Some(text)
}

fn table(
    view: &View<'_>,
    keys: &[String],
    instances: &BTreeMap<String, BTreeMap<String, String>>,
) -> Table {
    let heading = if let [only] = keys { only.as_str() } else { "Domain" };
    let mut table = Table::new(&[heading, "Instances", "Primary Domain"]);
    let mut domains: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (instance, labels) in instances {
        let value = |key: &String| match labels.get(key).map(String::as_str) {
            None | Some("") => "<empty>".to_owned(),
            Some(value) => value.to_owned(),
        };
        let domain = match keys {
            [only] => value(only),
            several => {
                let pairs = several.iter().map(|key| format!("{key}={}", value(key)));
                pairs.collect::<Vec<_>>().join(", ")
            }
        };
        domains.entry(domain).or_default().push(instance);
    }
    let healthy = view.facts.status.instances_status.get("healthy").cloned().unwrap_or_default();
    let primary = view.facts.status.current_primary.as_deref().unwrap_or_default();
    for (domain, members) in domains {
        let shown: Vec<_> = members
            .iter()
            .map(|name| {
                let ready = healthy.iter().any(|healthy| healthy == name);
                if ready { (*name).to_owned() } else { format!("{name} (not ready)") }
            })
            .collect();
        let leads = if members.contains(&primary) { "Yes" } else { "No" };
        table.add([domain, shown.join(", "), leads.to_owned()]);
    }
    table
}
