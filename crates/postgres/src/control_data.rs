//! What `pg_controldata` prints: identity, position and settings of a data directory.
//!
//! The labels are those of the C locale; who runs the program has to ask for it.

use std::collections::BTreeMap;
use std::str::FromStr;

use thiserror::Error;

use crate::lsn::Lsn;
use crate::wal_name::{SegmentSize, Timeline, WalName};

/// The settings that a standby may not have lower than its primary, each with its label.
pub const STANDBY_SETTINGS: &[(&str, &str)] = &[
    ("max_connections", "max_connections setting"),
    ("max_locks_per_transaction", "max_locks_per_xact setting"),
    ("max_prepared_transactions", "max_prepared_xacts setting"),
    ("max_wal_senders", "max_wal_senders setting"),
    ("max_worker_processes", "max_worker_processes setting"),
];

/// What the control file tells about how the server was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterState {
    StartingUp,
    ShutDown,
    ShutDownInRecovery,
    ShuttingDown,
    InCrashRecovery,
    InArchiveRecovery,
    InProduction,
}

impl ClusterState {
    const NAMES: &[(&str, Self)] = &[
        ("starting up", Self::StartingUp),
        ("shut down", Self::ShutDown),
        ("shut down in recovery", Self::ShutDownInRecovery),
        ("shutting down", Self::ShuttingDown),
        ("in crash recovery", Self::InCrashRecovery),
        ("in archive recovery", Self::InArchiveRecovery),
        ("in production", Self::InProduction),
    ];

    /// Whether the server wrote its last checkpoint on its own terms.
    #[must_use]
    pub const fn is_clean(self) -> bool {
        matches!(self, Self::ShutDown | Self::ShutDownInRecovery)
    }
}

/// The output of `pg_controldata`, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlData {
    lines: BTreeMap<String, String>,
}

/// Why a fact cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ControlDataError {
    #[error("pg_controldata printed no {0:?}")]
    Missing(&'static str),
    #[error("pg_controldata printed {label:?} as {value:?}")]
    Unreadable { label: &'static str, value: String },
}

impl ControlData {
    /// Takes the output apart; lines without a label (warnings) are left out.
    #[must_use]
    pub fn parse(output: &str) -> Self {
        let pairs = output.lines().filter_map(|line| line.split_once(':'));
        let lines = pairs.map(|(label, value)| (label.trim().to_owned(), value.trim().to_owned()));
        Self { lines: lines.collect() }
    }

    /// The value beside a label, as printed.
    #[must_use]
    pub fn get(&self, label: &str) -> Option<&str> {
        self.lines.get(label).map(String::as_str)
    }

    /// All labels with their values, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.iter().map(|(label, value)| (label.as_str(), value.as_str()))
    }

    /// The number that tells this database system from all others.
    pub fn system_identifier(&self) -> Result<u64, ControlDataError> {
        self.read("Database system identifier")
    }

    /// How the server was left.
    pub fn state(&self) -> Result<ClusterState, ControlDataError> {
        let label = "Database cluster state";
        let value = self.value(label)?;
        let found = ClusterState::NAMES.iter().find(|(name, _)| *name == value);
        found.map(|(_, state)| *state).ok_or_else(|| unreadable(label, value))
    }

    /// Where the latest checkpoint stands.
    pub fn checkpoint(&self) -> Result<Lsn, ControlDataError> {
        self.read("Latest checkpoint location")
    }

    /// Where recovery from the latest checkpoint would begin.
    pub fn redo(&self) -> Result<Lsn, ControlDataError> {
        self.read("Latest checkpoint's REDO location")
    }

    /// The WAL file in which recovery would begin.
    pub fn redo_wal_file(&self) -> Result<WalName, ControlDataError> {
        self.read("Latest checkpoint's REDO WAL file")
    }

    /// The timeline of the latest checkpoint.
    pub fn timeline(&self) -> Result<Timeline, ControlDataError> {
        self.read("Latest checkpoint's TimeLineID").map(Timeline)
    }

    /// When the latest checkpoint was made, as printed.
    pub fn checkpoint_time(&self) -> Result<&str, ControlDataError> {
        self.value("Time of latest checkpoint")
    }

    /// How far a standby must replay before it is consistent; none for a primary.
    pub fn minimum_recovery_end(&self) -> Result<Option<Lsn>, ControlDataError> {
        let end: Lsn = self.read("Minimum recovery ending location")?;
        Ok((end != Lsn(0)).then_some(end))
    }

    /// The size of a WAL segment.
    pub fn segment_size(&self) -> Result<SegmentSize, ControlDataError> {
        let label = "Bytes per WAL segment";
        let value = self.value(label)?;
        let size = value.parse().ok().and_then(SegmentSize::new);
        size.ok_or_else(|| unreadable(label, value))
    }

    /// Whether data pages carry checksums.
    pub fn checksums(&self) -> Result<bool, ControlDataError> {
        self.read("Data page checksum version").map(|version: u32| version != 0)
    }

    /// The settings of [`STANDBY_SETTINGS`] as the server last ran with them.
    pub fn standby_settings(&self) -> Result<BTreeMap<&'static str, u32>, ControlDataError> {
        let settings = STANDBY_SETTINGS.iter();
        settings.map(|(name, label)| Ok((*name, self.read(label)?))).collect()
    }

    fn value(&self, label: &'static str) -> Result<&str, ControlDataError> {
        self.get(label).ok_or(ControlDataError::Missing(label))
    }

    fn read<T: FromStr>(&self, label: &'static str) -> Result<T, ControlDataError> {
        let value = self.value(label)?;
        value.parse().map_err(|_| unreadable(label, value))
    }
}

