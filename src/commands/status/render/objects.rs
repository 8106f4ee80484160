//! What belongs to a cluster besides its instances: roles, tablespaces, budgets, plugins.

use api::labels;
use kube::ResourceExt as _;

use super::{View, under};
use crate::output::{Hue, Table};

pub(super) fn roles(view: &View<'_>) -> String {
    const TITLE: &str = "Managed roles status";
    let status = view.facts.status.managed_roles_status.clone().unwrap_or_default();
    if status.by_status.is_empty() && status.cannot_reconcile.is_empty() {
        return under(view.title(Hue::Green, TITLE), None, "No roles managed");
    }
    let pending = status.by_status.iter().any(|(state, roles)| {
        !roles.is_empty() && !matches!(state.as_str(), "reconciled" | "reserved")
    });
    let hue = match (status.cannot_reconcile.is_empty(), pending) {
        (false, _) => Hue::Red,
        (true, true) => Hue::Yellow,
        (true, false) => Hue::Green,
    };
    let mut table = Table::new(&["Status", "Roles"]);
    for (state, roles) in &status.by_status {
        let mut roles = roles.clone();
        roles.sort();
        table.add([state.clone(), roles.join(",")]);
    }
    let mut text = view.title(hue, TITLE) + &table.render();
    if !status.cannot_reconcile.is_empty() {
        text.push_str(&format!("\n{}", view.title(Hue::Red, "Irreconcilable roles")));
        let mut table = Table::new(&["Role", "Errors"]);
        for (role, errors) in &status.cannot_reconcile {
            table.add([role.clone(), errors.join(",")]);
        }
        text.push_str(&table.render());
    }
    text
}

pub(super) fn tablespaces(view: &View<'_>) -> String {
    const TITLE: &str = "Tablespaces status";
    let states = &view.facts.status.tablespaces_status;
    if states.is_empty() {
        return under(view.title(Hue::Green, TITLE), None, "No managed tablespaces");
    }
    let failed = states.iter().any(|state| state.error.is_some());
    let pending = states.iter().any(|state| state.state == "pending");
    let hue = match (failed, pending) {
        (true, _) => Hue::Red,
        (false, true) => Hue::Yellow,
        (false, false) => Hue::Green,
    };
    let mut table = Table::new(&["Tablespace", "Owner", "Status", "Temporary", "Error"]);
    for state in states {
        let mut defined = view.facts.spec().tablespaces.iter();
        let temporary = defined.any(|it| it.name == state.name && it.temporary == Some(true));
        table.add([
            state.name.clone(),
            state.owner.clone().unwrap_or_default(),
            state.state.clone(),
            temporary.to_string(),
            state.error.clone().unwrap_or_default(),
        ]);
    }
    under(view.title(hue, TITLE), Some(table), "")
}

pub(super) fn budgets(view: &View<'_>) -> String {
    let title = view.title(Hue::Green, "Pod Disruption Budgets status");
    let budgets = &view.facts.gathered.budgets;
    if budgets.is_empty() {
        return under(title, None, "No active PodDisruptionBudgets found");
    }
    let mut table = Table::new(&[
        "Name",
        "Role",
        "Expected Pods",
        "Current Healthy",
        "Minimum Desired Healthy",
        "Disruptions Allowed",
    ]);
    for budget in budgets {
        let role = budget
            .spec
            .as_ref()
            .and_then(|spec| spec.selector.as_ref()?.match_labels.as_ref())
            .and_then(|labels| labels.get(labels::INSTANCE_ROLE).cloned());
        let status = budget.status.clone().unwrap_or_default();
        table.add([
            budget.name_any(),
            role.unwrap_or_default(),
            number(status.expected_pods),
            number(status.current_healthy),
            number(status.desired_healthy),
            number(status.disruptions_allowed),
        ]);
    }
    under(title, Some(table), "")
}

pub(super) fn plugins(view: &View<'_>) -> Option<String> {
    let title = view.title(Hue::Green, "Plugins status");
    let plugins = &view.facts.status.plugin_status;
    if plugins.is_empty() {
        return (view.verbose > 0).then(|| under(title, None, "No plugins found"));
    }
    let mut table = Table::new(&["Name", "Version", "Status", "Reported Operator Capabilities"]);
    for plugin in plugins {
        let words: Vec<_> = plugin.capabilities.iter().map(|it| capability(it)).collect();
        table.add([
            plugin.name.clone(),
            plugin.version.clone(),
            plugin.status.clone().unwrap_or_else(|| "N/A".to_owned()),
            if words.is_empty() { "N/A".to_owned() } else { words.join(", ") },
        ]);
    }
    Some(under(title, Some(table), ""))
}

fn number(number: Option<i32>) -> String {
    number.unwrap_or_default().to_string()
}

fn capability(name: &str) -> &str {
    match name {
        "TYPE_BACKUP_SERVICE" => "Backup Service",
        "TYPE_RESTORE_JOB" => "Restore Job",
        "TYPE_RECONCILER_HOOKS" => "Reconciler Hooks",
        "TYPE_WAL_SERVICE" => "WAL Service",
        "TYPE_OPERATOR_SERVICE" => "Operator Service",
        "TYPE_LIFECYCLE_SERVICE" => "Lifecycle Service",
        "TYPE_POSTGRES" => "Postgres Service",
        "TYPE_UNSPECIFIED" => "",
        other => other,
    }
}
