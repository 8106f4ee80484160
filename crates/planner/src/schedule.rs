//! When a schedule is due next.
//!
//! Moments are looked for forwards on the clock of the wall, hour by hour of real time: an hour
//! that the clock skips is skipped, one that it repeats is due twice.

use api::schedule::{Calendar, Schedule};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

/// How far ahead is looked: February 29 comes at least once in eight years.
const YEARS: i16 = 8;

/// The first moment after `after` at which the schedule is due; none when it never is.
#[must_use]
pub fn next(schedule: &Schedule, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let whole = Timestamp::from_second(after.as_second()).ok()?;
    match schedule {
        Schedule::Every { seconds } => {
            let span = SignedDuration::from_secs(i64::try_from(*seconds).ok()?);
            whole.checked_add(span).ok()
        }
        Schedule::Calendar(calendar) => {
            let first = whole.checked_add(SignedDuration::from_secs(1)).ok()?;
            search(calendar, first.to_zoned(zone.clone()))
        }
    }
}

fn search(calendar: &Calendar, mut at: Zoned) -> Option<Timestamp> {
    let last = at.year().checked_add(YEARS)?;
    loop {
        if at.year() > last {
            return None;
        }
        at = if !has(calendar.months, at.month()) {
            let first = at.date().first_of_month().checked_add(jiff::ToSpan::month(1)).ok()?;
            midnight(&at, first)?
        } else if !fits_day(calendar, &at) {
            midnight(&at, at.date().tomorrow().ok()?)?
        } else if !has(calendar.hours, at.hour()) {
            let gone = i64::from(at.minute()) * 60 + i64::from(at.second());
            later(&at, 3600 - gone)?
        } else if !has(calendar.minutes, at.minute()) {
            later(&at, 60 - i64::from(at.second()))?
        } else if !has(calendar.seconds, at.second()) {
            later(&at, 1)?
        } else {
            return Some(at.timestamp());
        }
    }
}

fn has(bits: u64, value: i8) -> bool {
    u32::try_from(value).is_ok_and(|value| bits >> value & 1 == 1)
}

/// When both are chosen one of them is enough.
fn fits_day(calendar: &Calendar, at: &Zoned) -> bool {
    let day = has(calendar.days, at.day());
    let weekday = has(calendar.weekdays, at.weekday().to_sunday_zero_offset());
    if calendar.any_day || calendar.any_weekday { day && weekday } else { day || weekday }
}

fn midnight(at: &Zoned, date: jiff::civil::Date) -> Option<Zoned> {
    // A day that begins later than at midnight begins with its first moment.
    let start = date.to_datetime(Time::midnight()).to_zoned(at.time_zone().clone()).ok()?;
    Some(if start > *at { start } else { later(at, 1)? })
}

fn later(at: &Zoned, seconds: i64) -> Option<Zoned> {
    at.checked_add(SignedDuration::from_secs(seconds)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::{Offset, TimeZone};

    fn due(schedule: &str, after: &str, zone: &TimeZone) -> String {
        let schedule: Schedule = schedule.parse().unwrap();
        let next = next(&schedule, after.parse().unwrap(), zone);
        next.map_or_else(|| "never".to_owned(), |next| next.to_string())
    }

    #[test]
    fn the_next_moment_is_the_first_that_fits() {
        let utc = TimeZone::UTC;
        for (schedule, after, expected) in [
            ("0 0 0 * * *", "2026-11-21T06:20:38Z", "2026-11-22T00:00:00Z"),
            ("0 0 0 * * *", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"),
            ("0 0 0 * * *", "2026-12-31T23:59:59.9Z", "2027-01-01T00:00:00Z"),
            // Five fields begin with the seconds, too.
            ("0 30 2 * *", "2026-11-21T03:00:00Z", "2026-11-22T02:30:00Z"),
            ("*/20 * * * * *", "2026-11-21T06:20:38.5Z", "2026-11-21T06:20:40Z"),
            ("50/3 * * * * *", "2026-11-21T06:20:53Z", "2026-11-21T06:20:56Z"),
            ("0 0 3 ? JAN mon", "2026-11-21T06:20:38Z", "2027-01-04T03:00:00Z"),
            ("0 0 0 13 * fri", "2026-11-21T00:00:00Z", "2026-11-27T00:00:00Z"),
            ("0 0 0 */31 * fri", "2026-11-27T00:00:00Z", "2026-12-01T00:00:00Z"),
            ("0 0 0 29 2 *", "2026-11-21T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("0 0 0 31 2 *", "2026-11-21T00:00:00Z", "never"),
            ("@monthly", "2026-11-21T00:00:00Z", "2026-12-01T00:00:00Z"),
            ("@weekly", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
            ("@every 90m", "2026-11-21T00:00:00.7Z", "2026-11-21T01:30:00Z"),
        ] {
            assert_eq!(due(schedule, after, &utc), expected, "{schedule} after {after}");
        }
    }

    #[test]
    fn the_clock_of_the_wall_counts() {
        let fixed = TimeZone::fixed(Offset::constant(2));
        assert_eq!(due("@daily", "2026-11-21T06:00:00Z", &fixed), "2026-11-21T22:00:00Z");
        // Clocks go forward on 2026-03-29 at 02:00 and back on 2026-10-25 at 03:00.
        let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        for (after, expected) in [
            ("2026-03-28T00:00:00Z", "2026-03-28T01:30:00Z"),
            ("2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"),
            ("2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z"),
            ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
            ("2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"),
        ] {
            assert_eq!(due("0 30 2 * * *", after, &berlin), expected, "after {after}");
        }
    }
}
