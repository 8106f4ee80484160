//! The first section: who leads, how the cluster is, how large it is.

use api::duration::Span;
use api::{conditions, phases};
use jiff::{Timestamp, Unit};

use super::View;
use crate::commands::status::facts::condition;
use crate::instance::Fenced;
use crate::output::{Hue, Rows};

pub(super) fn summary(view: &View<'_>) -> String {
    let facts = view.facts;
    let status = &facts.status;
    let title = if facts.replica_cluster {
        view.title(Hue::Yellow, "Replica Cluster Summary")
    } else {
        view.title(Hue::Green, "Cluster Summary")
    };
    let mut rows = Rows::default();
    let gathered = facts.gathered;
    rows.pair("Name", format_args!("{}/{}", gathered.namespace, gathered.name));
    if let Some((_, report)) = facts.primary() {
        rows.pair("System ID:", &report.system_id);
    }
    rows.pair("PostgreSQL Image:", status.image.as_deref().unwrap_or_default());
    let current = status.current_primary.as_deref().unwrap_or_default();
    let target = status.target_primary.as_deref().unwrap_or_default();
    let moving = current != target;
    let primary = if moving && !current.is_empty() {
        format!("{current} (switching to {target})")
    } else {
        current.to_owned()
    };
    if facts.replica_cluster {
        rows.pair("Designated primary:", primary);
        let source = facts.spec().replica.as_ref().map(|it| it.source.as_str());
        rows.pair("Source cluster: ", source.unwrap_or_default());
    } else {
        rows.pair("Primary instance:", primary);
    }
    if let Some(stamp) = &status.current_primary_timestamp
        && !facts.hibernated
        && !facts.primary_fenced()
    {
        rows.pair("Primary promotion time:", promoted(view, stamp));
    }
    rows.pair("Status:", state(view));
    let wanted = facts.spec().instances;
    let count =
        |shown: i64, right: bool| view.paint(if right { Hue::Green } else { Hue::Red }, shown);
    let ready = status.ready_instances.unwrap_or_default();
    rows.pair("Instances:", count(wanted, status.instances == Some(wanted)));
    rows.pair("Ready instances:", count(ready, ready == wanted));
    if let Some(fenced) = fenced(view) {
        rows.pair("Fenced instances:", fenced);
    }
    rows.pair("Size:", size(view));
    if let Some((_, report)) = facts.primary()
        && !facts.replica_cluster
    {
        let lsn = report.current_lsn.map(|lsn| lsn.to_string()).unwrap_or_default();
        let (timeline, wal) = (report.timeline_id, &report.current_wal);
        rows.pair(
            "Current Write LSN:",
            format_args!("{lsn} (Timeline: {timeline} - WAL File: {wal})"),
        );
    }
    let mut text = title;
    if moving {
        let line = if current.is_empty() {
            "Primary server is initializing"
        } else {
            "Switchover in progress"
        };
        text.push_str(&format!("{}\n", view.paint(Hue::Red, line)));
    }
    text.push_str(&rows.render());
    if facts.fenced.is_err() {
        text.push_str("could not check if cluster is fenced: the annotation is no list of names\n");
    }
    text
}

fn promoted(view: &View<'_>, stamp: &str) -> String {
    let Ok(time) = stamp.parse::<Timestamp>() else {
        return view.paint(Hue::Red, format_args!("error: {stamp:?} is no time"));
    };
    let rounded = time.round(Unit::Second).unwrap_or(time);
    let age = view.now.as_second() - rounded.as_second();
    let age = Span(age.saturating_mul(1_000_000_000));
    format!("{} +0000 UTC ({age})", rounded.strftime("%Y-%m-%d %H:%M:%S"))
}

fn state(view: &View<'_>) -> String {
    let facts = view.facts;
    if facts.hibernated {
        return view.paint(Hue::Red, "Hibernated");
    }
    if facts.primary_fenced() {
        return view.paint(Hue::Red, "Primary instance is fenced");
    }
    let phase = facts.status.phase.as_deref().unwrap_or_default();
    let hue = match phase {
        phases::cluster::HEALTHY
        | phases::cluster::SETTING_UP_PRIMARY
        | phases::cluster::CREATING_REPLICA => Hue::Green,
        phases::cluster::UPGRADING | phases::cluster::WAITING_FOR_USER => Hue::Yellow,
        _ => Hue::Red,
    };
    let reason = facts.status.phase_reason.as_deref().unwrap_or_default();
    format!("{} {reason}", view.paint(hue, phase))
}

fn fenced(view: &View<'_>) -> Option<String> {
    let fenced = view.facts.fenced.as_ref().ok().filter(|fenced| !fenced.is_empty())?;
    let names = match fenced {
        Fenced::All => "All Instances".to_owned(),
        Fenced::Some(names) => names.join(", "),
    };
    let hue = if view.facts.primary_fenced() { Hue::Red } else { Hue::Yellow };
    Some(view.paint(hue, names))
}

fn size(view: &View<'_>) -> String {
    match &view.facts.gathered.size {
        Some(Ok(size)) => size.clone(),
        _ if view.facts.hibernated => "- (hibernated)".to_owned(),
        _ if view.facts.primary_fenced() => "- (fenced)".to_owned(),
        Some(Err(error)) => view.paint(Hue::Red, error),
        None => "-".to_owned(),
    }
}

pub(super) fn hibernation(view: &View<'_>) -> Option<String> {
    let condition = condition(&view.facts.status, conditions::HIBERNATION)?;
    let mut rows = Rows::default();
    rows.pair("Status", if condition.status == "True" { "Hibernated" } else { "Active" });
    rows.pair("Message", &condition.message);
    let time = condition.last_transition_time.0.strftime("%Y-%m-%d %H:%M:%S");
    rows.pair("Time", format_args!("{time} +0000 UTC"));
    Some(view.title(Hue::Green, "Hibernation") + &rows.render())
}
