//! Names in `pg_wal`: segments, partial segments, backup labels, timeline histories.
//!
//! A segment's name is its timeline and its number, the number split where 4 GiB of WAL end:
//! <https://www.postgresql.org/docs/current/wal-internals.html>

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::lsn::Lsn;

/// One line of descent of the write-ahead log; a promotion starts the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timeline(pub u32);

impl Timeline {
    /// The name of the file that tells where this timeline left its ancestors.
    #[must_use]
    pub fn history_file(self) -> WalName {
        WalName::History(self)
    }
}

/// The size of every segment of a cluster: a power of two from 1 MiB to 1 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentSize(u32);

impl SegmentSize {
    /// What `initdb` takes without being asked: 16 MiB.
    pub const DEFAULT: Self = Self(16 << 20);

    /// A size in bytes, if PostgreSQL allows it.
    #[must_use]
    pub const fn new(bytes: u32) -> Option<Self> {
        let allowed = bytes.is_power_of_two() && bytes >= 1 << 20 && bytes <= 1 << 30;
        if allowed { Some(Self(bytes)) } else { None }
    }

    /// The size in bytes.
    #[must_use]
    pub const fn bytes(self) -> u32 {
        self.0
    }

    /// How many segments share the first eight digits of the number.
    const fn per_id(self) -> u64 {
        (1 << 32) / self.0 as u64
    }
}

/// A segment: a timeline, and a number counted from the start of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Segment {
    pub timeline: Timeline,
    /// The first eight digits of the number.
    pub id: u32,
    /// The last eight digits of the number.
    pub part: u32,
}

impl Segment {
    /// The segment that holds the byte at a position.
    #[must_use]
    pub fn at(timeline: Timeline, position: Lsn, size: SegmentSize) -> Self {
        Self::numbered(timeline, position.0 / u64::from(size.bytes()), size)
    }

    /// The segment whose last byte comes just before a position, as `pg_walfile_name` counts.
    #[must_use]
    pub fn before(timeline: Timeline, position: Lsn, size: SegmentSize) -> Self {
        Self::at(timeline, Lsn(position.0.saturating_sub(1)), size)
    }

    fn numbered(timeline: Timeline, number: u64, size: SegmentSize) -> Self {
        // Both fit: a number is at most 2^64 bytes over 2^20, and `per_id` divides 2^32.
        let id = u32::try_from(number / size.per_id()).expect("at most 2^32 ids");
        let part = u32::try_from(number % size.per_id()).expect("fewer parts than 2^32");
        Self { timeline, id, part }
    }

    /// The number counted from the start of the log.
    #[must_use]
    pub fn number(self, size: SegmentSize) -> u64 {
        u64::from(self.id) * size.per_id() + u64::from(self.part)
    }

    /// The position of the first byte.
    #[must_use]
    pub fn start(self, size: SegmentSize) -> Lsn {
        Lsn(self.number(size).wrapping_mul(u64::from(size.bytes())))
    }

    /// The segment after this one on the same timeline; none at the end of the log.
    #[must_use]
    pub fn next(self, size: SegmentSize) -> Option<Self> {
        let number = self.number(size) + 1;
        let exists = number <= u64::MAX / u64::from(size.bytes());
        exists.then(|| Self::numbered(self.timeline, number, size))
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08X}{:08X}{:08X}", self.timeline.0, self.id, self.part)
    }
}

/// Any file that PostgreSQL hands to its archiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WalName {
    Segment(Segment),
    /// The last, unfinished segment of a timeline that was left by a promotion.
    Partial(Segment),
    /// The label of a base backup that began at this offset of the segment.
    Backup {
        segment: Segment,
        offset: u32,
    },
    History(Timeline),
}

impl WalName {
    /// The timeline the file belongs to.
    #[must_use]
    pub const fn timeline(self) -> Timeline {
        match self {
            Self::Segment(segment) | Self::Partial(segment) | Self::Backup { segment, .. } => {
                segment.timeline
            }
            Self::History(timeline) => timeline,
        }
    }
}

impl fmt::Display for WalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Segment(segment) => write!(f, "{segment}"),
            Self::Partial(segment) => write!(f, "{segment}.partial"),
            Self::Backup { segment, offset } => write!(f, "{segment}.{offset:08X}.backup"),
            Self::History(timeline) => write!(f, "{:08X}.history", timeline.0),
        }
    }
}

/// A text that names no WAL file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no name of a WAL file")]
pub struct WalNameError(String);

impl FromStr for WalName {
    type Err = WalNameError;

