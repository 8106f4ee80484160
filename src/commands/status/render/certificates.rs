//! When certificates end.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{View, under};
use crate::output::{Hue, Table};

/// Days before its end in which a certificate is said to end soon.
const SOON: f64 = 7.0;

pub(super) fn certificates(view: &View<'_>) -> String {
    let expirations = view
        .facts
        .status
        .certificates
        .as_ref()
        .map(|it| it.expirations.clone())
        .unwrap_or_default();
    let titles = ["Certificate Name", "Expiration Date", "Days Left Until Expiration"];
    let mut table = Table::new(&titles);
    let mut worst = Hue::Green;
    for (name, date) in &expirations {
        let days = days_left(view.now, date);
        let text = match days {
            Some(days) if days < 0.0 => "Expired".to_owned(),
            Some(days) if days < SOON => format!("{days:.2} - Expires Soon"),
            Some(days) => format!("{days:.2}"),
            None => "Expired (the date cannot be read)".to_owned(),
        };
        worst = match (days, worst) {
            (Some(days), worst) if days >= SOON => worst,
            (Some(days), Hue::Green) if days >= 0.0 => Hue::Yellow,
            (Some(days), worst) if days >= 0.0 => worst,
            _ => Hue::Red,
        };
        table.add([name.clone(), date.clone(), text]);
    }
    under(view.title(worst, "Certificates Status"), Some(table), "")
}

/// Days until a date such as `2027-02-19 07:34:26 +0000 UTC`.
pub(in crate::commands::status) fn days_left(now: Timestamp, text: &str) -> Option<f64> {
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
