//! Which backups and which WAL are too old: the rules of the original, which keep all that a
//! recovery to any moment of the window needs.

mod execute;

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use postgres::wal_name::WalName;
use thiserror::Error;

use crate::catalog::{Catalog, Keep};
use crate::info::Info;

pub use execute::{Done, ExecuteError, execute};

/// How far back a recovery shall be possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    days: i64,
}

/// A text that is no policy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no retention policy: write a number and d, w or m, as in 30d")]
pub struct PolicyError(String);

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let wrong = || PolicyError(text.to_owned());
        let unit = match text.as_bytes().last() {
            Some(b'd') => 1,
            Some(b'w') => 7,
            Some(b'm') => 31,
            _ => return Err(wrong()),
        };
        let digits = &text[..text.len() - 1];
        if digits.starts_with('0') || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let count: i64 = digits.parse().map_err(|_| wrong())?;
        // Longer than anybody keeps anything, and short enough to count in seconds.
        let days = count.checked_mul(unit).filter(|days| *days <= 1_000_000).ok_or_else(wrong)?;
        Ok(Self { days })
    }
}

impl Policy {
    fn start(self, now: Timestamp) -> Timestamp {
        let window = SignedDuration::from_hours(self.days * 24);
        now.checked_sub(window).unwrap_or(Timestamp::MIN)
    }
}

/// What is to be deleted, in this order.
#[must_use]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub deletions: Vec<Deletion>,
}

/// One backup that goes, and the WAL that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    pub id: String,
    pub wal: Option<WalRule>,
}

/// Which WAL nobody needs once a backup is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalRule {
    /// The first file that is needed: names before it go.
    before: String,
    timelines: BTreeSet<u32>,
    ranges: Vec<(String, String)>,
}

impl WalRule {
    /// Whether a file may go.
    #[must_use]
    pub fn covers(&self, name: WalName) -> bool {
        if matches!(name, WalName::History(_)) || self.timelines.contains(&name.timeline().0) {
            return false;
        }
        let name = name.to_string();
        let segment = &name[..24];
        let kept = |(first, last): &(String, String)| {
            first.as_str() <= segment && segment <= last.as_str()
        };
        name.as_str() < self.before.as_str() && !self.ranges.iter().any(kept)
    }
}

/// Why nothing may be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("nothing is deleted: the metadata of backup {id} cannot be read ({why})")]
pub struct Refusal {
    pub id: String,
    pub why: String,
}

/// Decides what goes.
///
/// # Errors
/// When there is a backup that nothing is known of: it might need anything.
pub fn plan(
    catalog: &Catalog,
    keeps: &[(String, Keep)],
    policy: Policy,
    now: Timestamp,
) -> Result<Plan, Refusal> {
    if let Some(broken) = catalog.unreadable.first() {
        return Err(Refusal { id: broken.id.clone(), why: broken.why.clone() });
    }
    let keep = |id: &str| keeps.iter().find(|(kept, _)| kept == id).map(|(_, keep)| *keep);
    let mut remaining: Vec<&Info> = catalog.backups.iter().collect();
    remaining.sort_by(|a, b| a.id.cmp(&b.id));
    let mut deletions = Vec::new();
    for id in obsolete(&remaining, policy.start(now)) {
        if keep(&id).is_some() {
            continue;
        }
        let wal = wal_rule(&remaining, &id, keep);
        remaining.retain(|backup| backup.id != id);
        deletions.push(Deletion { id, wal });
    }
    Ok(Plan { deletions })
}

/// Those that are not needed to reach any moment of the window, oldest first.
fn obsolete(backups: &[&Info], start: Timestamp) -> Vec<String> {
    let mut reaches_start = false;
    let mut found = Vec::new();
    for backup in backups.iter().rev().filter(|backup| backup.is_done()) {
        if reaches_start {
            found.push(backup.id.clone());
        } else {
            reaches_start = backup.end.time.is_some_and(|end| end < start);
        }
    }
    found.reverse();
    found
}

/// The WAL that goes with a backup: all before the next one, unless an older one needs it.
fn wal_rule(backups: &[&Info], id: &str, keep: impl Fn(&str) -> Option<Keep>) -> Option<WalRule> {
    let place = backups.iter().position(|backup| backup.id == id)?;
    let mut ranges = Vec::new();
    for older in backups[..place].iter().rev().filter(|backup| backup.is_done()) {
        if keep(&older.id) != Some(Keep::Standalone) {
            return None;
        }
        ranges.push((older.begin.wal.clone()?, older.end.wal.clone()?));
    }
    let mut next = backups[place + 1..].iter().filter(|backup| backup.is_done());
    let until = next.next().unwrap_or(&backups[place]);
    // Without a name nothing is known to be old.
    let before = until.begin.wal.clone().filter(|name| name.parse::<WalName>().is_ok())?;
    let others = backups.iter().filter(|backup| backup.id != id);
    let timelines = others
        .filter_map(|backup| backup.timeline)
        .filter(|timeline| Some(*timeline) != until.timeline)
        .collect();
    Some(WalRule { before, timelines, ranges })
}

#[cfg(test)]
mod tests;