    fn from_str(text: &str) -> Result<Self, WalNameError> {
        parse(text).ok_or_else(|| WalNameError(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<WalName> {
    let (name, suffix) = text.split_once('.').map_or((text, None), |(n, s)| (n, Some(s)));
    match suffix {
        None => segment(name).map(WalName::Segment),
        Some("partial") => segment(name).map(WalName::Partial),
        Some("history") => digits(name).map(|timeline| WalName::History(Timeline(timeline))),
        Some(suffix) => {
            let offset = digits(suffix.strip_suffix(".backup")?)?;
            segment(name).map(|segment| WalName::Backup { segment, offset })
        }
    }
}

fn segment(name: &str) -> Option<Segment> {
    let timeline = Timeline(digits(name.get(..8)?)?);
    Some(Segment { timeline, id: digits(name.get(8..16)?)?, part: digits(name.get(16..)?)? })
}

/// Eight upper-case hexadecimal digits, as PostgreSQL writes and accepts them.
fn digits(text: &str) -> Option<u32> {
    let plain = text.len() == 8 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'));
    plain.then(|| u32::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> WalName {
        text.parse().unwrap()
    }

    #[test]
    fn names_are_told_apart() {
        let segment = Segment { timeline: Timeline(9), id: 0, part: 9 };
        let offset = 0x28;
        for (text, expected) in [
            ("000000090000000000000009", WalName::Segment(segment)),
            ("000000090000000000000009.partial", WalName::Partial(segment)),
            ("000000090000000000000009.00000028.backup", WalName::Backup { segment, offset }),
            ("00000009.history", WalName::History(Timeline(9))),
        ] {
            assert_eq!(name(text), expected, "{text}");
            assert_eq!(expected.to_string(), text);
            assert_eq!(expected.timeline(), Timeline(9), "{text}");
        }
        assert_eq!(Timeline(0x1A).history_file().to_string(), "0000001A.history");
    }

    #[test]
    fn other_files_are_refused() {
        for text in [
            "",
            "00000009000000000000000",
            "0000000900000000000000099",
            "00000009000000000000000a",
            "00000009000000000000000G",
            "000000090000000000000009.",
            "000000090000000000000009.done",
            "000000090000000000000009.28.backup",
            "9.history",
            "archive_status",
            "é00000090000000000000009",
        ] {
            assert!(text.parse::<WalName>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn segments_follow_each_other_over_the_id() {
        for (megabytes, last, next) in [
            (16, "0000000100000000000000FF", "000000010000000100000000"),
            (1, "000000010000000000000FFF", "000000010000000100000000"),
            (1024, "000000010000000000000003", "000000010000000100000000"),
            (64, "00000002000000AB00000001", "00000002000000AB00000002"),
        ] {
            let size = SegmentSize::new(megabytes << 20).unwrap();
            let WalName::Segment(segment) = name(last) else { panic!("{last}") };
            assert_eq!(segment.next(size).unwrap().to_string(), next, "{megabytes} MiB");
        }
        let end = Segment::at(Timeline(1), Lsn(u64::MAX), SegmentSize::DEFAULT);
        assert_eq!(end.to_string(), "00000001FFFFFFFF000000FF");
        assert_eq!(end.next(SegmentSize::DEFAULT), None);
    }

    #[test]
    fn a_position_on_the_border_belongs_to_both_sides() {
        let border = Lsn(0x0200_0000);
        let at = Segment::at(Timeline(1), border, SegmentSize::DEFAULT);
        let before = Segment::before(Timeline(1), border, SegmentSize::DEFAULT);
        assert_eq!(at.to_string(), "000000010000000000000002");
        assert_eq!(before.to_string(), "000000010000000000000001");
    }

    #[test]
    fn sizes_are_powers_of_two_within_limits() {
        for (bytes, allowed) in
            [(0, false), (1 << 19, false), (1 << 20, true), (3 << 20, false), (1 << 30, true)]
        {
            assert_eq!(SegmentSize::new(bytes).is_some(), allowed, "{bytes}");
        }
        assert!(SegmentSize::new(1 << 31).is_none());
    }

    proptest! {
        #[test]
        fn a_segment_holds_its_positions(position: u64, timeline: u32, power in 20u32..=30) {
            let size = SegmentSize::new(1 << power).unwrap();
            let segment = Segment::at(Timeline(timeline), Lsn(position), size);
            let start = segment.start(size).0;
            prop_assert!(start <= position && position - start < u64::from(size.bytes()));
            prop_assert_eq!(segment.to_string().parse(), Ok(WalName::Segment(segment)));
            if let Some(next) = segment.next(size) {
                prop_assert_eq!(next.start(size).0, start + u64::from(size.bytes()));
                prop_assert!(next.to_string() > segment.to_string());
            }
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            if let Ok(name) = text.parse::<WalName>() {
                prop_assert_eq!(name.to_string(), text);
            }
        }
    }
}
