//! Which base backup a recovery begins with.

use jiff::Timestamp;
use postgres::lsn::Lsn;
use thiserror::Error;

use crate::catalog::Catalog;
use crate::info::{Info, Status};

/// Where a recovery shall end, as far as it matters for where it begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Target {
    /// The end of the archive, or something whose place only the replay will show.
    #[default]
    Unknown,
    Time(Timestamp),
    Lsn(Lsn),
}

/// What a recovery asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// This backup and no other.
    pub backup_id: Option<String>,
    pub target: Target,
    /// The timeline to end on; unset it is the latest.
    pub timeline: Option<u32>,
}

/// What can be reached with the backups there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    pub first: Option<(Timestamp, Lsn)>,
    pub last: Option<(Timestamp, Lsn)>,
}

impl std::fmt::Display for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.first, self.last) {
            (Some((first, lsn)), Some((last, _))) if first == last => {
                write!(f, "there is one backup, which ends at {first} ({lsn})")
            }
            (Some((first, lsn)), Some((last, last_lsn))) => write!(
                f,
                "the first moment that can be recovered is {first} ({lsn}), the last backup ends at {last} ({last_lsn})"
            ),
            _ => f.write_str("there is no finished backup"),
        }
    }
}

/// Why no backup will do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChooseError {
    #[error("no target backup found: the archive has no finished backup{}", broken(*.unreadable))]
    Empty { unreadable: usize },
    #[error("no target backup found: there is no backup {id}; there are {}", list(.available))]
    NoSuchId { id: String, available: Vec<String> },
    #[error("backup {id} cannot be restored: its status is {status}{}", because(.error))]
    Unfinished { id: String, status: &'static str, error: Option<String> },
    #[error("no target backup found: no backup ends before {target}; {window}")]
    TooEarly { target: String, window: Window },
    #[error("no target backup found: no backup was taken on timeline {timeline}; there are those of {}", list(.available))]
    NoTimeline { timeline: u32, available: Vec<String> },
}

fn broken(count: usize) -> String {
    if count == 0 { String::new() } else { format!(" ({count} cannot be read)") }
}

fn list(items: &[String]) -> String {
    if items.is_empty() { "none".to_owned() } else { items.join(", ") }
}

fn because(error: &Option<String>) -> String {
    error.as_ref().map_or_else(String::new, |error| format!(" ({error})"))
}

/// Chooses a backup.
///
/// # Errors
/// When none will do; the error names what can be had.
pub fn choose<'a>(catalog: &'a Catalog, wanted: &Wanted) -> Result<&'a Info, ChooseError> {
    if let Some(id) = &wanted.backup_id {
        return by_id(catalog, id);
    }
    let window = window(catalog);
    if window.first.is_none() {
        return Err(ChooseError::Empty { unreadable: catalog.unreadable.len() });
    }
    let on_timeline =
        |backup: &&Info| wanted.timeline.is_none() || wanted.timeline == backup.timeline;
    let mut candidates = catalog.done().filter(on_timeline).peekable();
    if let (None, Some(timeline)) = (candidates.peek(), wanted.timeline) {
        return Err(ChooseError::NoTimeline { timeline, available: timelines(catalog) });
    }
    let too_early = |target: String| ChooseError::TooEarly { target, window };
    match wanted.target {
        Target::Unknown => candidates.next_back().ok_or_else(|| too_early("now".to_owned())),
        Target::Time(time) => candidates
            .rfind(|backup| backup.end.time.is_some_and(|end| end <= time))
            .ok_or_else(|| too_early(time.to_string())),
        // Strictly: at the end itself the backup is not consistent yet.
        Target::Lsn(lsn) => candidates
            .rfind(|backup| backup.end.lsn.is_some_and(|end| end < lsn))
            .ok_or_else(|| too_early(lsn.to_string())),
    }
}

fn by_id<'a>(catalog: &'a Catalog, id: &str) -> Result<&'a Info, ChooseError> {
    let unreadable = catalog.unreadable.iter().find(|broken| broken.id == id);
    if let Some(broken) = unreadable {
        let (id, error) = (id.to_owned(), Some(broken.why.clone()));
        return Err(ChooseError::Unfinished { id, status: "unreadable", error });
    }
    let Some(backup) = catalog.by_id(id) else {
        let available = catalog.done().map(|backup| backup.id.clone()).collect();
        return Err(ChooseError::NoSuchId { id: id.to_owned(), available });
    };
    if backup.is_done() {
        return Ok(backup);
    }
    let status = match backup.status {
        Status::Empty => "EMPTY",
        Status::Started => "STARTED",
        Status::Failed => "FAILED",
        Status::Done => "DONE without times",
    };
    Err(ChooseError::Unfinished { id: id.to_owned(), status, error: backup.error.clone() })
}

