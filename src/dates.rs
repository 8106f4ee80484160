//! Dates as the status of a cluster writes them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Days until a date such as `2027-02-19 07:34:26 +0000 UTC`.
pub fn days_left(now: Timestamp, text: &str) -> Option<f64> {
    let mut words = text.split(' ');
    let (date, time, offset) = (words.next()?, words.next()?, words.next()?);
    let civil: DateTime = format!("{date}T{time}").parse().ok()?;
    let offset: i32 = offset.parse().ok()?;
    let seconds = (offset / 100) * 3600 + (offset % 100) * 60;
    let utc = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let end = utc.as_second() - i64::from(seconds);
    #[expect(clippy::cast_precision_loss, reason = "days are shown with two digits")]
    Some((end - now.as_second()) as f64 / 86_400.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_with_their_offset() {
        let now = "2026-11-21T00:00:00Z".parse().unwrap();
        for (text, days) in [
            ("2026-11-22 00:00:00 +0000 UTC", Some(1.0)),
            ("2026-11-22 02:00:00.5 +0200 CEST", Some(1.0)),
            ("2026-11-20 12:00:00 -1200 X", Some(0.0)),
            ("soon", None),
        ] {
            assert_eq!(days_left(now, text), days, "{text}");
        }
    }
}
