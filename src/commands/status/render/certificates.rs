//! When certificates end.

use super::{View, under};
use crate::dates::days_left;
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
