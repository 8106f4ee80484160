//! Where a recovery may stop: timelines, times, transactions and restore points.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use thiserror::Error;

use crate::identifier;

/// A text that is no point in time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is neither an RFC 3339 time nor a PostgreSQL timestamp")]
pub struct TimeError(String);

/// Reads an RFC 3339 time, with or without a zone, or a timestamp as PostgreSQL prints it.
///
/// Without a zone the time is UTC, and a date alone is its first moment.
pub fn parse_time(text: &str) -> Result<Timestamp, TimeError> {
    instant(text).ok_or_else(|| TimeError(text.to_owned()))
}

fn instant(text: &str) -> Option<Timestamp> {
    let ten_ascii = text.len() >= 10 && text.as_bytes()[..10].is_ascii();
    if !ten_ascii {
        return None;
    }
    let (date, rest) = text.split_at(10);
    let date = parse_date(date)?;
    if rest.is_empty() {
        return Offset::UTC.to_timestamp(date.to_datetime(Time::midnight())).ok();
    }
    let rest = rest.strip_prefix(['T', ' '])?;
    let end = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let time = parse_clock(&rest[..end])?;
    let offset = parse_offset(&rest[end..])?;
    TimeZone::fixed(offset).to_timestamp(DateTime::from_parts(date, time)).ok()
}

fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = parts.next().is_none() && year.len() == 4;
    if !whole || !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Date::new(year.parse().ok()?, two_digits(month)?, two_digits(day)?).ok()
}

fn parse_clock(text: &str) -> Option<Time> {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, fraction),
        None => (text, "0"),
    };
    let mut parts = clock.split(':').map(two_digits);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let digits =
        !fraction.is_empty() && fraction.len() <= 9 && fraction.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || !digits {
        return None;
    }
    let nanoseconds = format!("{fraction:0<9}").parse().ok()?;
    Time::new(hour, minute, second, nanoseconds).ok()
}

/// Reads `Z`, nothing (UTC), or `+HH`, `+HH:MM`, `+HH:MM:SS` with either sign.
fn parse_offset(text: &str) -> Option<Offset> {
    let sign = match text.as_bytes().first() {
        None => return Some(Offset::UTC),
        Some(b'Z') => return (text.len() == 1).then_some(Offset::UTC),
        Some(b'-') => -1,
        Some(_) => 1,
    };
    let mut seconds = 0;
    let mut unit = 3600;
    for part in text[1..].split(':') {
        if unit == 0 {
            return None;
        }
        seconds += i32::from(two_digits(part)?) * unit;
        unit /= 60;
    }
    Offset::from_seconds(sign * seconds).ok()
}

fn two_digits(text: &str) -> Option<i8> {
    let plain = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Whether a text names a timeline: empty or `latest` for the newest, or a positive number.
#[must_use]
pub fn is_timeline(text: &str) -> bool {
    matches!(text, "" | "latest") || text.parse::<u32>().is_ok_and(|number| number > 0)
}

/// Whether a text is a transaction: an unsigned number of 32 bits.
#[must_use]
pub fn is_transaction(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u32>().is_ok()
}

/// Whether a restore point may be called so.
#[must_use]
pub fn is_restore_point(text: &str) -> bool {
    text.len() <= identifier::MAX_LENGTH && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_both_styles() {
        for (text, utc) in [
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
            ("2026-01-02T03:04:05.000000Z", "2026-01-02T03:04:05Z"),
            ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z"),
            ("2026-01-02T03:04:05", "2026-01-02T03:04:05Z"),
            ("2026-01-02 03:04:05.123456+00", "2026-01-02T03:04:05.123456Z"),
            ("2026-01-02 03:04:05-05:30", "2026-01-02T08:34:05Z"),
            ("2026-01-02 03:04:05", "2026-01-02T03:04:05Z"),
            ("2026-01-02", "2026-01-02T00:00:00Z"),
        ] {
            assert_eq!(parse_time(text).map(|time| time.to_string()), Ok(utc.to_owned()), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_times() {
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "2026-01-01 25:00:00",
            "2026-01-01 10:00",
            "2026-01-01T10:00:00 ",
            "2026-01-01T10:00:00+1",
            "2026-01-01T10:00:00.Z",
            "2026-01-01x10:00:00",
            "ööööö-01",
        ] {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn timelines_and_transactions_are_numbers() {
        for text in ["", "latest", "1", "4294967295"] {
            assert!(is_timeline(text), "{text}");
        }
        for text in ["0", "zz", "-1", "4294967296", "1.5"] {
            assert!(!is_timeline(text), "{text}");
        }
        assert!(is_transaction("4294967295"));
        for text in ["", "-1", "+1", "4294967296", "x"] {
            assert!(!is_transaction(text), "{text}");
        }
    }

    #[test]
    fn restore_points_fit_in_an_identifier() {
        assert!(is_restore_point(&"x".repeat(63)));
        assert!(!is_restore_point(&"x".repeat(64)));
        assert!(!is_restore_point("a\nb"));
    }
}
