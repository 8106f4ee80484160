//! Backups: whether WAL is archived, from when on one could recover, what is being copied.

use api::annotations;
use jiff::Timestamp;
use kube::ResourceExt as _;
use serde_json::Value;

use super::View;
use crate::commands::status::gather::Store;
use crate::output::{Hue, Rows, Table};

pub(super) fn continuous(view: &View<'_>) -> String {
    let facts = view.facts;
    let mut rows = Rows::default();
    let mut text;
    if let Some(store) = &facts.gathered.store {
        text = view.title(Hue::Green, "Continuous Backup status (Barman Cloud Plugin)");
        match recovery_window(view, store, &mut rows) {
            Ok(()) => {}
            Err((lines, end)) => {
                for line in lines {
                    text.push_str(&view.title(Hue::Red, &line));
                }
                if end {
                    return text;
                }
            }
        }
    } else if facts.spec().backup.is_some() {
        text = view.title(Hue::Green, "Continuous Backup status");
        let first = facts.status.first_recoverability_point.as_deref().unwrap_or("Not Available");
        rows.pair("First Point of Recoverability:", first);
    } else if let Some(plugin) = other_plugin(view) {
        text = view.title(Hue::Green, &format!("Continuous Backup status (plugin {plugin})"));
        let first = facts.status.first_recoverability_point.as_deref().unwrap_or("Not Available");
        rows.pair("First Point of Recoverability:", first);
    } else {
        return view.title(Hue::Yellow, "Continuous Backup not configured");
    }
    archiving(view, &mut rows);
    text + &rows.render()
}

/// A plugin that archives WAL, other than the one whose stores we can read.
fn other_plugin<'a>(view: &'a View<'_>) -> Option<&'a str> {
    let mut plugins = view.facts.spec().plugins.iter();
    let found = plugins.find(|it| it.is_wal_archiver == Some(true) && it.enabled != Some(false));
    found.map(|plugin| plugin.name.as_str())
}

type Refusal = (Vec<String>, bool);

fn recovery_window(view: &View<'_>, store: &Store, rows: &mut Rows) -> Result<(), Refusal> {
    let Some(name) = &store.name else {
        let lines = vec![
            "No barmanObjectName parameter found in the plugin configuration".to_owned(),
            "Set spec.plugins[].parameters.barmanObjectName".to_owned(),
        ];
        return Err((lines, true));
    };
    let object = store
        .object
        .as_ref()
        .map_err(|cause| (vec![format!("Error fetching ObjectStore '{name}': {cause}")], true))?;
    let server = &store.server;
    let window = &object["status"]["serverRecoveryWindow"][server];
    if window.is_null() {
        let line = format!(
            "No recovery window information found in ObjectStore '{name}' for server '{server}'"
        );
        return Err((vec![line], false));
    }
    rows.pair("ObjectStore / Server name:", format_args!("{name}/{server}"));
    rows.pair("First Point of Recoverability:", moment(&window["firstRecoverabilityPoint"]));
    rows.pair("Last Successful Backup:", moment(&window["lastSuccessfulBackupTime"]));
    let failed = moment(&window["lastFailedBackupTime"]);
    rows.pair("Last Failed Backup:", view.paint(Hue::Red, failed));
    Ok(())
}

fn moment(value: &Value) -> String {
    let Some(text) = value.as_str() else { return "-".to_owned() };
    match text.parse::<Timestamp>() {
        Ok(time) => {
            let local = time.to_zoned(jiff::tz::TimeZone::system());
            local.strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
        }
        Err(_) => text.to_owned(),
    }
}

fn archiving(view: &View<'_>, rows: &mut Rows) {
    let Some((_, report)) = view.facts.primary() else {
        rows.add(["No Primary instance found".to_owned()]);
        return;
    };
    let annotation = view.facts.gathered.cluster.annotations().get(annotations::SKIP_WAL_ARCHIVING);
    let state = if annotation.map(String::as_str) == Some(annotations::ENABLED) {
        view.paint(Hue::Yellow, "Disabled")
    } else if report.is_archiving_wal {
        view.paint(Hue::Green, "OK")
    } else if !report.last_failed_wal.is_empty() {
        view.paint(Hue::Red, "Failing")
    } else {
        view.paint(Hue::Yellow, "Starting Up")
    };
    rows.pair("Working WAL archiving:", state);
    rows.pair("WALs waiting to be archived:", report.ready_wal_files);
    for (label, wal, time) in [
        ("Last Archived WAL:", &report.last_archived_wal, report.last_archived_wal_time),
        ("Last Failed WAL:", &report.last_failed_wal, report.last_failed_wal_time),
    ] {
        if wal.is_empty() {
            rows.pair(label, "-");
        } else {
            let time = time.map(|time| time.to_string()).unwrap_or_default();
            rows.add([label.to_owned(), wal.clone(), " @ ".to_owned(), time]);
        }
    }
}

pub(super) fn physical(view: &View<'_>) -> Option<String> {
    const TITLE: &str = "Physical backups";
    let Some((_, report)) = view.facts.primary() else {
        let sentence = view.paint(Hue::Red, "Primary instance not found");
        return Some(format!("{}{sentence}\n", view.title(Hue::Red, TITLE)));
    };
    let title = view.title(Hue::Green, TITLE);
    if report.basebackups.is_empty() {
        let sentence = view.paint(Hue::Yellow, "No running physical backups found");
        return (view.verbose > 0).then(|| format!("{title}{sentence}\n"));
    }
    let mut table = Table::new(&[
        "Name",
        "Phase",
        "Started at",
        "Total",
        "Transferred",
        "Progress",
        "Tablespaces",
    ]);
    for backup in &report.basebackups {
        #[expect(clippy::cast_precision_loss, reason = "a share is shown with two digits")]
        let share = backup.backup_streamed as f64 * 100.0 / backup.backup_total.max(1) as f64;
        let progress =
            if backup.backup_total == 0 { String::new() } else { format!("{share:.2}%") };
        table.add([
            backup.application_name.clone(),
            backup.phase.clone(),
            backup.backend_start.clone(),
            backup.backup_total_pretty.clone(),
            backup.backup_streamed_pretty.clone(),
            progress,
            format!("{}/{}", backup.tablespaces_streamed, backup.tablespaces_total),
        ]);
    }
    Some(title + &table.render())
}
