//! Schedules of backups: cron with the seconds first.

use std::str::FromStr;

use thiserror::Error;

use crate::duration::Span;

/// When something is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// At the moments of a calendar.
    Calendar(Calendar),
    /// Again and again after a fixed number of seconds; less than one reads as one.
    Every { seconds: u64 },
}

/// The values that each part of a moment may have, a bit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    pub seconds: u64,
    pub minutes: u64,
    pub hours: u64,
    pub days: u64,
    pub months: u64,
    pub weekdays: u64,
    /// Whether the day of the month, the weekday, or both are left open.
    ///
    /// When neither is open, a day fits that fits one of them.
    pub any_day: bool,
    pub any_weekday: bool,
}

/// Why a text is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScheduleError {
    #[error("it has {0} fields")]
    Fields(usize),
    #[error("{text:?} is not a value for the {field}")]
    Value { field: &'static str, text: String },
    #[error("{value} is outside {low}-{high}, the range of the {field}")]
    Range { field: &'static str, value: u32, low: u32, high: u32 },
    #[error("the range {text:?} of the {field} ends before it starts")]
    Backwards { field: &'static str, text: String },
    #[error("{0:?} is not one of @yearly, @monthly, @weekly, @daily, @hourly and @every")]
    Descriptor(String),
    #[error("{0:?} is not a duration such as 1h30m")]
    Every(String),
}

/// How many fields a schedule is usually written with.
pub const USUAL_FIELDS: usize = 6;

struct Field {
    name: &'static str,
    low: u32,
    high: u32,
    /// Three-letter names, the first of them for `low`.
    names: &'static [&'static str],
}

const MONTHS: &[&str] =
    &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const FIELDS: [Field; USUAL_FIELDS] = [
    Field { name: "second", low: 0, high: 59, names: &[] },
    Field { name: "minute", low: 0, high: 59, names: &[] },
    Field { name: "hour", low: 0, high: 23, names: &[] },
    Field { name: "day of the month", low: 1, high: 31, names: &[] },
    Field { name: "month", low: 1, high: 12, names: MONTHS },
    Field { name: "weekday", low: 0, high: 6, names: WEEKDAYS },
];

/// Short names and what they stand for.
const DESCRIPTORS: &[(&str, &str)] = &[
    ("@yearly", "0 0 0 1 1 *"),
    ("@annually", "0 0 0 1 1 *"),
    ("@monthly", "0 0 0 1 * *"),
    ("@weekly", "0 0 0 * * 0"),
    ("@daily", "0 0 0 * * *"),
    ("@midnight", "0 0 0 * * *"),
    ("@hourly", "0 0 * * * *"),
];

/// How many fields a text has, `@daily` and its like being one.
#[must_use]
pub fn field_count(text: &str) -> usize {
    text.split_whitespace().count()
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    /// Reads second, minute, hour, day of the month, month and an optional weekday, or a
    /// descriptor.
    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        if let Some(span) = text.strip_prefix("@every ") {
            let Span(nanos) = span.parse().map_err(|_| ScheduleError::Every(span.to_owned()))?;
            let seconds = u64::try_from(nanos / 1_000_000_000).unwrap_or(0);
            return Ok(Self::Every { seconds: seconds.max(1) });
        }
        if text.starts_with('@') {
            let found = DESCRIPTORS.iter().find(|(name, _)| *name == text);
            let (_, fields) = found.ok_or_else(|| ScheduleError::Descriptor(text.to_owned()))?;
            return fields.parse();
        }
        let mut words: Vec<&str> = text.split_whitespace().collect();
        match words.len() {
            USUAL_FIELDS => {}
            5 => words.push("*"),
            other => return Err(ScheduleError::Fields(other)),
        }
        let mut values = [(0, false); USUAL_FIELDS];
        for ((value, field), word) in values.iter_mut().zip(&FIELDS).zip(&words) {
            *value = field.list(word)?;
        }
        let [seconds, minutes, hours, days, months, weekdays] = values;
        Ok(Self::Calendar(Calendar {
            seconds: seconds.0,
            minutes: minutes.0,
            hours: hours.0,
            days: days.0,
            months: months.0,
            weekdays: weekdays.0,
            any_day: days.1,
            any_weekday: weekdays.1,
        }))
    }
}

