//! Spans of time as users write them: `1h30m`, `500ms`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A span of time in nanoseconds, possibly negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub i64);

/// A text that is no span of time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a duration such as 30s, 5m or 1h30m")]
pub struct SpanError(String);

/// Units with their nanoseconds; longer names stand before their own beginnings.
const UNITS: &[(&str, f64)] = &[
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 60e9),
    ("h", 3600e9),
];

impl fmt::Display for Span {
    /// As the API stores it: `1h0m0s`, `1.5s`, `200ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let (unit, size) = match nanos {
            0 => return f.write_str("0s"),
            1..1_000 => ("ns", 1),
            1_000..1_000_000 => ("µs", 1_000),
            1_000_000..1_000_000_000 => ("ms", 1_000_000),
            1_000_000_000.. => ("s", 1_000_000_000),
        };
        let (minutes, rest) = match unit {
            "s" => (nanos / 60_000_000_000, nanos % 60_000_000_000),
            _ => (0, nanos),
        };
        f.write_str(sign)?;
        match (minutes / 60, minutes % 60) {
            (0, 0) => {}
            (0, minutes) => write!(f, "{minutes}m")?,
            (hours, minutes) => write!(f, "{hours}h{minutes}m")?,
        }
        let digits = size.to_string().len() - 1;
        let fraction = format!("{:0digits$}", rest % size);
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{}{unit}", rest / size),
            fraction => write!(f, "{}.{fraction}{unit}", rest / size),
        }
    }
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        parse(text).ok_or_else(|| SpanError(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Span> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(Span(0));
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number = &rest[..end];
        if !number.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let number: f64 = number.parse().ok()?;
        rest = &rest[end..];
        let (name, nanoseconds) = UNITS.iter().find(|(name, _)| rest.starts_with(name))?;
        rest = &rest[name.len()..];
        total += number * nanoseconds;
    }
    (total < i64::MAX as f64).then_some(Span((sign * total) as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn units_add_up() {
        for (text, seconds) in
            [("0", 0.0), ("30s", 30.0), ("1h30m", 5400.0), ("1.5h", 5400.0), ("500ms", 0.5)]
        {
            assert_eq!(text.parse(), Ok(Span((seconds * 1e9) as i64)), "{text}");
        }
        assert_eq!("-1m".parse(), Ok(Span(-60_000_000_000)));
    }

    #[test]
    fn one_span_has_one_spelling() {
        for (text, stored) in [
            ("0", "0s"),
            ("30s", "30s"),
            ("90s", "1m30s"),
            ("8h", "8h0m0s"),
            ("1.5s", "1.5s"),
            ("200ms", "200ms"),
            ("1500us", "1.5ms"),
            ("-1m", "-1m0s"),
            ("7ns", "7ns"),
        ] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), stored, "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_spans() {
        for text in ["", "-", "+", "1", "s", "1d", "1h 30m", "1.2.3s", ".s", "h1"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in ".*") {
            let _ = text.parse::<Span>();
        }
    }
}
