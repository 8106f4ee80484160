//! What this instance says about leadership, as it travels.

use planner::leadership::candidate::Fitness;
use planner::leadership::operator::{Receiver, Report, Standing};
use planner::leadership::records::Position;
use protocol::leadership as wire;

/// The report as the status document carries it.
#[must_use]
pub fn said(report: &Report) -> wire::Leadership {
    wire::Leadership {
        standing: standing(report.standing),
        fitness: match report.fitness {
            Fitness::Fit => wire::Fitness::Fit,
            Fitness::Fenced => wire::Fitness::Fenced,
            Fitness::Broken => wire::Fitness::Broken,
        },
        behind_hand_over: report.behind_hand_over,
        outdated: report.outdated.map(|stamp| stamp.0),
    }
}

fn standing(standing: Standing) -> wire::Standing {
    match standing {
        Standing::Leading => wire::Standing::Leading,
        Standing::Rising => wire::Standing::Rising,
        Standing::Stopping => wire::Standing::Stopping,
        Standing::NoRight => wire::Standing::NoRight,
        Standing::FormerPrimary { end } => wire::Standing::FormerPrimary { end: end.map(position) },
        Standing::Standby { position: at, receiver } => wire::Standing::Standby {
            position: position(at),
            receiver: match receiver {
                Receiver::Streaming => wire::Receiver::Streaming,
                Receiver::Searching => wire::Receiver::Searching,
                Receiver::Ended { under } => wire::Receiver::Ended { under: under.0 },
            },
        },
        Standing::Rejoining => wire::Standing::Rejoining,
    }
}

const fn position(position: Position) -> wire::Position {
    wire::Position { timeline: position.timeline, lsn: position.lsn }
}
