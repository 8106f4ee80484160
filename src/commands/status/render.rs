//! The status as text: one section after the other, each ended by an empty line.

mod backup;
mod certificates;
mod instances;
mod objects;
mod replication;
mod summary;
mod token;

use jiff::Timestamp;

use super::advice;
use super::facts::Facts;
use crate::output::{Hue, Style, Table};

/// What a section is made from.
pub(super) struct View<'a> {
    pub facts: &'a Facts<'a>,
    pub verbose: u8,
    pub style: Style,
    pub now: Timestamp,
}

impl View<'_> {
    pub fn paint(&self, hue: Hue, text: impl std::fmt::Display) -> String {
        self.style.paint(hue, text)
    }

    /// A title in a colour.
    pub fn title(&self, hue: Hue, text: &str) -> String {
        format!("{}\n", self.paint(hue, text))
    }
}

/// The whole text.
pub fn render(facts: &Facts<'_>, verbose: u8, style: Style, now: Timestamp) -> String {
    let view = View { facts, verbose, style, now };
    let awake = !facts.hibernated;
    let more = verbose > 0;
    let sections = [
        Some(summary::summary(&view)),
        summary::hibernation(&view),
        token::demotion(&view),
        token::promotion(&view),
        (verbose > 1).then(|| files(&view)),
        (verbose > 1).then(|| certificates::certificates(&view)),
        awake.then(|| backup::continuous(&view)),
        awake.then(|| backup::physical(&view)).flatten(),
        (awake && !facts.replica_cluster).then(|| replication::standbys(&view)),
        (awake && more).then(|| replication::unmanaged_slots(&view)),
        (awake && more).then(|| objects::roles(&view)),
        (awake && more).then(|| objects::tablespaces(&view)),
        (awake && more).then(|| objects::budgets(&view)),
        awake.then(|| instances::instances(&view)),
        awake.then(|| instances::domains(&view)).flatten(),
        objects::plugins(&view),
        errors(&view),
        advice::render(&view),
    ];
    sections.into_iter().flatten().map(|section| format!("{section}\n")).collect::<String>()
}

fn files(view: &View<'_>) -> String {
    let text = |file: &Option<Result<String, String>>| match file {
        Some(Ok(text)) => text.clone(),
        Some(Err(_)) | None => String::new(),
    };
    format!(
        "{}{}\n\n{}{}\n",
        view.title(Hue::Green, "PostgreSQL Configuration"),
        text(&view.facts.gathered.configuration),
        view.title(Hue::Green, "PostgreSQL HBA Rules"),
        text(&view.facts.gathered.access_rules),
    )
}

fn errors(view: &View<'_>) -> Option<String> {
    let errors = &view.facts.gathered.errors;
    let detours: Vec<_> = view
        .facts
        .instances
        .iter()
        .filter(|instance| instance.reached.report.is_ok())
        .filter(|instance| !instance.reached.detours.is_empty())
        .map(|instance| {
            let way = instance.reached.way.word();
            let why = instance.reached.detours.join("; ");
            format!("{}: read by {way}, because it {why}", instance.name())
        })
        .collect();
    if errors.is_empty() && detours.is_empty() {
        return None;
    }
    let heading = "Error(s) extracting status";
    let mut text = view.title(Hue::Red, heading);
    text.push_str(&format!("{}\n", "-".repeat(heading.len())));
    for line in errors.iter().chain(&detours) {
        text.push_str(line);
        text.push('\n');
    }
    Some(text)
}

/// A table under a title, or a sentence where there is nothing to show.
pub(super) fn under(title: String, table: Option<Table>, nothing: &str) -> String {
    match table {
        Some(table) => title + &table.render(),
        None => format!("{title}{nothing}\n"),
    }
}
