//! Timeline history files: where a timeline left each of its ancestors.

use thiserror::Error;

use crate::lsn::Lsn;
use crate::wal_name::Timeline;

/// One line of a history: an ancestor, and the position up to which it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ancestor {
    pub timeline: Timeline,
    pub end: Lsn,
    pub reason: String,
}

/// The descent of one timeline, oldest ancestor first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    pub timeline: Timeline,
    pub ancestors: Vec<Ancestor>,
}

/// Why a history cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HistoryError {
    #[error("line {line} of a timeline history is no ancestor: {text:?}")]
    Line { line: usize, text: String },
    #[error("line {line} of a timeline history goes back: {text:?}")]
    Order { line: usize, text: String },
}

impl History {
    /// The history of a timeline without ancestors.
    #[must_use]
    pub const fn first(timeline: Timeline) -> Self {
        Self { timeline, ancestors: Vec::new() }
    }

    /// Reads the content of the history file of a timeline. Comments and empty lines do not count.
    ///
    /// # Errors
    /// A line of another form, or ancestors that do not ascend: PostgreSQL refuses both.
    pub fn parse(timeline: Timeline, content: &str) -> Result<Self, HistoryError> {
        let mut history = Self::first(timeline);
        for (index, raw) in content.lines().enumerate() {
            let text = raw.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let line = index + 1;
            let ancestor =
                ancestor(text).ok_or_else(|| HistoryError::Line { line, text: text.to_owned() })?;
            let previous = history.ancestors.last().map_or(Timeline(0), |last| last.timeline);
            if ancestor.timeline <= previous || ancestor.timeline >= timeline {
                return Err(HistoryError::Order { line, text: text.to_owned() });
            }
            history.ancestors.push(ancestor);
        }
        Ok(history)
    }

    /// The timeline on which the byte before a position was written.
    #[must_use]
    pub fn timeline_of(&self, position: Lsn) -> Timeline {
        let found = self.ancestors.iter().find(|ancestor| position <= ancestor.end);
        found.map_or(self.timeline, |ancestor| ancestor.timeline)
    }

    /// Whether a server that stopped on a timeline at a position can follow without a rewind.
    #[must_use]
    pub fn descends_from(&self, timeline: Timeline, position: Lsn) -> bool {
        if timeline == self.timeline {
            return true;
        }
        let found = self.ancestors.iter().find(|ancestor| ancestor.timeline == timeline);
        found.is_some_and(|ancestor| position <= ancestor.end)
    }
}

fn ancestor(text: &str) -> Option<Ancestor> {
    let mut words = text.split_whitespace();
    let timeline = Timeline(words.next()?.parse().ok()?);
    let end = words.next()?.parse().ok()?;
    Some(Ancestor { timeline, end, reason: words.collect::<Vec<_>>().join(" ") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CONTENT: &str = "1\t0/5000000\tno recovery target specified\n\n\
        # by hand\n3\t0/8000028\tbefore 2026-11-21 06:16:32.815629+00\n";

    #[test]
    fn ancestors_are_read_in_order() {
        let history = History::parse(Timeline(4), CONTENT).unwrap();
        let seen: Vec<_> =
            history.ancestors.iter().map(|a| (a.timeline.0, a.end.to_string())).collect();
        assert_eq!(seen, [(1, "0/5000000".to_owned()), (3, "0/8000028".to_owned())]);
        assert_eq!(history.ancestors[0].reason, "no recovery target specified");
    }

    #[test]
    fn what_postgresql_refuses_is_refused() {
        for (name, content) in [
            ("no position", "1\n"),
            ("no number", "x\t0/1\n"),
            ("bad position", "1\t0-1\n"),
            ("descending", "2\t0/1\n1\t0/2\n"),
            ("twice", "2\t0/1\n2\t0/2\n"),
            ("itself", "4\t0/1\n"),
            ("zero", "0\t0/1\n"),
        ] {
            assert!(History::parse(Timeline(4), content).is_err(), "{name}");
        }
    }

    #[test]
    fn who_may_follow_without_a_rewind() {
        let history = History::parse(Timeline(4), CONTENT).unwrap();
        for (name, timeline, position, follows) in [
            ("same timeline", 4, 0x0900_0000, true),
            ("stopped before the branch", 3, 0x0700_0000, true),
            ("stopped at the branch", 3, 0x0800_0028, true),
            ("wrote past the branch", 3, 0x0800_0030, false),
            ("a side branch", 2, 0x0500_0000, false),
            ("ahead of us", 5, 0x0500_0000, false),
        ] {
            let position = Lsn(position);
            assert_eq!(history.descends_from(Timeline(timeline), position), follows, "{name}");
        }
        assert_eq!(history.timeline_of(Lsn(0x0500_0000)), Timeline(1));
        assert_eq!(history.timeline_of(Lsn(0x0500_0001)), Timeline(3));
        assert_eq!(history.timeline_of(Lsn(0x0800_0029)), Timeline(4));
    }

    proptest! {
        #[test]
        fn no_content_makes_it_panic(content: String) {
            let _ = History::parse(Timeline(9), &content);
        }
    }
}