impl Field {
    /// The bits of a comma-separated list, and whether it was left open.
    fn list(&self, word: &str) -> Result<(u64, bool), ScheduleError> {
        let mut all = (0, false);
        for part in word.split(',') {
            let (bits, open) = self.part(part)?;
            all = (all.0 | bits, all.1 || open);
        }
        Ok(all)
    }

    fn part(&self, part: &str) -> Result<(u64, bool), ScheduleError> {
        let unreadable = || ScheduleError::Value { field: self.name, text: part.to_owned() };
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(number(step).ok_or_else(unreadable)?)),
            None => (part, None),
        };
        let open = matches!(range, "*" | "?");
        let (low, high) = match range.split_once('-') {
            _ if open => (self.low, self.high),
            Some((low, high)) => (self.value(low)?, self.value(high)?),
            // A start with a step goes on to the end.
            None if step.is_some() => (self.value(range)?, self.high),
            None => (self.value(range)?, self.value(range)?),
        };
        for value in [low, high] {
            if !(self.low..=self.high).contains(&value) {
                let (low, high) = (self.low, self.high);
                return Err(ScheduleError::Range { field: self.name, value, low, high });
            }
        }
        if low > high {
            return Err(ScheduleError::Backwards { field: self.name, text: part.to_owned() });
        }
        let step = match step {
            Some(0) => return Err(unreadable()),
            Some(step) => step,
            None => 1,
        };
        let bits = (low..=high).step_by(step as usize).fold(0, |bits, value| bits | 1 << value);
        // With a step greater than one a star is a choice like any other.
        Ok((bits, open && step == 1))
    }

    fn value(&self, text: &str) -> Result<u32, ScheduleError> {
        let name = text.to_ascii_lowercase();
        let named = self.names.iter().position(|known| *known == name);
        let named = named.and_then(|at| u32::try_from(at).ok()).map(|at| self.low + at);
        let unreadable = || ScheduleError::Value { field: self.name, text: text.to_owned() };
        named.or_else(|| number(text)).ok_or_else(unreadable)
    }
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn calendar(text: &str) -> Calendar {
        match text.parse() {
            Ok(Schedule::Calendar(calendar)) => calendar,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn fields_become_bits() {
        let read = calendar("0 30 2-4 */10 JAN,mar Mon-fri");
        assert_eq!(read.seconds, 1);
        assert_eq!(read.minutes, 1 << 30);
        assert_eq!(read.hours, 0b11100);
        assert_eq!(read.days, 1 << 1 | 1 << 11 | 1 << 21 | 1 << 31);
        assert_eq!(read.months, 0b1010);
        assert_eq!(read.weekdays, 0b011_1110);
        assert!(!read.any_day && !read.any_weekday);
    }

    #[test]
    fn the_weekday_may_be_left_out() {
        assert_eq!(calendar("0 0 0 * *"), calendar("0 0 0 * * *"));
        assert_eq!(calendar("0 0 0 ? * ?"), calendar("@daily"));
        assert_eq!(calendar("50/3 * * * * *").seconds, 1 << 50 | 1 << 53 | 1 << 56 | 1 << 59);
        assert_eq!("@every 1h".parse(), Ok(Schedule::Every { seconds: 3600 }));
        assert_eq!("@every 1ms".parse(), Ok(Schedule::Every { seconds: 1 }));
    }

    #[test]
    fn other_texts_are_no_schedules() {
        for text in [
            "",
            "x",
            "* * * *",
            "0 0 0 * * * *",
            "60 0 0 * * *",
            "0 0 24 * * *",
            "0 0 0 0 * *",
            "0 0 0 * 13 *",
            "0 0 0 * * 7",
            "5-1 * * * * *",
            "*/0 * * * * *",
            "1-2-3 * * * * *",
            "-1 * * * * *",
            "1, * * * * *",
            "0 0 0 * foo *",
            "@sometimes",
            "@every",
            "@every x",
            "TZ=UTC 0 0 0 * * *",
        ] {
            assert!(text.parse::<Schedule>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in "[0-9*?,/@a-z -]*") {
            let _ = text.parse::<Schedule>();
        }
    }
}