fn window(catalog: &Catalog) -> Window {
    let point = |backup: &Info| Some((backup.end.time?, backup.end.lsn.unwrap_or_default()));
    Window {
        first: catalog.done().next().and_then(point),
        last: catalog.done().next_back().and_then(point),
    }
}

fn timelines(catalog: &Catalog) -> Vec<String> {
    let mut all: Vec<u32> = catalog.done().filter_map(|backup| backup.timeline).collect();
    all.sort_unstable();
    all.dedup();
    all.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Unreadable;
    use crate::info::Point;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn backup(id: &str, end: i64, timeline: u32, status: Status) -> Info {
        let point = |second| Point {
            time: Some(at(second)),
            lsn: Some(Lsn(u64::try_from(second).expect("positive"))),
            ..Point::default()
        };
        Info {
            id: id.to_owned(),
            status,
            begin: point(end - 5),
            end: point(end),
            timeline: Some(timeline),
            error: (status == Status::Failed).then(|| "disk".to_owned()),
            ..Info::default()
        }
    }

    fn catalog() -> Catalog {
        use Status::{Done, Failed, Started};
        let mut cut = backup("f", 600, 2, Done);
        cut.end.time = None;
        Catalog {
            backups: vec![
                backup("a", 100, 1, Done),
                backup("b", 200, 1, Done),
                backup("c", 300, 2, Done),
                backup("d", 400, 2, Failed),
                backup("e", 500, 2, Started),
                cut,
            ],
            unreadable: vec![Unreadable { id: "x".to_owned(), why: "line 1".to_owned() }],
        }
    }

    #[test]
    fn the_right_one() {
        let wanted = |id: Option<&str>, target, timeline| Wanted {
            backup_id: id.map(str::to_owned),
            target,
            timeline,
        };
        let time = |second| Target::Time(at(second));
        let lsn = |number| Target::Lsn(Lsn(number));
        for (name, wanted, expected) in [
            ("the latest that is done", wanted(None, Target::Unknown, None), "c"),
            ("the latest of a timeline", wanted(None, Target::Unknown, Some(1)), "b"),
            ("by id", wanted(Some("a"), Target::Unknown, None), "a"),
            ("an id beats the target", wanted(Some("a"), time(900), None), "a"),
            ("a time", wanted(None, time(250), None), "b"),
            ("a time at the end of one", wanted(None, time(200), None), "b"),
            ("a time just before it", wanted(None, time(199), None), "a"),
            ("a time on a timeline", wanted(None, time(900), Some(1)), "b"),
            ("a failed one is none, even when it ended", wanted(None, time(450), None), "c"),
            ("a position", wanted(None, lsn(201), None), "b"),
            ("a position at the end of one is before it", wanted(None, lsn(200), None), "a"),
            ("no such id", wanted(Some("z"), Target::Unknown, None), "!there are a, b, c"),
            ("a failed one", wanted(Some("d"), Target::Unknown, None), "!FAILED (disk)"),
            ("one that runs", wanted(Some("e"), Target::Unknown, None), "!STARTED"),
            ("one without an end", wanted(Some("f"), Target::Unknown, None), "!without times"),
            ("an unreadable one", wanted(Some("x"), Target::Unknown, None), "!unreadable (line 1)"),
            (
                "too early",
                wanted(None, time(99), None),
                "!is 1970-01-01T00:01:40Z (0/64), the last backup ends at 1970-01-01T00:05:00Z",
            ),
            (
                "too early for a timeline",
                wanted(None, time(250), Some(2)),
                "!before 1970-01-01T00:04:10Z",
            ),
            ("a position too early", wanted(None, lsn(100), None), "!before 0/64"),
            (
                "another timeline",
                wanted(None, Target::Unknown, Some(7)),
                "!there are those of 1, 2",
            ),
        ] {
            let catalog = catalog();
            let got = choose(&catalog, &wanted);
            match (expected.strip_prefix('!'), got) {
                (None, Ok(backup)) => assert_eq!(backup.id, expected, "{name}"),
                (Some(part), Err(error)) => {
                    assert!(error.to_string().contains(part), "{name}: {error}");
                }
                (_, got) => panic!("{name}: {got:?}"),
            }
        }
    }

    #[test]
    fn nothing_to_choose_from() {
        let mut catalog = catalog();
        catalog.backups.clear();
        let error = choose(&catalog, &Wanted::default()).expect_err("nothing").to_string();
        assert!(error.contains("no finished backup (1 cannot be read)"), "{error}");
    }
}
