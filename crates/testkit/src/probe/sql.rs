//! The statements of the ledger, for the simple protocol: any pooler passes them on unchanged.

use anyhow::{Context, Result, ensure};

use super::journal::Server;

/// Makes the table, if it is not there.
pub const CREATE: &str = "CREATE TABLE IF NOT EXISTS rig_ledger \
     (run text, session text, sequence bigint, PRIMARY KEY (run, session, sequence))";

/// Writes one row and asks who took it.
///
/// The timeline comes from the name of the WAL file that is written to now: that of the control
/// file lags behind after a promotion.
#[must_use]
pub fn insert(run: &str, session: &str, sequence: u64) -> String {
    format!(
        "INSERT INTO rig_ledger (run, session, sequence) VALUES ('{run}', '{session}', {sequence}) \
         RETURNING host(inet_server_addr()), inet_server_port(), \
         extract(epoch FROM pg_postmaster_start_time()), current_setting('cluster_name'), \
         substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
    )
}

/// Reads back all rows of a run.
#[must_use]
pub fn select(run: &str) -> String {
    format!("SELECT session, sequence FROM rig_ledger WHERE run = '{run}' ORDER BY 1, 2")
}

/// What the server said of itself in answer to [`insert`].
pub fn server(columns: &[Option<&str>]) -> Result<Server> {
    let [address, port, started, name, timeline] = columns else {
        anyhow::bail!("{} columns instead of 5", columns.len());
    };
    let timeline = timeline.context("no timeline")?;
    Ok(Server {
        address: format!("{}:{}", address.unwrap_or("local"), port.unwrap_or_default()),
        started: started.context("no start time")?.to_owned(),
        timeline: u32::from_str_radix(timeline, 16).context("the timeline is no number")?,
        name: name.unwrap_or_default().to_owned(),
    })
}

/// Refuses what could not stand between quotes.
pub fn check_name(name: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    ensure!(!name.is_empty() && name.chars().all(plain), "{name:?} is no name for a session");
    Ok(())
}
