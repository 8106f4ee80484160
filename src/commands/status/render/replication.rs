//! Standbys as the primary sees them, and replication slots.

use postgres::lsn::Lsn;
use protocol::status::ReplicationSlot;

use super::View;
use crate::commands::status::facts::slot_name;
use crate::output::{Hue, Table};

pub(super) fn standbys(view: &View<'_>) -> String {
    let facts = view.facts;
    let mut text = view.title(Hue::Green, "Streaming Replication status");
    let sentence = if facts.spec().instances == 1 {
        "Not configured"
    } else if facts.primary().is_none() {
        "Primary instance not found"
    } else if facts.replicas().is_empty() {
        "Not available yet"
    } else {
        return text + &rows(view);
    };
    text.push_str(&view.title(Hue::Yellow, sentence));
    text
}

fn rows(view: &View<'_>) -> String {
    let facts = view.facts;
    let prefix = facts.slot_prefix();
    let mut titles = vec![
        "Name",
        "Sent LSN",
        "Write LSN",
        "Flush LSN",
        "Replay LSN",
        "Write Lag",
        "Flush Lag",
        "Replay Lag",
        "State",
        "Sync State",
        "Sync Priority",
    ];
    let details = view.verbose > 0;
    if prefix.is_some() {
        titles.push("Replication Slot");
        if details {
            titles.extend(["Slot Restart LSN", "Slot WAL Status", "Slot Safe WAL Size"]);
        }
    }
    let slots = facts.primary().map(|(_, report)| report.replication_slots_info.as_slice());
    let slots = slots.unwrap_or_default();
    let mut table = Table::new(&titles);
    for row in facts.replicas() {
        let mut cells = vec![
            row.application_name.clone(),
            lsn(row.sent_lsn),
            lsn(row.write_lsn),
            lsn(row.flush_lsn),
            lsn(row.replay_lsn),
            row.write_lag.as_str().to_owned(),
            row.flush_lag.as_str().to_owned(),
            row.replay_lag.as_str().to_owned(),
            row.state.clone(),
            row.sync_state.clone(),
            row.sync_priority.clone(),
        ];
        if let Some(prefix) = &prefix {
            let name = slot_name(prefix, &row.application_name);
            let slot = slots.iter().find(|slot| slot.slot_name == name);
            cells.extend(slot_cells(slot, details));
        }
        table.add(cells);
    }
    let heading = match prefix {
        Some(_) => view.title(Hue::Cyan, "Replication Slots Enabled"),
        None => String::new(),
    };
    heading + &table.render()
}

fn slot_cells(slot: Option<&ReplicationSlot>, details: bool) -> Vec<String> {
    let Some(slot) = slot else { return vec!["-".to_owned(); if details { 4 } else { 1 }] };
    let mut cells = vec![if slot.active { "active" } else { "inactive" }.to_owned()];
    if details {
        cells.extend([lsn(slot.restart_lsn), slot.wal_status.clone(), safe_size(slot)]);
    }
    cells
}

fn safe_size(slot: &ReplicationSlot) -> String {
    slot.safe_wal_size.map_or_else(|| "NULL".to_owned(), |size| size.to_string())
}

fn lsn(lsn: Option<Lsn>) -> String {
    lsn.map(|lsn| lsn.to_string()).unwrap_or_default()
}

pub(super) fn unmanaged_slots(view: &View<'_>) -> String {
    const TITLE: &str = "Unmanaged Replication Slot Status";
    let spec = view.facts.spec().replication_slots.as_ref();
    let prefix = spec
        .and_then(|slots| slots.high_availability.as_ref())
        .map(|slots| slots.slot_prefix.clone().unwrap_or_else(|| "_cnpg_".to_owned()));
    let ours = |slot: &ReplicationSlot| {
        prefix.as_ref().is_some_and(|prefix| slot.slot_name.starts_with(prefix.as_str()))
    };
    let slots: Vec<_> = view
        .facts
        .primary()
        .iter()
        .flat_map(|(_, report)| &report.replication_slots_info)
        .filter(|slot| !ours(slot))
        .collect();
    if slots.is_empty() {
        let title = view.title(Hue::Green, TITLE);
        return format!("{title}No unmanaged replication slots found\n");
    }
    let hue = if slots.iter().any(|slot| !slot.active) { Hue::Red } else { Hue::Green };
    let mut table = Table::new(&[
        "Slot Name",
        "Slot Type",
        "Database",
        "Active",
        "Restart LSN",
        "XMin",
        "Catalog XMin",
        "Datoid",
        "Plugin",
        "Wal Status",
        "Safe Wal Size",
    ]);
    for slot in slots {
        table.add([
            slot.slot_name.clone(),
            slot.slot_type.clone(),
            slot.database.clone(),
            slot.active.to_string(),
            lsn(slot.restart_lsn),
            slot.xmin.clone(),
            slot.catalog_xmin.clone(),
            slot.datoid.clone(),
            slot.plugin.clone(),
            slot.wal_status.clone(),
            safe_size(slot),
        ]);
    }
    view.title(hue, TITLE) + &table.render()
}
