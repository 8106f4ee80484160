//! What to type next when something is wrong.

use api::phases;

use super::facts::Facts;
use super::reach::Way;
use super::render::View;
use crate::instance::Fenced;
use crate::output::Hue;

/// The last section; absent when all is well.
pub(super) fn render(view: &View<'_>) -> Option<String> {
    let advice = advice(view.facts);
    if advice.is_empty() {
        return None;
    }
    let mut text = view.title(Hue::Yellow, "What to do");
    for line in advice {
        text.push_str(&format!("- {line}\n"));
    }
    Some(text)
}

/// One sentence for each thing that is wrong, with a command.
fn advice(facts: &Facts<'_>) -> Vec<String> {
    let name = &facts.gathered.name;
    let place = format!("-n {}", facts.gathered.namespace);
    let mut lines = Vec::new();
    if facts.hibernated {
        lines.push(format!("to wake the cluster up: kubectl cnpg hibernate off {name} {place}"));
        return lines;
    }
    match &facts.fenced {
        Ok(Fenced::All) => lines.push(format!(
            "all instances are fenced: kubectl cnpg fencing off {name} \"*\" {place}"
        )),
        Ok(Fenced::Some(names)) => lines.extend(names.iter().map(|instance| {
            format!("{instance} is fenced: kubectl cnpg fencing off {name} {instance} {place}")
        })),
        Err(_) => lines.push(format!(
            "the fences cannot be read: kubectl annotate cluster {name} {place} cnpg.io/fencedInstances-"
        )),
    }
    let restarts: Vec<_> = facts
        .instances
        .iter()
        .filter(|it| it.reached.report.as_ref().is_ok_and(|report| report.status.pending_restart))
        .map(|it| it.name())
        .collect();
    if !restarts.is_empty() {
        lines.push(format!(
            "settings wait for a restart of {}: kubectl cnpg restart {name} {place}",
            restarts.join(", ")
        ));
    }
    if facts.status.phase.as_deref() == Some(phases::cluster::WAITING_FOR_USER) {
        lines.push(format!(
            "the operator waits for a switchover: kubectl cnpg promote {name} INSTANCE {place}"
        ));
    }
    let dead: Vec<_> = facts
        .instances
        .iter()
        .filter(|it| it.reached.way == Way::Api)
        .filter(|it| it.reached.report.as_ref().is_err_and(|error| error.reason != "Forbidden"))
        .collect();
    for instance in dead {
        let pod = instance.name();
        lines.push(format!("{pod} does not answer: kubectl describe pod {pod} {place}"));
    }
    let archiving = facts.primary().filter(|(_, report)| {
        let configured = facts.spec().backup.is_some() || facts.gathered.store.is_some();
        configured && !report.is_archiving_wal && !report.last_failed_wal.is_empty()
    });
    if let Some((instance, report)) = archiving {
        lines.push(format!(
            "WAL file {} cannot be archived: kubectl logs {} -c postgres {place} | kubectl cnpg logs pretty --loggers wal-archive",
            report.last_failed_wal,
            instance.name()
        ));
    }
    let forbidden = facts
        .instances
        .iter()
        .any(|it| it.reached.report.as_ref().is_err_and(|error| error.reason == "Forbidden"));
    if forbidden {
        lines.push(format!(
            "you may not read the instances; ask for the verb `get` on `pods/proxy`: kubectl auth can-i get pods --subresource=proxy {place}"
        ));
    }
    let no_primary = facts.primary().is_none() && !facts.primary_fenced() && !forbidden;
    if no_primary && !facts.instances.is_empty() {
        lines.push(format!("no instance says that it is the primary: kubectl cnpg logs cluster {name} {place} | kubectl cnpg logs pretty"));
    }
    if facts.instances.is_empty() {
        lines.push(format!("there are no instances: kubectl describe cluster {name} {place}"));
    }
    lines
}