fn unreadable(label: &'static str, value: &str) -> ControlDataError {
    ControlDataError::Unreadable { label, value: value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OUTPUT: &str = "\
WARNING: invalid WAL segment size in control file (0 bytes)
Database system identifier:           7710502161375707156
Database cluster state:               in production
pg_control last modified:             Sat Nov 21 06:14:42 2026
Latest checkpoint location:           0/92685F0
Latest checkpoint's REDO location:    0/92685B8
Latest checkpoint's REDO WAL file:    000000090000000000000009
Latest checkpoint's TimeLineID:       9
Time of latest checkpoint:            Sat Nov 21 06:14:42 2026
Minimum recovery ending location:     0/0
max_connections setting:              100
max_worker_processes setting:         32
max_wal_senders setting:              10
max_prepared_xacts setting:           0
max_locks_per_xact setting:           64
Bytes per WAL segment:                16777216
Data page checksum version:           1
";

    #[test]
    fn facts_are_read() {
        let data = ControlData::parse(OUTPUT);
        assert_eq!(data.system_identifier(), Ok(7_710_502_161_375_707_156));
        assert_eq!(data.state(), Ok(ClusterState::InProduction));
        assert_eq!(data.checkpoint(), Ok(Lsn(0x0926_85F0)));
        assert_eq!(data.redo(), Ok(Lsn(0x0926_85B8)));
        assert_eq!(data.redo_wal_file().unwrap().to_string(), "000000090000000000000009");
        assert_eq!(data.timeline(), Ok(Timeline(9)));
        assert_eq!(data.checkpoint_time(), Ok("Sat Nov 21 06:14:42 2026"));
        assert_eq!(data.minimum_recovery_end(), Ok(None));
        assert_eq!(data.segment_size(), Ok(SegmentSize::DEFAULT));
        assert_eq!(data.checksums(), Ok(true));
        let settings = data.standby_settings().unwrap();
        assert_eq!(settings["max_connections"], 100);
        assert_eq!(settings["max_locks_per_transaction"], 64);
    }

    #[test]
    fn missing_and_strange_values_are_named() {
        let none = ControlData::parse("");
        assert_eq!(
            none.timeline(),
            Err(ControlDataError::Missing("Latest checkpoint's TimeLineID"))
        );
        let strange =
            ControlData::parse("Database cluster state: asleep\nBytes per WAL segment: 5");
        assert!(matches!(strange.state(), Err(ControlDataError::Unreadable { .. })));
        assert!(matches!(strange.segment_size(), Err(ControlDataError::Unreadable { .. })));
    }

    #[test]
    fn only_a_shutdown_checkpoint_is_clean() {
        let clean: Vec<_> = ClusterState::NAMES.iter().filter(|(_, s)| s.is_clean()).collect();
        assert_eq!(clean.len(), 2, "{clean:?}");
    }

    proptest! {
        #[test]
        fn no_output_makes_it_panic(output: String) {
            let data = ControlData::parse(&output);
            let _ = (data.state(), data.segment_size(), data.standby_settings());
        }
    }
}
