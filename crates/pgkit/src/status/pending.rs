//! Settings that wait for a restart, and whether one of them gets lower.

use postgres::control_data::STANDBY_SETTINGS;
use tokio_postgres::Client;

use super::StatusError;

/// A setting that has one value and is written with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingSetting {
    pub name: String,
    pub running: String,
    pub wanted: Option<String>,
}

pub(super) async fn settings(client: &Client) -> Result<Vec<PendingSetting>, StatusError> {
    let rows = client.query(include_str!("pending.sql"), &[]).await?;
    let setting = |row: &tokio_postgres::Row| {
        Ok(PendingSetting {
            name: row.try_get("name")?,
            running: row.try_get("running")?,
            wanted: row.try_get("wanted")?,
        })
    };
    rows.iter().map(setting).collect()
}

/// Whether a setting that a standby may not have lower than its primary will get lower: then the
/// primary restarts first.
#[must_use]
pub fn any_decrease(pending: &[PendingSetting]) -> bool {
    pending.iter().any(|setting| {
        let sensitive = STANDBY_SETTINGS.iter().any(|(name, _)| *name == setting.name);
        let number = |text: &str| text.parse::<i64>().ok();
        let wanted = setting.wanted.as_deref().and_then(number);
        let lower = number(&setting.running).zip(wanted).is_some_and(|(now, then)| then < now);
        sensitive && lower
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sensitive_settings_that_get_lower_count() {
        for (name, running, wanted, decrease) in [
            ("max_connections", "100", Some("90"), true),
            ("max_connections", "90", Some("100"), false),
            ("max_connections", "100", Some("100"), false),
            ("max_connections", "100", None, false),
            ("max_worker_processes", "9", Some("10"), false),
            ("shared_buffers", "200", Some("100"), false),
        ] {
            let wanted = wanted.map(str::to_owned);
            let setting =
                PendingSetting { name: name.to_owned(), running: running.to_owned(), wanted };
            assert_eq!(any_decrease(std::slice::from_ref(&setting)), decrease, "{setting:?}");
        }
        assert!(!any_decrease(&[]));
    }
}
