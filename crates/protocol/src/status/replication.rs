//! Replicas and replication slots inside a status document.

use std::time::Duration;

use postgres::lsn::Lsn;
use serde::{Deserialize, Serialize};

use crate::omit::zero;
use crate::text;

/// One row of `pg_stat_replication` that belongs to the cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Replica {
    #[serde(skip_serializing_if = "zero")]
    pub application_name: String,
    #[serde(skip_serializing_if = "zero")]
    pub state: String,
    /// What the primary has sent, whatever the key says.
    #[serde(rename = "receivedLsn", skip_serializing_if = "Option::is_none", with = "text::lsn")]
    pub sent_lsn: Option<Lsn>,
    #[serde(skip_serializing_if = "Option::is_none", with = "text::lsn")]
    pub write_lsn: Option<Lsn>,
    #[serde(skip_serializing_if = "Option::is_none", with = "text::lsn")]
    pub flush_lsn: Option<Lsn>,
    #[serde(skip_serializing_if = "Option::is_none", with = "text::lsn")]
    pub replay_lsn: Option<Lsn>,
    #[serde(skip_serializing_if = "zero")]
    pub write_lag: Interval,
    #[serde(skip_serializing_if = "zero")]
    pub flush_lag: Interval,
    #[serde(skip_serializing_if = "zero")]
    pub replay_lag: Interval,
    /// `async`, `sync`, `quorum` or `potential`.
    #[serde(skip_serializing_if = "zero")]
    pub sync_state: String,
    /// A number, as text.
    #[serde(skip_serializing_if = "zero")]
    pub sync_priority: String,
}

/// One row of `pg_replication_slots`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicationSlot {
    #[serde(skip_serializing_if = "zero")]
    pub slot_name: String,
    #[serde(skip_serializing_if = "zero")]
    pub plugin: String,
    #[serde(skip_serializing_if = "zero")]
    pub slot_type: String,
    #[serde(skip_serializing_if = "zero")]
    pub datoid: String,
    #[serde(skip_serializing_if = "zero")]
    pub database: String,
    #[serde(skip_serializing_if = "zero")]
    pub xmin: String,
    #[serde(skip_serializing_if = "zero")]
    pub catalog_xmin: String,
    #[serde(skip_serializing_if = "Option::is_none", with = "text::lsn")]
    pub restart_lsn: Option<Lsn>,
    #[serde(skip_serializing_if = "zero")]
    pub wal_status: String,
    /// Bytes that may still be written before the slot is in danger of being lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub safe_wal_size: Option<i64>,
    #[serde(skip_serializing_if = "zero")]
    pub active: bool,
}

/// A length of time as PostgreSQL prints an interval: kept as it came, so that it goes on as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Interval(String);

impl Interval {
    /// What PostgreSQL printed.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The length, if the text is hours, minutes and seconds: a lag has no other parts.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        let mut parts = self.0.split(':');
        let hours: u64 = number(parts.next()?)?;
        let minutes: u64 = number(parts.next()?)?;
        let last = parts.next()?;
        let (seconds, fraction) = match last.split_once('.') {
            None => (number(last)?, 0),
            Some((seconds, fraction)) => (number(seconds)?, micros(fraction)?),
        };
        if parts.next().is_some() || minutes > 59 || seconds > 59 {
            return None;
        }
        let whole = hours.checked_mul(3600)?.checked_add(minutes * 60 + seconds)?;
        Some(Duration::from_secs(whole) + Duration::from_micros(fraction))
    }
}

fn number(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// A fraction of at most six digits, in millionths.
fn micros(digits: &str) -> Option<u64> {
    let scale = 6_usize.checked_sub(digits.len())?;
    Some(number(digits)? * 10_u64.pow(u32::try_from(scale).ok()?))
}

impl From<Duration> for Interval {
    fn from(length: Duration) -> Self {
        let seconds = length.as_secs();
        let start = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        let fraction = format!("{:06}", length.subsec_micros());
        match fraction.trim_end_matches('0') {
            "" => Self(start),
            fraction => Self(format!("{start}.{fraction}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lags_are_lengths() {
        for (text, micros) in [
            ("00:00:00", Some(0)),
            ("00:00:00.000123", Some(123)),
            ("00:00:01.5", Some(1_500_000)),
            ("49:59:59", Some(179_999_000_000)),
            ("", None),
            ("1 day 00:00:00", None),
            ("-00:00:01", None),
            ("00:60:00", None),
            ("00:00:00:00", None),
            ("00:00:00.1234567", None),
            ("00:00:00.", None),
        ] {
            let expected = micros.map(Duration::from_micros);
            assert_eq!(Interval::new(text).duration(), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn lengths_are_written_and_read(micros in 0..10_u64.pow(15)) {
            let length = Duration::from_micros(micros);
            prop_assert_eq!(Interval::from(length).duration(), Some(length));
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = Interval::new(text).duration();
        }
    }
}
