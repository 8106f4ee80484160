//! Values as the server prints them, turned into numbers and labels by their types.

use jiff::Timestamp;
use jiff::civil::DateTime;
use tokio_postgres::types::Type;

/// The number that a value is, if it is one; NULL is no number.
pub(super) fn number(kind: &Type, text: Option<&str>) -> Option<f64> {
    let Some(text) = text else { return Some(f64::NAN) };
    match *kind {
        Type::BOOL => match text {
            "t" => Some(1.0),
            "f" => Some(0.0),
            _ => None,
        },
        Type::TIMESTAMP | Type::TIMESTAMPTZ | Type::DATE => seconds(text),
        _ => parse(text),
    }
}

/// The label that a value makes; NULL is empty.
pub(super) fn label(kind: &Type, text: Option<&str>) -> String {
    let Some(text) = text else { return String::new() };
    match *kind {
        Type::BOOL => if text == "t" { "true" } else { "false" }.to_owned(),
        Type::TIMESTAMP | Type::TIMESTAMPTZ | Type::DATE => {
            seconds(text).map_or_else(|| text.to_owned(), |seconds| format!("{}", seconds.floor()))
        }
        _ => text.to_owned(),
    }
}

/// The elements of an array of numbers, as the server prints it.
pub(super) fn numbers(text: &str) -> Option<Vec<f64>> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    if inner.is_empty() {
        return Some(Vec::new());
    }
    inner.split(',').map(|element| parse(element.trim_matches('"'))).collect()
}

/// A number as the server prints it; Rust and the server spell the odd ones alike.
pub(super) fn parse(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// Seconds since 1970 of a time in the format ISO; a time without a zone is in UTC.
fn seconds(text: &str) -> Option<f64> {
    match text {
        "infinity" => return Some(f64::INFINITY),
        "-infinity" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    let time: Option<Timestamp> = text.parse().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        Some(local.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    });
    #[expect(clippy::cast_precision_loss, reason = "microseconds fit for three centuries")]
    time.map(|time| time.as_microsecond() as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_type() {
        for (kind, text, expected) in [
            (Type::INT8, "-5", Some(-5.0)),
            (Type::NUMERIC, "0.1", Some(0.1)),
            (Type::FLOAT8, "-Infinity", Some(f64::NEG_INFINITY)),
            (Type::BOOL, "t", Some(1.0)),
            (Type::BOOL, "f", Some(0.0)),
            (Type::TEXT, "12", Some(12.0)),
            (Type::TEXT, "twelve", None),
            (Type::INTERVAL, "00:00:01", None),
            (Type::TIMESTAMPTZ, "2026-11-21 06:14:42.5+00", Some(1_795_241_682.5)),
            (Type::TIMESTAMP, "1970-01-01 00:00:01", Some(1.0)),
            (Type::DATE, "1970-01-02", Some(86_400.0)),
            (Type::TIMESTAMPTZ, "infinity", Some(f64::INFINITY)),
        ] {
            assert_eq!(number(&kind, Some(text)), expected, "{kind} {text}");
        }
        assert!(number(&Type::INT4, None).is_some_and(f64::is_nan));
    }

    #[test]
    fn labels_and_arrays() {
        assert_eq!(label(&Type::TEXT, None), "");
        assert_eq!(label(&Type::BOOL, Some("t")), "true");
        assert_eq!(label(&Type::TIMESTAMPTZ, Some("1970-01-01 00:00:07.9+00")), "7");
        assert_eq!(label(&Type::INT4, Some("7")), "7");
        assert_eq!(numbers("{1,2.5,Infinity}"), Some(vec![1.0, 2.5, f64::INFINITY]));
        assert_eq!(numbers("{}"), Some(vec![]));
        assert_eq!(numbers("{a}"), None);
        assert_eq!(numbers("1"), None);
    }
}
