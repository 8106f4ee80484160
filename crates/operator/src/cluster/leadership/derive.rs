//! What an instance says about leadership, or what can be told of one that says nothing.

use api::cluster::Cluster;
use planner::leadership::candidate::Fitness;
use planner::leadership::operator::{Receiver, Report, Standing};
use planner::leadership::records::{ClusterRecord, Position, Stamp, Target};
use postgres::lsn::Lsn;
use protocol::leadership as said;
use protocol::status::PostgresqlStatus;

/// The report of one of our instances.
pub fn read(from: &said::Leadership) -> Report {
    let position = |at: &said::Position| Position { timeline: at.timeline, lsn: at.lsn };
    Report {
        standing: match &from.standing {
            said::Standing::Leading => Standing::Leading,
            said::Standing::Rising => Standing::Rising,
            said::Standing::Stopping => Standing::Stopping,
            said::Standing::NoRight => Standing::NoRight,
            said::Standing::FormerPrimary { end } => {
                Standing::FormerPrimary { end: end.as_ref().map(position) }
            }
            said::Standing::Standby { position: at, receiver } => Standing::Standby {
                position: position(at),
                receiver: match receiver {
                    said::Receiver::Streaming => Receiver::Streaming,
                    said::Receiver::Searching => Receiver::Searching,
                    said::Receiver::Ended { under } => Receiver::Ended { under: Stamp(*under) },
                },
            },
            said::Standing::Rejoining => Standing::Rejoining,
        },
        fitness: match from.fitness {
            said::Fitness::Fit => Fitness::Fit,
            said::Fitness::Fenced => Fitness::Fenced,
            said::Fitness::Broken => Fitness::Broken,
        },
        behind_hand_over: from.behind_hand_over,
        outdated: from.outdated.map(Stamp),
    }
}

/// The report of an instance of another make, from what its status shows.
///
/// Such an instance ends its receiver when it sees that nobody should lead, and does not remember
/// for which naming: its silence is believed only while `pending` stands.
pub fn derive(cluster: &Cluster, name: &str, status: &PostgresqlStatus) -> Report {
    let record = ClusterRecord::read(cluster);
    let current = record.as_ref().is_some_and(|one| one.is_current(&name.into()));
    let standing = if status.is_primary {
        if current { Standing::Leading } else { Standing::Rising }
    } else if status.is_pg_rewind_running || status.might_be_unavailable {
        Standing::Rejoining
    } else {
        let lsn = status.received_lsn.max(status.replay_lsn).unwrap_or(Lsn(0));
        let receiver = match &record {
            _ if status.is_wal_receiver_active => Receiver::Streaming,
            Some(one) if one.target == Target::Pending => Receiver::Ended { under: one.stamp },
            Some(_) | None => Receiver::Searching,
        };
        Standing::Standby { position: Position { timeline: status.timeline_id, lsn }, receiver }
    };
    Report { standing, fitness: Fitness::Fit, behind_hand_over: false, outdated: None }
}
