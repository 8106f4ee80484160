//! What can be taken away, in the simulation only, to see that it is missed.

/// A protection of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// A challenger waits for a whole lease.
    PatientChallenger,
    /// Somebody else's lease is respected at all.
    LeaseCheck,
    /// The holder stops when its right ends, also after a freeze.
    SelfFencing,
    /// A second process ends the server of a manager that is frozen alone.
    Sentinel,
    /// A holder without API server goes on only with a promise from all.
    PromisesFromAll,
    /// Candidates are compared after their receivers have ended.
    ReceiversEnded,
    /// A restarted manager remembers that it had stopped receiving.
    RememberedEnd,
    /// R + W > N.
    FailoverQuorum,
    /// The quorum record is the one the election was judged by when the lease has been won.
    QuorumUnchanged,
    /// Growing: the record first, then the names.
    RecordBeforeNames,
    /// Shrinking: the names first, then the record.
    NamesBeforeRecord,
    /// Shrinking: the remaining names have all earlier commits before the record says so.
    CatchUpBeforeRecord,
    /// A promoted server acknowledges nothing before the record covers its names.
    BlockedAtPromotion,
    /// A switchover's target has the end of the log.
    HandOverPosition,
    /// Decisions are made on live reads.
    LiveReads,
    /// Writes are conditional on what was read.
    ConditionalWrites,
    /// A lease is released only with proof of its holder's death.
    ProofOfDeath,
    /// The label of the old one is off before somebody else is chosen.
    LabelOffFirst,
    /// The directory of a deposed primary is not served as it is.
    RejoinFirst,
    /// Only those may claim by waiting whom the holder knows to ask.
    Electors,
}

/// All of them, each with a seed whose world misses it.
pub const ALL: &[(Protection, u64)] = &[
    (Protection::PatientChallenger, 700),
    (Protection::LeaseCheck, 45),
    (Protection::SelfFencing, 2),
    (Protection::Sentinel, 16),
    (Protection::ReceiversEnded, 3429),
    (Protection::FailoverQuorum, 27),
    (Protection::NamesBeforeRecord, 960),
    (Protection::CatchUpBeforeRecord, 2802),
    (Protection::HandOverPosition, 146),
    (Protection::LiveReads, 26),
    (Protection::ConditionalWrites, 26),
    (Protection::ProofOfDeath, 2),
    (Protection::RejoinFirst, 0),
    (Protection::PromisesFromAll, 7),
    (Protection::RememberedEnd, 215),
    (Protection::QuorumUnchanged, 583),
    (Protection::RecordBeforeNames, 271),
    (Protection::LabelOffFirst, 0),
    (Protection::Electors, 39),
];

/// No world within reach misses this one: it takes a second loss in the moment after a promotion
/// to names that the record before did not list.
pub const UNSHOWN: &[Protection] = &[Protection::BlockedAtPromotion];
