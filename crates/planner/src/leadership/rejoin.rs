//! What becomes of a data directory that was primary and is not any more.

use postgres::lsn::Lsn;

use super::records::Position;

/// Where the log of the former primary ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogEnd {
    /// Shut down cleanly: the shutdown checkpoint ends here.
    Clean(Position),
    /// Crashed on this timeline: the end is known only after recovery.
    Crashed { timeline: u32 },
    /// Files are damaged or missing.
    Damaged,
}

/// One line of a timeline history file: that timeline was left at that position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fork {
    pub timeline: u32,
    pub left_at: Lsn,
}

/// What the former primary sees; the history is that of the present primary.
#[derive(Debug, Clone)]
pub struct RejoinSeen<'a> {
    pub end: LogEnd,
    pub primary_timeline: u32,
    pub history: &'a [Fork],
    pub failed_rewinds: u32,
}

/// How to become a replica. In every case all finished segments are archived first, and the
/// directory is never again started as a primary.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejoin {
    Follow,
    Rewind,
    /// Beside the old directory, which stays until the clone streams.
    Clone(WhyClone),
}

/// Why nothing less than a clone will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyClone {
    Damaged,
    /// Both were promoted to a timeline of the same number: a rewind would take them for the same.
    SameTimelineNumber,
    /// The present primary knows nothing of this timeline.
    UnknownTimeline,
    RewindFailed,
}

const REWINDS: u32 = 4;

/// Decides how a former primary becomes a replica of the present one.
pub fn rejoin(seen: &RejoinSeen<'_>) -> Rejoin {
    let timeline = match seen.end {
        LogEnd::Damaged => return Rejoin::Clone(WhyClone::Damaged),
        LogEnd::Clean(position) => position.timeline,
        LogEnd::Crashed { timeline } => timeline,
    };
    if timeline == seen.primary_timeline {
        return Rejoin::Clone(WhyClone::SameTimelineNumber);
    }
    let Some(fork) = seen.history.iter().find(|fork| fork.timeline == timeline) else {
        return Rejoin::Clone(WhyClone::UnknownTimeline);
    };
    match seen.end {
        LogEnd::Clean(position) if position.lsn <= fork.left_at => Rejoin::Follow,
        _ if seen.failed_rewinds >= REWINDS => Rejoin::Clone(WhyClone::RewindFailed),
        _ => Rejoin::Rewind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_former_primary_follows_only_on_the_common_history() {
        let at = |timeline, lsn| LogEnd::Clean(Position { timeline, lsn: Lsn(lsn) });
        let rows = [
            ("clean, at the fork", at(1, 100), 2, 0, Rejoin::Follow),
            ("clean, beyond the fork", at(1, 101), 2, 0, Rejoin::Rewind),
            ("crashed", LogEnd::Crashed { timeline: 1 }, 2, 3, Rejoin::Rewind),
            (
                "rewind failed too often",
                LogEnd::Crashed { timeline: 1 },
                2,
                4,
                Rejoin::Clone(WhyClone::RewindFailed),
            ),
            ("clean needs no rewind", at(1, 90), 2, 4, Rejoin::Follow),
            ("damaged", LogEnd::Damaged, 2, 0, Rejoin::Clone(WhyClone::Damaged)),
            ("same number", at(2, 50), 2, 0, Rejoin::Clone(WhyClone::SameTimelineNumber)),
            ("foreign", at(7, 50), 2, 0, Rejoin::Clone(WhyClone::UnknownTimeline)),
        ];
        let history = [Fork { timeline: 1, left_at: Lsn(100) }];
        for (name, end, primary_timeline, failed_rewinds, expected) in rows {
            let seen = RejoinSeen { end, primary_timeline, history: &history, failed_rewinds };
            assert_eq!(rejoin(&seen), expected, "{name}");
        }
    }
}
